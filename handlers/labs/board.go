package labs

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Board keeps what every statement came to when it was last run here. It is safe for concurrent use.
type Board struct {
	engine *Engine
	queue  *Queue
	now    func() time.Time
	again  chan struct{}

	mu       sync.Mutex
	readings map[string]Reading
	flows    []FlowReading
	state    BoardState
	changes  int
	watching map[chan string]bool
	ended    bool
}

// Reading is a result with its time.
type Reading struct {
	Result
	At time.Time
}

// BoardState is how far the measuring of all statements has come.
type BoardState struct {
	Running     bool
	Done, Total int
	Ended       time.Time     // when it was last done; zero: never
	Took        time.Duration // then
}

// NewBoard makes an empty board, which is filled by Keep.
func NewBoard(e *Engine, q *Queue, now func() time.Time) *Board {
	return &Board{
		engine: e, queue: q, now: now, again: make(chan struct{}, 1),
		readings: map[string]Reading{}, watching: map[chan string]bool{},
	}
}

// Keep measures all statements, one after the other, and again whenever Again says so, until ctx ends. The runs stand
// in the queue behind the visitors' own.
func (b *Board) Keep(ctx context.Context) {
	defer b.End()
	for {
		b.measure(ctx)
		select {
		case <-ctx.Done():
			return
		case <-b.again:
		}
	}
}

// Again has all statements measured once more, unless that is under way.
func (b *Board) Again() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state.Running {
		return
	}
	select {
	case b.again <- struct{}{}:
	default:
	}
}

func (b *Board) measure(ctx context.Context) {
	statements := slices.DeleteFunc(slices.Clone(b.engine.Statements()), func(c Statement) bool { return c.Play == nil }) // those need a browser
	began := b.now()
	b.change("", func() { b.state.Running, b.state.Done, b.state.Total = true, 0, len(statements) })
	for _, c := range statements {
		r, err := b.queue.Do(ctx, Request{Visitor: "server", Address: "server", Behind: true, Key: "claim " + c.ID, Run: func(ctx context.Context, watch func(Event)) Result {
			return b.engine.RunStatement(ctx, c, watch)
		}})
		if err != nil {
			break
		}
		b.Put(r)
		b.change("", func() { b.state.Done++ })
	}
	_, _ = b.queue.Do(ctx, b.Flows(Request{Visitor: "server", Address: "server", Behind: true}))
	b.change("", func() { b.state.Running, b.state.Ended, b.state.Took = false, b.now(), b.now().Sub(began) })
}

// Flows makes of an ask one for all flows, which are on the board when it is done.
func (b *Board) Flows(a Request) Request {
	a.Key = "flows"
	a.Run = func(ctx context.Context, watch func(Event)) Result {
		var flows []FlowReading
		for _, f := range Flows() {
			r := b.engine.Stage(ctx, f.Play, watch)
			if r.Cancelled() {
				return r
			}
			flows = append(flows, FlowReading{f, Reading{r.lastStep(), b.now()}})
		}
		b.change("", func() { b.flows = flows })
		return Result{}
	}
	return a
}

// Put keeps a result, unless the run did not come to its end for lack of time or because it was cancelled.
func (b *Board) Put(r Result) {
	if r.Cancelled() {
		return
	}
	b.change(r.Statement.ID, func() { b.readings[r.Statement.ID] = Reading{r.forKeeping(), b.now()} })
}

// change does something under the lock, and tells those who watch: the id of the statement, or "" where the state
// alone has changed.
func (b *Board) change(id string, do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	do()
	b.changes++
	for c := range b.watching {
		select {
		case c <- id:
		default:
		}
	}
}

// Latest is what a statement last came to here.
func (b *Board) Latest(id string) (Reading, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, found := b.readings[id]
	return r, found
}

// FlowReadings are the flows as they were last recorded.
func (b *Board) FlowReadings() []FlowReading {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.flows)
}

// State is how far the measuring has come.
func (b *Board) State() BoardState {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state
}

// Changes is how often what the board shows has changed.
func (b *Board) Changes() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.changes
}

// Watch returns a channel that gets the ids of the statements as they are measured, and "" where the state changes. It
// is closed when the board is kept no more. stop ends it.
func (b *Board) Watch() (changes <-chan string, stop func()) {
	c := make(chan string, 4*len(b.engine.statements))
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended {
		close(c)
		return c, func() {}
	}
	b.watching[c] = true
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watching, c)
	}
}

// End closes the channels of those who watch: nothing is kept any more.
func (b *Board) End() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended, b.state.Running = true, false
	b.changes++
	for c := range b.watching {
		close(c)
		delete(b.watching, c)
	}
}
