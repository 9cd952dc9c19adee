package trace

import (
	"context"
	"net/http"
	"sync"
	"time"

	"twodoors/models/sqltrace"
)

// Record is the record of one request. It is safe for concurrent use.
type Record struct {
	// Lookups records every statement of this request at the database driver.
	Lookups *sqltrace.Recorder

	start time.Time

	mu       sync.Mutex
	steps    []Step
	notes    []Remark
	authTime time.Duration
	signing  bool
	total    time.Duration
	refusal  string
	hidden   bool // see HideTimes
	spared   []error
	told     sqltrace.Counts
}

// Step is something the server did on its own: it checked a credential, or made one.
type Step struct {
	// Name is a key of the message catalogue below "step.", e.g. "check.token".
	Name string
	// Reason names why a check failed, "" where it passed: a key below "reason.".
	Reason string
	// At counts from the request's arrival.
	At, Took time.Duration
}

// Remark is a sentence to be said beside the figures: a key below "why." with its values.
type Remark struct {
	Name string
	Args map[string]any
}

type recordKey struct{}

// Begin starts the record of a request that arrives now. A monotonic clock measures durations; the
// injected clock of the application decides nothing here.
func Begin(r *http.Request) (*Record, *http.Request) {
	x := &Record{start: time.Now()}
	x.Lookups = sqltrace.NewRecorder(x.start)
	ctx := sqltrace.With(context.WithValue(r.Context(), recordKey{}, x), x.Lookups)
	if place, ok := r.Context().Value(watchKey{}).(**Record); ok {
		*place = x
	}
	return x, r.WithContext(ctx)
}

type watchKey struct{}

// Watched returns a context for a request whose record is left in place as soon as it begins. Who sends
// requests to a node in the same process reads it once the node has answered.
func Watched(ctx context.Context, place **Record) context.Context {
	return context.WithValue(ctx, watchKey{}, place)
}

// From returns the record of the request that ctx belongs to, or nil outside of one. All methods of a
// nil Record do nothing, so that code may be called without a request.
func From(ctx context.Context) *Record {
	x, _ := ctx.Value(recordKey{}).(*Record)
	return x
}

// Check begins a step and returns the function that ends it. reason is "" where the check passed.
func (x *Record) Check(name string) (done func(reason string)) {
	if x == nil {
		return func(string) {}
	}
	at := time.Since(x.start)
	return func(reason string) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.steps = append(x.steps, Step{Name: name, Reason: reason, At: at, Took: time.Since(x.start) - at})
	}
}

// Event records a step that takes no time worth measuring.
func (x *Record) Event(name string) { x.Check(name)("") }

// Remark keeps a sentence to be said beside the figures.
func (x *Record) Remark(name string, args map[string]any) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.notes = append(x.notes, Remark{name, args})
}

// Spare keeps a fault that the answer does not depend on, for the log.
func (x *Record) Spare(err error) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.spared = append(x.spared, err)
}

// Spared are the faults that the answer did not depend on.
func (x *Record) Spared() []error {
	if x == nil {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.spared
}

// AddAuthTime adds time spent on finding out who is asking.
func (x *Record) AddAuthTime(d time.Duration) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.authTime += d
}

// Signing says that the whole request is about finding out or settling who is asking: signing in or out, or
// renewing a token.
func (x *Record) Signing() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.signing = true
}

// HideTimes keeps all times out of the headers until ShowTimes: how long it took to look somebody up, or not to, is not
// for a client who has not shown yet to be that person.
func (x *Record) HideTimes() { x.hideTimes(true) }

// ShowTimes undoes HideTimes.
func (x *Record) ShowTimes() { x.hideTimes(false) }

func (x *Record) hideTimes(hidden bool) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.hidden = hidden
}

// Refuse notes why the request is refused. The first reason stands: what follows from it is no reason of its own.
func (x *Record) Refuse(reason string) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.refusal == "" {
		x.refusal = reason
	}
}

// Refusal is why the request was refused, "" where it was not.
func (x *Record) Refusal() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.refusal
}

// Freeze fixes the figures: what a page shows was true when rendering began. No lookup may follow.
func (x *Record) Freeze() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.total == 0 {
		x.total = time.Since(x.start)
		x.Lookups.Freeze()
	}
}

// Elapsed is the time since the request arrived.
func (x *Record) Elapsed() time.Duration { return time.Since(x.start) }

// Total is the time from the request's arrival to the freeze, or 0 before it.
func (x *Record) Total() time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.total
}

// AuthTime is the time spent on finding out who is asking, signature checks and lookups together.
func (x *Record) AuthTime() time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.signing && x.total > 0:
		return x.total
	case x.signing:
		return time.Since(x.start)
	}
	return x.authTime
}

// Steps returns the recorded steps in order.
func (x *Record) Steps() []Step {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]Step(nil), x.steps...)
}

// Remarks returns the recorded remarks in order.
func (x *Record) Remarks() []Remark {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]Remark(nil), x.notes...)
}
