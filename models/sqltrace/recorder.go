package sqltrace

import (
	"slices"
	"sync"
	"time"
)

// Purpose says why a lookup was made.
type Purpose string

// The purposes of a lookup.
const (
	Auth    Purpose = "auth"    // who is asking; signing in and out; last-seen
	Data    Purpose = "data"    // what the page is for
	Display Purpose = "display" // only to show the state on screen
)

// Kind tells a lookup from what surrounds it.
type Kind string

// The kinds of recorded events. Statements and commands count as lookups.
const (
	KindStatement   Kind = "statement"   // SQL that reads or writes data
	KindTransaction Kind = "transaction" // BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE
	KindPrepare     Kind = "prepare"     // a statement handed over to be run later
	KindCommand     Kind = "command"     // a command to Redis
)

// Statement is one event at the database, as it was sent.
type Statement struct {
	Kind    Kind
	Purpose Purpose
	Label   string        // what it is for, such as "find-session"; "" when nobody named it
	SQL     string        // the text with its placeholders, never with values
	At      time.Duration // when it was sent, since the recorder was started
	Took    time.Duration // time inside the driver: the call, and every row read until the rows were closed
	Rows    int64         // rows read, or rows changed
	Err     string        // class of the error, without values; "" when there was none
	Late    bool          // sent after Freeze
}

// Counted reports whether the event is a lookup. Transaction control and prepares
// are shown and not counted.
func (s Statement) Counted() bool {
	return s.Kind == KindStatement || s.Kind == KindCommand
}

// Counts is the number of lookups by purpose.
type Counts struct{ Auth, Data, Display int }

// Recorder keeps what one request sent to the database. It is safe for concurrent
// use.
type Recorder struct {
	start time.Time // carries a monotonic reading

	mu     sync.Mutex
	list   []Statement
	frozen bool
}

// usual is the room made with the first statement: most requests stay below it, and some make none.
const usual = 4

// NewRecorder starts a recorder. At is measured from start where that carries a
// monotonic clock reading, as time.Now does; a time without one (a clock moved by
// hand) cannot be measured against, and the recorder counts from this call.
func NewRecorder(start time.Time) *Recorder {
	if start == start.Round(0) { // Round strips the monotonic reading: there was none
		start = time.Now()
	}
	return &Recorder{start: start}
}

// Statements returns a copy of what was recorded, in the order of sending.
func (r *Recorder) Statements() []Statement {
	r.mu.Lock()
	list := slices.Clone(r.list)
	r.mu.Unlock()
	slices.SortStableFunc(list, func(a, b Statement) int { return int(a.At - b.At) })
	return list
}

// Counts returns the lookups made before Freeze, so that a page and its header,
// written at different moments, show the same figures.
func (r *Recorder) Counts() Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	var c Counts
	for i := range r.list {
		s := &r.list[i]
		if s.Late || !s.Counted() {
			continue
		}
		switch s.Purpose {
		case Auth:
			c.Auth++
		case Display:
			c.Display++
		default:
			c.Data++
		}
	}
	return c
}

// Took returns the time spent in the database for a purpose before Freeze,
// transaction control and prepares included.
func (r *Recorder) Took(p Purpose) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	var sum time.Duration
	for i := range r.list {
		if s := &r.list[i]; !s.Late && s.Purpose == p {
			sum += s.Took
		}
	}
	return sum
}

// Freeze ends what is counted. Later statements are still recorded, marked Late:
// they were made after the figures had been written down, which is a fault.
func (r *Recorder) Freeze() {
	r.mu.Lock()
	r.frozen = true
	r.mu.Unlock()
}

// Late returns the number of lookups made after Freeze.
func (r *Recorder) Late() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for i := range r.list {
		if s := &r.list[i]; s.Late && s.Counted() {
			n++
		}
	}
	return n
}

// since is the monotonic time since the start.
func (r *Recorder) since() time.Duration { return time.Since(r.start) }

// add records an event and returns its place in the list.
func (r *Recorder) add(s Statement) int {
	r.mu.Lock()
	s.Late = r.frozen
	if r.list == nil {
		r.list = make([]Statement, 0, usual)
	}
	r.list = append(r.list, s)
	i := len(r.list) - 1
	r.mu.Unlock()
	return i
}

// finish completes an event whose rows have been read.
func (r *Recorder) finish(i int, took time.Duration, rows int64, err error) {
	r.mu.Lock()
	s := &r.list[i]
	s.Took, s.Rows = s.Took+took, rows
	if err != nil && s.Err == "" {
		s.Err = errorClass(err)
	}
	r.mu.Unlock()
}
