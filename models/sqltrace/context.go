package sqltrace

import (
	"context"
	"time"
)

// scope is what a context says about the lookups made with it. It is a context
// itself, so that one allocation and one step of Value serve all four questions.
type scope struct {
	context.Context
	rec        *Recorder
	purpose    Purpose
	label      string
	background bool
}

type scopeKey struct{}

// Value answers for the scope and leaves everything else to the parent.
func (s *scope) Value(key any) any {
	if _, ok := key.(scopeKey); ok {
		return s
	}
	return s.Context.Value(key)
}

func scopeOf(ctx context.Context) *scope {
	s, _ := ctx.Value(scopeKey{}).(*scope)
	return s
}

// derive copies what ctx says so that one thing in it can be changed.
func derive(ctx context.Context) *scope {
	next := &scope{}
	if s := scopeOf(ctx); s != nil {
		*next = *s
	}
	next.Context = ctx
	return next
}

// With returns a context whose lookups go to r. It undoes Background.
func With(ctx context.Context, r *Recorder) context.Context {
	s := derive(ctx)
	s.rec, s.background = r, false
	return s
}

// From returns the recorder of ctx, nil if there is none or if the context is for
// background work.
func From(ctx context.Context) *Recorder {
	if s := scopeOf(ctx); s != nil && !s.background {
		return s.rec
	}
	return nil
}

// For returns a context whose lookups have purpose p. Without it they are Data.
func For(ctx context.Context, p Purpose) context.Context {
	s := derive(ctx)
	s.purpose = p
	return s
}

// Label returns a context whose lookups bear this name. The innermost name wins.
func Label(ctx context.Context, name string) context.Context {
	s := derive(ctx)
	s.label = name
	return s
}

// Background returns a context for work that belongs to no request, such as a
// migration, a clean-up or the command line: its statements are neither recorded
// nor reported, even below a context that has a recorder.
func Background(ctx context.Context) context.Context {
	s := derive(ctx)
	s.background = true
	return s
}

// IsBackground reports whether ctx is for work that belongs to no request.
func IsBackground(ctx context.Context) bool {
	s := scopeOf(ctx)
	return s != nil && s.background
}

// Command records a command sent to a store that is not behind database/sql, such
// as Redis: its text without values, when it began, how long it took and how many
// values came back. Purpose and name come from ctx.
func (r *Recorder) Command(ctx context.Context, text string, began time.Time, took time.Duration, values int64, err error) {
	e := Statement{Kind: KindCommand, Purpose: Data, SQL: text, At: max(0, began.Sub(r.start)), Took: took, Rows: values}
	if s := scopeOf(ctx); s != nil {
		e.Purpose, e.Label = s.purposeOr(Data), s.label
	}
	if err != nil {
		e.Err = errorClass(err)
	}
	r.add(e)
}

func (s *scope) purposeOr(p Purpose) Purpose {
	if s.purpose == "" {
		return p
	}
	return s.purpose
}
