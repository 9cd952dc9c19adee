package sqltrace

import (
	"context"
	"database/sql/driver"
	"time"
)

// event is a statement on its way through the driver. Without a recorder it is
// zero and measures nothing.
type event struct {
	scope *scope
	began time.Duration // since the recorder was started
}

// begin notes the moment of sending.
func begin(ctx context.Context) event {
	s := scopeOf(ctx)
	if s == nil || s.background || s.rec == nil {
		return event{}
	}
	return event{scope: s, began: s.rec.since()}
}

// end records what was sent and returns its place in the recorder, -1 if nothing
// was recorded.
func (e event) end(kind Kind, sql string, rows int64, err error) int {
	if e.scope == nil || unsent(err) {
		return -1
	}
	s := Statement{
		Kind: kind, Purpose: e.scope.purposeOr(Data), Label: e.scope.label,
		SQL: sql, At: e.began, Took: e.scope.rec.since() - e.began, Rows: rows,
	}
	if err != nil {
		s.Err = errorClass(err)
	}
	return e.scope.rec.add(s)
}

// report tells of a counted statement that no request asked for.
func (c *conn) report(ctx context.Context, e event, kind Kind, sql string, err error) {
	if e.scope != nil || kind != KindStatement || unsent(err) {
		return
	}
	if s := scopeOf(ctx); s == nil || !s.background {
		c.orphan(ctx, sql)
	}
}

// executed records a statement that returns no rows.
func (c *conn) executed(ctx context.Context, e event, sql string, res driver.Result, err error) {
	kind := kindOf(sql)
	c.report(ctx, e, kind, sql, err)
	if e.scope == nil {
		return
	}
	var changed int64
	if err == nil && res != nil && kind == KindStatement {
		if n, err := res.RowsAffected(); err == nil {
			changed = n
		}
	}
	e.end(kind, sql, changed, err)
}

// queried records a statement that returns rows, and wraps them so that reading
// them is measured too.
func (c *conn) queried(ctx context.Context, e event, sql string, inner driver.Rows, err error) (driver.Rows, error) {
	kind := kindOf(sql)
	c.report(ctx, e, kind, sql, err)
	i := e.end(kind, sql, 0, err)
	if err != nil || i < 0 {
		return inner, err
	}
	return &rows{Rows: inner, rec: e.scope.rec, index: i}, nil
}
