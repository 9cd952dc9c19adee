package models

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
)

// cached keeps prepared statements on each SQLite connection, as pgx does on its
// own for PostgreSQL: preparing costs as much as a lookup.
//
// GORM's PrepareStmt keeps them per pool, and cannot be used beside a pool of one
// connection: a transaction that holds the connection may wait there for a
// statement that another goroutine is preparing, which waits for the connection.
//
// It stands above the recorder, so that only what reaches SQLite is recorded.
type cached struct{ driver.Connector }

// cacheSize bounds the statements of a connection. This program has fewer.
const cacheSize = 128

// Connect opens a connection with an empty cache.
func (c cached) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := inner.(sqliteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%T lacks what the statement cache needs", inner), inner.Close())
	}
	return &cachedConn{sqliteConn: conn, stmts: make(map[string]*cachedStmt)}, nil
}

// sqliteConn and sqliteStmt are what database/sql uses of SQLite's driver behind
// the recorder.
type sqliteConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.NamedValueChecker
	driver.SessionResetter
	driver.Validator
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
	driver.NamedValueChecker
}

// cachedConn is used by one goroutine at a time, as database/sql promises.
type cachedConn struct {
	sqliteConn
	stmts map[string]*cachedStmt
}

// PrepareContext returns the statement kept for query, unless it is being read
// from at this moment.
func (c *cachedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	kept := c.stmts[query]
	if kept != nil && !kept.busy {
		kept.busy = true
		return kept, nil
	}
	inner, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, ok := inner.(sqliteStmt)
	if !ok || kept != nil || len(c.stmts) == cacheSize {
		return inner, nil
	}
	kept = &cachedStmt{sqliteStmt: s, busy: true}
	c.stmts[query] = kept
	return kept, nil
}

// Close closes the statements, then the connection.
func (c *cachedConn) Close() error {
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.sqliteStmt.Close())
	}
	clear(c.stmts)
	return errors.Join(append(errs, c.sqliteConn.Close())...)
}

type cachedStmt struct {
	sqliteStmt
	busy bool
}

// Close keeps the statement for the next time. Its rows are closed by then, which
// has reset it and let go of the values.
func (s *cachedStmt) Close() error {
	s.busy = false
	return nil
}

// Inner returns the connection below the cache.
func (c *cachedConn) Inner() driver.Conn { return c.sqliteConn }
