package sqltrace_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/gormlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"twodoors/models/sqltrace"
)

type author struct {
	ID    int64
	Name  string
	Books []book
}

type book struct {
	ID, AuthorID int64
	Title        string
}

// TestGORM counts what GORM sends to SQLite, through every way it has.
func TestGORM(t *testing.T) {
	t.Parallel()
	for _, prepared := range []bool{false, true} {
		c, err := (&driver.SQLite{}).OpenConnector("file:" + filepath.Join(t.TempDir(), "test.db"))
		must(t, err)
		db, orphans := open(t, c)
		db.SetMaxOpenConns(1)
		g, err := gorm.Open(gormlite.OpenDB(db), &gorm.Config{PrepareStmt: prepared, Logger: logger.Discard})
		must(t, err)
		must(t, g.WithContext(sqltrace.Background(t.Context())).AutoMigrate(&author{}, &book{}))
		steps := []struct {
			what string
			want []string // counted, by first word
			run  func(g *gorm.DB) error
		}{
			{"create with returning", []string{"INSERT", "INSERT"}, func(g *gorm.DB) error {
				return g.Create(&author{Name: "ada", Books: []book{{Title: "one"}, {Title: "two"}}}).Error
			}},
			{"generic create", []string{"INSERT"}, func(g *gorm.DB) error {
				return gorm.G[author](g).Create(g.Statement.Context, &author{Name: "bob"})
			}},
			{"preload", []string{"SELECT", "SELECT"}, func(g *gorm.DB) error { return g.Preload("Books").Find(&[]author{}).Error }},
			{"first", []string{"SELECT"}, func(g *gorm.DB) error { return g.First(&author{}, 1).Error }},
			{"raw row", []string{"SELECT"}, func(g *gorm.DB) error {
				var n int
				return g.Raw("SELECT count(*) FROM books WHERE id > ?", 0).Row().Scan(&n)
			}},
			{"raw scan", []string{"SELECT"}, func(g *gorm.DB) error {
				var n int
				return g.Raw("SELECT count(*) FROM books").Scan(&n).Error
			}},
			{"update", []string{"UPDATE"}, func(g *gorm.DB) error {
				return g.Model(&author{}).Where("id = ?", 1).Update("name", "eve").Error
			}},
			{"exec", []string{"UPDATE"}, func(g *gorm.DB) error { return g.Exec("UPDATE books SET title = ?", "x").Error }},
			{"delete", []string{"DELETE"}, func(g *gorm.DB) error { return g.Delete(&book{}, 2).Error }},
			{"transaction", []string{"INSERT", "SELECT"}, func(g *gorm.DB) error {
				return g.Transaction(func(tx *gorm.DB) error {
					if err := tx.Create(&book{Title: "three", AuthorID: 1}).Error; err != nil {
						return err
					}
					return tx.Transaction(func(tx *gorm.DB) error { return tx.Take(&book{}).Error })
				})
			}},
		}
		for _, s := range steps {
			for range 2 { // the second time with what was prepared the first
				ctx, r := record(t)
				must(t, s.run(g.WithContext(context.WithoutCancel(ctx))))
				if diff := cmp.Diff(s.want, counted(r)); diff != "" {
					t.Errorf("%s, prepared=%v (-want +got)\n%s", s.what, prepared, diff)
				}
			}
		}
		if len(*orphans) != 0 {
			t.Errorf("reported as without a request: %q", *orphans)
		}
	}
}

func counted(r *sqltrace.Recorder) (words []string) {
	for _, s := range r.Statements() {
		if s.Counted() {
			words = append(words, s.SQL[:6])
		}
	}
	return words
}
