package sqltrace_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"strings"
	"sync"
)

// fake is a database that only notes what arrives: the truth that a recording is
// compared with.
type fake struct {
	skip bool // answers ErrSkip to statements with arguments, as SQLite's driver does

	mu   sync.Mutex
	seen []string
}

func (f *fake) note(what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = append(f.seen, what)
	if strings.Contains(what, "fail") {
		return coded{}
	}
	return nil
}

func (f *fake) take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := f.seen
	f.seen = nil
	return seen
}

func (f *fake) Connect(context.Context) (driver.Conn, error) { return &fakeConn{f}, nil }

func (f *fake) Driver() driver.Driver { return nil }

// coded is an error as PostgreSQL's driver has it, with a value in its text.
type coded struct{}

func (coded) Error() string    { return "duplicate key (name)=(s3cret)" }
func (coded) SQLState() string { return "23505" }

type fakeConn struct{ f *fake }

func (c *fakeConn) Prepare(query string) (driver.Stmt, error) {
	if err := c.f.note("prepare " + query); err != nil {
		return nil, err
	}
	return &fakeStmt{c.f, query}, nil
}

func (c *fakeConn) Close() error { return nil }

func (c *fakeConn) Begin() (driver.Tx, error) { return fakeTx{c.f}, c.f.note("BEGIN") }

func (c *fakeConn) ExecContext(_ context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.f.skip && len(args) > 0 {
		return nil, driver.ErrSkip
	}
	return driver.RowsAffected(2), c.f.note(query)
}

func (c *fakeConn) QueryContext(_ context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.f.skip && len(args) > 0 {
		return nil, driver.ErrSkip
	}
	return &fakeRows{left: 3, broken: strings.Contains(query, "breaks")}, c.f.note(query)
}

type fakeTx struct{ f *fake }

func (t fakeTx) Commit() error   { return t.f.note("COMMIT") }
func (t fakeTx) Rollback() error { return t.f.note("ROLLBACK") }

type fakeStmt struct {
	f     *fake
	query string
}

func (s *fakeStmt) Close() error  { return nil }
func (s *fakeStmt) NumInput() int { return -1 }

func (s *fakeStmt) Exec([]driver.Value) (driver.Result, error) {
	return driver.RowsAffected(2), s.f.note(s.query)
}

func (s *fakeStmt) Query([]driver.Value) (driver.Rows, error) {
	return &fakeRows{left: 3}, s.f.note(s.query)
}

type fakeRows struct {
	left   int
	broken bool
}

func (r *fakeRows) Columns() []string { return []string{"n"} }
func (r *fakeRows) Close() error      { return nil }

func (r *fakeRows) Next(dest []driver.Value) error {
	if r.left == 0 && r.broken {
		return errors.New("row s3cret broke")
	}
	if r.left == 0 {
		return io.EOF
	}
	r.left--
	dest[0] = int64(r.left)
	return nil
}
