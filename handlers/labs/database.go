package labs

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"time"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// Database is an environment's database. It is empty at the beginning, and gone with the environment.
type Database struct {
	db    *models.DB
	power sqltrace.Switch
	play  *Play
	drop  func() error
}

// openDatabase opens a database in memory, or makes a schema of its own on PostgreSQL.
func (p *Play) openDatabase() *Database {
	d := &Database{play: p, drop: func() error { return nil }}
	where := p.engine.options.Database
	if where == "" {
		where = "sqlite::memory:"
	}
	if strings.HasPrefix(where, "postgres") {
		where = d.newSchema(where)
	}
	var err error
	d.db, err = models.Open(p.ctx, models.Options{
		URL: where, Switch: &d.power, Around: p.engine.options.Around,
		Orphan: func(_ context.Context, sql string) { p.orphans = append(p.orphans, sql) },
	})
	if err != nil {
		_ = d.drop()
		must(err)
	}
	return d
}

// newSchema makes a schema on PostgreSQL, and returns the URL that has everything happen inside it.
func (d *Database) newSchema(where string) string {
	u, err := url.Parse(where)
	must(err)
	name := "lab_" + strings.ToLower(rand.Text())
	must(models.CreateSchema(d.play.ctx, where, name))
	d.drop = func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(d.play.ctx), closeLimit)
		defer cancel()
		return models.DropSchema(ctx, where, name)
	}
	query := u.Query()
	query.Set("search_path", name)
	u.RawQuery = query.Encode()
	return u.String()
}

// Off takes the database away: nothing reaches it.
func (d *Database) Off() {
	d.power.Off()
	d.play.event(Words{"The database goes away.", "데이터베이스가 사라져요."})
}

// OneAtATime has the database answer one statement after the other, each after a while, as one that is far away.
func (d *Database) OneAtATime(takes time.Duration) {
	d.power.OneAtATime(takes)
	d.play.event(Words{"The database now answers one statement at a time, each after " + takes.String() + ".", "데이터베이스가 이제 문장을 한 번에 하나씩, " + takes.String() + "씩 걸려 답해요."})
}

// On gives it back.
func (d *Database) On() {
	d.power.On()
	d.play.event(Words{"The database is back.", "데이터베이스가 돌아와요."})
}

func (d *Database) background() context.Context { return sqltrace.Background(d.play.ctx) }

// Rows counts the rows that keep sign-ins: of one table, or of all with "".
func (d *Database) Rows(table string) int64 {
	sizes, err := d.db.Sizes(d.background())
	must(err)
	sum := int64(0)
	for _, s := range sizes {
		if table == "" || s.Table == table {
			sum += s.Rows
		}
	}
	return sum
}

// Bytes counts their bytes: of one table, or of all with "".
func (d *Database) Bytes(table string) int64 {
	sizes, err := d.db.Sizes(d.background())
	must(err)
	sum := int64(0)
	for _, s := range sizes {
		if table == "" || s.Table == table {
			sum += s.Bytes
		}
	}
	return sum
}

// DB is the database itself, for what no request does: reading what a leak would show, storing thousands of
// sign-ins at once.
func (d *Database) DB() *models.DB { return d.db }

func (d *Database) close() error {
	err := d.db.Close()
	if dropped := d.drop(); err == nil {
		err = dropped
	}
	return err
}
