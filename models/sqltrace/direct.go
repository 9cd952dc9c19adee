package sqltrace

import (
	"context"
	"database/sql/driver"
	"errors"
)

// Running a statement on the connection itself, without preparing it, is an
// ability that a driver has or lacks, and database/sql treats the arguments
// differently in the two cases. So a wrapped connection has exactly what the
// connection inside it has.

type execConn struct{ *conn }

type queryConn struct{ *conn }

type directConn struct {
	*conn
	execConn
	queryConn
}

var (
	_ driver.ExecerContext  = execConn{}
	_ driver.QueryerContext = queryConn{}
)

func wrapConn(inner driver.Conn, orphan func(context.Context, string), power *Switch) driver.Conn {
	c := &conn{inner: inner, orphan: orphan, power: power}
	switch execs, queries := canExec(inner), canQuery(inner); {
	case execs && queries:
		return directConn{conn: c, execConn: execConn{c}, queryConn: queryConn{c}}
	case execs:
		return execConn{c}
	case queries:
		return queryConn{c}
	}
	return c
}

func canExec(c driver.Conn) bool {
	_, ok := c.(driver.ExecerContext)
	if !ok {
		_, ok = c.(driver.Execer) //nolint:staticcheck // older drivers have only this
	}
	return ok
}

func canQuery(c driver.Conn) bool {
	_, ok := c.(driver.QueryerContext)
	if !ok {
		_, ok = c.(driver.Queryer) //nolint:staticcheck // older drivers have only this
	}
	return ok
}

// ExecContext runs a statement that returns no rows.
func (c execConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	e := begin(ctx)
	res, err := c.exec(ctx, query, args)
	c.executed(ctx, e, query, res, err)
	return res, err
}

func (c execConn) exec(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.power.send(); err != nil {
		return nil, err
	}
	if x, ok := c.inner.(driver.ExecerContext); ok {
		return x.ExecContext(ctx, query, args)
	}
	values, err := plain(ctx, args)
	if err != nil {
		return nil, err
	}
	return c.inner.(driver.Execer).Exec(query, values) //nolint:staticcheck // as above
}

// QueryContext runs a statement that returns rows.
func (c queryConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	e := begin(ctx)
	inner, err := c.query(ctx, query, args)
	return c.queried(ctx, e, query, inner, err)
}

func (c queryConn) query(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.power.send(); err != nil {
		return nil, err
	}
	if q, ok := c.inner.(driver.QueryerContext); ok {
		return q.QueryContext(ctx, query, args)
	}
	values, err := plain(ctx, args)
	if err != nil {
		return nil, err
	}
	return c.inner.(driver.Queryer).Query(query, values) //nolint:staticcheck // as above
}

// plain turns arguments into what drivers without contexts take, as database/sql does.
func plain(ctx context.Context, args []driver.NamedValue) ([]driver.Value, error) {
	values := make([]driver.Value, len(args))
	for i, a := range args {
		if a.Name != "" {
			return nil, errors.New("sql: driver does not support the use of Named Parameters")
		}
		values[i] = a.Value
	}
	return values, ctx.Err()
}
