package sqltrace

import (
	"context"
	"database/sql/driver"
	"errors"
)

// conn records what passes through a connection. Where the wrapped connection
// lacks an optional interface, conn answers as database/sql would have done
// without it.
type conn struct {
	inner  driver.Conn
	orphan func(ctx context.Context, sql string)
	power  *Switch
}

var (
	_ driver.ConnPrepareContext = (*conn)(nil)
	_ driver.ConnBeginTx        = (*conn)(nil)
	_ driver.Pinger             = (*conn)(nil)
	_ driver.SessionResetter    = (*conn)(nil)
	_ driver.Validator          = (*conn)(nil)
	_ driver.NamedValueChecker  = (*conn)(nil)
)

// Prepare is never called: database/sql takes PrepareContext.
func (c *conn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

// PrepareContext prepares a statement, which is recorded and not counted.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	e := begin(ctx)
	inner, err := c.prepare(ctx, query)
	e.end(KindPrepare, query, 0, err)
	if err != nil {
		return nil, err
	}
	return wrapStmt(c, inner, query), nil
}

func (c *conn) prepare(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.power.err(); err != nil {
		return nil, err
	}
	if p, ok := c.inner.(driver.ConnPrepareContext); ok {
		return p.PrepareContext(ctx, query)
	}
	inner, err := c.inner.Prepare(query)
	if err == nil && ctx.Err() != nil {
		_ = inner.Close()
		return nil, ctx.Err()
	}
	return inner, err
}

// Inner returns the wrapped connection, for what only its own driver knows.
func (c *conn) Inner() driver.Conn { return c.inner }

// Close closes the connection.
func (c *conn) Close() error { return c.inner.Close() }

// Begin is never called: database/sql takes BeginTx.
func (c *conn) Begin() (driver.Tx, error) {
	return c.BeginTx(context.Background(), driver.TxOptions{})
}

// BeginTx begins a transaction. Its commit or rollback is recorded for the same
// request: both arrive without a context.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	e := begin(ctx)
	inner, err := c.begin(ctx, opts)
	e.end(KindTransaction, "BEGIN", 0, err)
	if err != nil || e.scope == nil {
		return inner, err
	}
	return &tx{inner: inner, scope: e.scope}, nil
}

func (c *conn) begin(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if err := c.power.err(); err != nil {
		return nil, err
	}
	if b, ok := c.inner.(driver.ConnBeginTx); ok {
		return b.BeginTx(ctx, opts)
	}
	if opts.Isolation != 0 {
		return nil, errors.New("sql: driver does not support non-default isolation level")
	}
	if opts.ReadOnly {
		return nil, errors.New("sql: driver does not support read-only transactions")
	}
	inner, err := c.inner.Begin() //nolint:staticcheck // the only way left to this driver
	if err == nil && ctx.Err() != nil {
		_ = inner.Rollback()
		return nil, ctx.Err()
	}
	return inner, err
}

// Ping passes on a ping. The pool's own are no lookups.
func (c *conn) Ping(ctx context.Context) error {
	if p, ok := c.inner.(driver.Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

// ResetSession passes on what database/sql does before it uses a connection again.
func (c *conn) ResetSession(ctx context.Context) error {
	if r, ok := c.inner.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

// IsValid passes on whether the connection may go back to the pool.
func (c *conn) IsValid() bool {
	if v, ok := c.inner.(driver.Validator); ok {
		return v.IsValid()
	}
	return true
}

// CheckNamedValue passes on the check of an argument; ErrSkip means the default.
func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	if n, ok := c.inner.(driver.NamedValueChecker); ok {
		return n.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// tx records the end of a transaction.
type tx struct {
	inner driver.Tx
	scope *scope
}

// Commit commits the transaction.
func (t *tx) Commit() error {
	e := event{scope: t.scope, began: t.scope.rec.since()}
	err := t.inner.Commit()
	e.end(KindTransaction, "COMMIT", 0, err)
	return err
}

// Rollback gives the transaction up.
func (t *tx) Rollback() error {
	e := event{scope: t.scope, began: t.scope.rec.since()}
	err := t.inner.Rollback()
	e.end(KindTransaction, "ROLLBACK", 0, err)
	return err
}
