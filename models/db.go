package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"twodoors/models/sqltrace"
)

// Options say which database to open, and how.
type Options struct {
	// URL is "sqlite:path", "sqlite::memory:" or "postgres://…". A database in
	// memory belongs to this DB alone and ends with it.
	URL string
	// Orphan is told of statements made without a request; nil logs a warning.
	Orphan func(ctx context.Context, sql string)
	// Log takes what is worth a line; nil is the default logger.
	Log *slog.Logger
	// Readers is how many SQLite connections read beside the one that writes; 0
	// chooses. PostgreSQL has one pool for both.
	Readers int
	// Switch, where not nil, can take the database away and give it back.
	Switch *sqltrace.Switch
	// Around, where not nil, wraps the connectors above the recorder: what it has the
	// program send is recorded as the program's own. It is for showing that a faulty
	// program is found out.
	Around func(driver.Connector) driver.Connector
}

// connector puts the recorder around a driver's connector.
func (o Options) connector(c driver.Connector) driver.Connector {
	c = sqltrace.WrapSwitched(c, o.Orphan, o.Switch)
	if o.Around != nil {
		c = o.Around(c)
	}
	return c
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect     string
	id          string        // see ID
	newID       func() int64  // draws the id of a user or a team
	read, write *gorm.DB      // the same on PostgreSQL and in memory
	readLimit   time.Duration // how long a read may take, waiting for a connection included; 0 is no limit
	writeLimit  time.Duration // the same for a write or a whole transaction
	closers     []func() error
	numbered    numbered
	pooled      bool        // a pooler stands before PostgreSQL: no connection is this program's own
	cleaning    sync.Mutex  // held by the one clean-up at a time of all nodes that share this DB
	failing     atomic.Bool // a write has failed and none has been done since
	files       []openFile  // those that the database lies in; none on PostgreSQL and in memory
}

// The dialects, as gorm names them.
const (
	dialectSQLite   = "sqlite"
	dialectPostgres = "postgres"
)

// Open opens the database and brings its tables up to date. Its errors are one
// line each and never contain the password of the URL.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Orphan == nil {
		o.Orphan = func(ctx context.Context, sql string) {
			o.Log.WarnContext(ctx, "database statement without a request", "sql", sql)
		}
	}
	ctx = sqltrace.Background(ctx)
	scheme, rest, _ := strings.Cut(o.URL, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(ctx, o, rest)
	case "postgres", "postgresql":
		return openPostgres(ctx, o)
	}
	return nil, errors.New("database: the URL must begin with sqlite: or postgres://")
}

// Close closes every connection.
func (db *DB) Close() error {
	var errs []error
	for _, c := range db.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// Ping reads one row, so that it fails where a lookup would fail. It belongs to no
// request and is not recorded.
func (db *DB) Ping(ctx context.Context) error {
	ctx, cancel := limited(sqltrace.Background(ctx), db.writeLimit)
	defer cancel()
	return scanOne(db.read.WithContext(ctx).Raw(`SELECT version FROM schema_versions`), new(int))
}

// Dialect returns "sqlite" or "postgres".
func (db *DB) Dialect() string { return db.dialect }

// handle puts GORM on a pool. Values never reach a log: GORM's own logger, which
// fills them into the text, is off.
func handle(d gorm.Dialector) (*gorm.DB, error) {
	return gorm.Open(d, &gorm.Config{
		Logger:                 logger.Discard,
		SkipDefaultTransaction: true, // one statement needs no transaction around it
		DisableAutomaticPing:   true,
	})
}

// pool sizes a pool that keeps its connections.
func pool(p *sql.DB, size int) *sql.DB {
	p.SetMaxOpenConns(size)
	p.SetMaxIdleConns(size)
	return p
}
