package models_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	Must(t, err)
	address := closed.Addr().String()
	Must(t, closed.Close())
	notADatabase := filepath.Join(t.TempDir(), "text")
	Must(t, os.WriteFile(notADatabase, []byte(strings.Repeat("not a database ", 100)), 0o600))
	for name, u := range map[string]string{
		"empty":         "",
		"other scheme":  "mysql://user:s3cret@host/db",
		"no path":       "sqlite:",
		"no folder":     "sqlite:" + filepath.Join(t.TempDir(), "no", "such", "folder.db"),
		"no database":   "sqlite:" + notADatabase,
		"nobody there":  "postgres://user:s3cret@" + address + "/db",
		"bad port":      "postgres://user:s3cret@host:port/db",
		"bad escape":    "postgres://user:s3cret%zz@host/db",
		"bad sslmode":   "postgres://user:s3cret@host/db?sslmode=maybe",
		"space in pass": "postgres://user:s3cret s3cret@host/db",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := models.Open(t.Context(), models.Options{URL: u})
			if err == nil {
				_ = db.Close()
				t.Fatal("opened")
			}
			text := err.Error()
			if strings.Contains(text, "s3cret") || strings.Contains(text, "\n") || strings.Count(text, "connection refused") > 1 {
				t.Errorf("error %q", text)
			}
		})
	}
}

func TestOpenAgain(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			u := URL(t, kind)
			MustUser(t, MustOpen(t, u), "ada", models.RoleAdmin)
			again := MustOpen(t, u)
			if _, err := again.UserByName(request(t), "ada", now); err != nil {
				t.Errorf("after opening again: %v", err)
			}
			if want := kind; again.Dialect() != want {
				t.Errorf("dialect %q", again.Dialect())
			}
			Must(t, again.Ping(t.Context()))
			Must(t, again.Close())
			if err := again.Ping(t.Context()); !models.Unavailable(err) {
				t.Errorf("after closing: %v", err)
			}
		})
	}
}

// TestOpenAtOnce is many servers starting on the same empty database.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			u := URL(t, kind)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					db, err := models.Open(t.Context(), models.Options{URL: u})
					if err != nil {
						t.Error(err)
						return
					}
					if err := errors.Join(db.Ping(t.Context()), db.Close()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		})
	}
}

func TestNewerSchema(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			u := URL(t, kind)
			Must(t, MustOpen(t, u).Close())
			driver, name := "pgx", u
			if path, ok := strings.CutPrefix(u, "sqlite:"); ok {
				driver, name = "sqlite3", "file:"+path
			}
			raw, err := sql.Open(driver, name)
			Must(t, err)
			_, err = raw.Exec(`INSERT INTO schema_versions (version) VALUES (99)`)
			Must(t, errors.Join(err, raw.Close()))
			if _, err := models.Open(t.Context(), models.Options{URL: u}); err == nil || !strings.Contains(err.Error(), "newer") {
				t.Errorf("opened a newer database: %v", err)
			}
		})
	}
}

func TestMemoryIsPrivate(t *testing.T) {
	t.Parallel()
	a, b := MustOpen(t, "sqlite::memory:"), MustOpen(t, "sqlite::memory:")
	MustUser(t, a, "ada", models.RoleMember)
	if _, err := b.UserByName(request(t), "ada", now); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("seen in another database: %v", err)
	}
}

// TestFileIsPrivate: there are password hashes in it, and in the log beside it.
func TestFileIsPrivate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := MustOpen(t, "sqlite:"+filepath.Join(dir, "a b%20?#&+ß.db"))
	MustUser(t, db, "ada", models.RoleMember)
	seen := 0
	Must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		if !strings.HasPrefix(d.Name(), "a b%20?#&+ß.db") {
			t.Errorf("stray file %s", d.Name())
		}
		seen++
		return err
	}))
	if seen < 2 {
		t.Errorf("%d files", seen)
	}
}

// TestParallelWriters has sixty write at once, beside readers.
func TestParallelWriters(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				for j := range 5 {
					id := fmt.Sprint(i, "-", j)
					s := models.Session{IDHash: hash(id), DeviceID: int64(i*10 + j + 1), UserID: u.ID, LastSeen: models.At(now), ExpiresAt: models.At(now.Add(time.Hour))}
					_, note := db.AddNote(ctx, u.ID, id, now)
					create := db.CreateSession(ctx, s)
					_, _, find := db.FindSession(ctx, s.IDHash, now)
					replace := db.ReplaceSession(ctx, s.IDHash, models.Session{IDHash: hash(id + "r"), DeviceID: s.DeviceID, UserID: u.ID})
					if err := errors.Join(note, create, find, replace); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if list, err := db.Notes(ctx, u.ID, 1000); len(list) != 300 || err != nil {
			t.Errorf("%d notes, %v", len(list), err)
		}
	})
}

func TestOrphans(t *testing.T) {
	t.Parallel()
	var got []string
	db, err := models.Open(t.Context(), models.Options{URL: "sqlite::memory:", Orphan: func(_ context.Context, sql string) { got = append(got, sql) }})
	Must(t, err)
	defer func() { Must(t, db.Close()) }()
	_, err = db.UserByName(sqltrace.Background(t.Context()), "ada", now)
	if !errors.Is(err, models.ErrNotFound) || len(got) != 0 {
		t.Errorf("background: %v, reported %q", err, got)
	}
	_, err = db.UserByName(t.Context(), "ada", now)
	if !errors.Is(err, models.ErrNotFound) || len(got) != 1 || !strings.HasPrefix(got[0], "SELECT u.id") {
		t.Errorf("without a request: %v, reported %q", err, got)
	}
}

// TestPostgresRestart stops every connection of the pool, as a server that restarts
// does: the next request is answered.
func TestPostgresRestart(t *testing.T) {
	t.Parallel()
	u := URL(t, "postgres")
	db := MustOpen(t, u)
	user := MustUser(t, db, "ada", models.RoleMember)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() { _, _ = db.UserByID(request(t), user.ID, now) })
	}
	wg.Wait()
	admin, err := sql.Open("pgx", u)
	Must(t, err)
	defer func() { Must(t, admin.Close()) }()
	_, err = admin.Exec(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	Must(t, err)
	for range 20 {
		if _, err := db.UserByID(request(t), user.ID, now); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	var zero models.Time
	for _, c := range []struct {
		in     time.Time
		stored int64
	}{{time.Time{}, 0}, {now, 1772321400123456}, {now.UTC(), 1772321400123456}, {time.Unix(-1, 0), -1_000_000}} {
		at := models.At(c.in)
		v, err := at.Value()
		if err != nil || v != c.stored {
			t.Errorf("%v is stored as %v, %v", c.in, v, err)
		}
		var back models.Time
		Must(t, back.Scan(v))
		if back != at {
			t.Errorf("%v came back as %v", at, back)
		}
	}
	if !zero.IsZero() || models.At(now).Location() != time.UTC {
		t.Error("zero or zone")
	}
	if err := zero.Scan("2026-01-01"); err == nil {
		t.Error("a text was taken for a time")
	}
	Must(t, zero.Scan(nil))
}
