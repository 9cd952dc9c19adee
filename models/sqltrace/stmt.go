package sqltrace

import (
	"context"
	"database/sql/driver"
)

// stmt records each run of a prepared statement.
type stmt struct {
	inner driver.Stmt
	conn  *conn
	query string
}

var (
	_ driver.StmtExecContext   = (*stmt)(nil)
	_ driver.StmtQueryContext  = (*stmt)(nil)
	_ driver.NamedValueChecker = (*stmt)(nil)
	_ driver.ColumnConverter   = convertingStmt{} //nolint:staticcheck // older drivers have only this
)

// convertingStmt is a statement whose driver converts arguments by column.
type convertingStmt struct {
	*stmt
	columns driver.ColumnConverter //nolint:staticcheck // as above
}

// ColumnConverter passes on the converter of a column.
func (s convertingStmt) ColumnConverter(i int) driver.ValueConverter {
	return s.columns.ColumnConverter(i)
}

func wrapStmt(c *conn, inner driver.Stmt, query string) driver.Stmt {
	s := &stmt{inner: inner, conn: c, query: query}
	if cc, ok := inner.(driver.ColumnConverter); ok { //nolint:staticcheck // as above
		return convertingStmt{stmt: s, columns: cc}
	}
	return s
}

// Close closes the statement.
func (s *stmt) Close() error { return s.inner.Close() }

// NumInput returns the number of placeholders, -1 if the driver does not know.
func (s *stmt) NumInput() int { return s.inner.NumInput() }

// CheckNamedValue asks the statement, then the connection, as database/sql does.
func (s *stmt) CheckNamedValue(v *driver.NamedValue) error {
	if n, ok := s.inner.(driver.NamedValueChecker); ok {
		return n.CheckNamedValue(v)
	}
	return s.conn.CheckNamedValue(v)
}

// Exec is never called: database/sql takes ExecContext.
func (s *stmt) Exec(args []driver.Value) (driver.Result, error) {
	return s.ExecContext(context.Background(), named(args))
}

// Query is never called: database/sql takes QueryContext.
func (s *stmt) Query(args []driver.Value) (driver.Rows, error) {
	return s.QueryContext(context.Background(), named(args))
}

// ExecContext runs the statement, which returns no rows.
func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	e := begin(ctx)
	res, err := s.exec(ctx, args)
	s.conn.executed(ctx, e, s.query, res, err)
	return res, err
}

func (s *stmt) exec(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.conn.power.send(); err != nil {
		return nil, err
	}
	if x, ok := s.inner.(driver.StmtExecContext); ok {
		return x.ExecContext(ctx, args)
	}
	values, err := plain(ctx, args)
	if err != nil {
		return nil, err
	}
	return s.inner.Exec(values) //nolint:staticcheck // the only way left to this driver
}

// QueryContext runs the statement, which returns rows.
func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	e := begin(ctx)
	inner, err := s.run(ctx, args)
	return s.conn.queried(ctx, e, s.query, inner, err)
}

func (s *stmt) run(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.conn.power.send(); err != nil {
		return nil, err
	}
	if q, ok := s.inner.(driver.StmtQueryContext); ok {
		return q.QueryContext(ctx, args)
	}
	values, err := plain(ctx, args)
	if err != nil {
		return nil, err
	}
	return s.inner.Query(values) //nolint:staticcheck // the only way left to this driver
}

func named(args []driver.Value) []driver.NamedValue {
	list := make([]driver.NamedValue, len(args))
	for i, v := range args {
		list[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return list
}
