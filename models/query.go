package models

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"

	"twodoors/models/sqltrace"
)

// A lookup is made with a context of its own. It keeps the request's values, the
// recorder among them, and not its cancellation: watching for that costs more than
// the lookup does in SQLite, would make PostgreSQL's driver throw the connection
// away each time a browser leaves, and would leave a write half done. What bounds
// it instead is the time limit of the database.

// reading returns a session for a lookup that changes nothing.
func (db *DB) reading(ctx context.Context, label string) (*gorm.DB, context.CancelFunc, error) {
	return start(ctx, db.read, label, db.readLimit)
}

// writing returns a session for everything else.
func (db *DB) writing(ctx context.Context, label string) (*gorm.DB, context.CancelFunc, error) {
	return start(ctx, db.write, label, db.writeLimit)
}

func start(ctx context.Context, g *gorm.DB, label string, limit time.Duration) (*gorm.DB, context.CancelFunc, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, translate(err) // gone before it began: nothing is sent
	}
	ctx, cancel := limited(sqltrace.Label(context.WithoutCancel(ctx), label), limit)
	return g.WithContext(ctx), cancel, nil
}

func limited(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if limit == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, limit)
}

// one reads one row into dest. No row is ErrNotFound.
func (db *DB) one(ctx context.Context, label, query string, args []any, dest ...any) error {
	g, cancel, err := db.reading(ctx, label)
	if err != nil {
		return err
	}
	defer cancel()
	return scanOne(db.ready(g, query, args...), dest...)
}

// many reads all rows, calling scan for each.
func (db *DB) many(ctx context.Context, label, query string, args []any, scan func(*sql.Rows) error) error {
	g, cancel, err := db.reading(ctx, label)
	if err != nil {
		return err
	}
	defer cancel()
	return scanAll(db.ready(g, query, args...), scan)
}

// change runs one statement that writes and returns how many rows it changed.
func (db *DB) change(ctx context.Context, label, query string, args ...any) (int64, error) {
	g, cancel, err := db.writing(ctx, label)
	if err != nil {
		return 0, err
	}
	defer cancel()
	n, err := exec(g, query, args...)
	db.wrote(err)
	return n, err
}

// wrote notes whether a write was possible: see Health.
func (db *DB) wrote(err error) {
	if failed := Unavailable(err); failed != db.failing.Load() {
		db.failing.Store(failed)
	}
}

// transaction runs fn in one transaction, which is rolled back if fn fails. Errors of the driver that fn returns have
// been translated there.
func (db *DB) transaction(ctx context.Context, label string, fn func(tx *gorm.DB) error) error {
	g, cancel, err := db.writing(ctx, label)
	if err != nil {
		return err
	}
	defer cancel()
	var failed error
	err = g.Transaction(func(tx *gorm.DB) error {
		failed = fn(tx)
		return failed
	})
	if failed == nil {
		failed = translate(err) // of the transaction itself; those of its statements have their kind
	}
	db.wrote(failed)
	return failed
}

// locking returns the clause that locks the rows read, for a database that
// lets several transactions write at once. SQLite has one writer: there the
// transaction itself is the lock.
func (db *DB) locking(clause string) string {
	if db.dialect == dialectPostgres {
		return " " + clause
	}
	return ""
}

// exec runs a statement and returns how many rows it changed.
func exec(g *gorm.DB, query string, args ...any) (int64, error) {
	res := g.Exec(query, args...)
	return res.RowsAffected, translate(res.Error)
}

// scanOne goes through Rows and not through Row: GORM hands out a Row that panics
// when it is read after a failure to prepare.
func scanOne(q *gorm.DB, dest ...any) error {
	found := false
	err := scanAll(q, func(rows *sql.Rows) error {
		if found {
			return nil
		}
		found = true
		return rows.Scan(dest...)
	})
	if err == nil && !found {
		return ErrNotFound
	}
	return err
}

func scanAll(q *gorm.DB, scan func(*sql.Rows) error) (err error) {
	rows, err := q.Rows()
	if err != nil {
		return translate(err)
	}
	defer func() {
		// SQLite reports some failures only when the statement is reset.
		if closing := rows.Close(); err == nil {
			err = translate(closing)
		}
	}()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return translate(rows.Err())
}
