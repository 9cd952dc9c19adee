package auth

import (
	"context"
	"slices"
	"sync"
)

// TurnLimits bound who works at the same time, and who waits.
type TurnLimits struct {
	AtOnce  int // who have their turn at the same time
	Waiting int // who wait for it, in all
	Each    int // who wait in one line; in the one without a name, as many as in all
	Known   int // who wait in the lines of known devices, beside the others
}

// Line is where somebody waits: behind those of the same line, and beside all others.
type Line struct {
	// Name is the line's: a client address, or a known device.
	Name string
	// Known is the line of a known device. There is room kept for those, and every second turn is theirs.
	Known bool
}

type lineKey struct{}

// WithLine returns a context for work that waits in a line of its own.
func WithLine(ctx context.Context, l Line) context.Context {
	return context.WithValue(ctx, lineKey{}, l)
}

// LineOf is the line that ctx says, and otherwise the one of all those that say none.
func LineOf(ctx context.Context) Line {
	l, _ := ctx.Value(lineKey{}).(Line)
	return l
}

// Turns has costly work done by a few at a time. Whoever waits stands in a line, and the lines have turns: somebody
// with a hundred connections is served no more often than somebody with one. It is safe for concurrent use.
type Turns struct {
	limits TurnLimits

	mu            sync.Mutex
	working       int
	known, others rotation
	knownLast     bool // whose turn came last
}

// NewTurns makes a Turns.
func NewTurns(l TurnLimits) *Turns {
	return &Turns{limits: l, known: newRotation(), others: newRotation()}
}

// Acquire waits for a turn, which Release ends. It fails with ErrBusy where too many wait, and with ctx.
func (t *Turns) Acquire(ctx context.Context, l Line) error {
	lines, turn, err := t.join(l)
	if err != nil || turn == nil {
		return err
	}
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !lines.leave(l.Name, turn) { // the turn came at the same moment
		t.working--
		t.dispatch()
	}
	return context.Cause(ctx)
}

// join puts somebody into a line; turn is nil where the turn is theirs at once.
func (t *Turns) join(l Line) (lines *rotation, turn chan struct{}, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines, room := &t.others, t.limits.Waiting
	if l.Known {
		lines, room = &t.known, t.limits.Known
	}
	if t.working < t.limits.AtOnce {
		t.working++
		return lines, nil, nil
	}
	if lines.length >= room || l.Name != "" && len(lines.lines[l.Name]) >= t.limits.Each {
		return nil, nil, ErrBusy
	}
	return lines, lines.join(l.Name), nil
}

// Release ends a turn.
func (t *Turns) Release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.working--
	t.dispatch()
}

func (t *Turns) dispatch() {
	for t.working < t.limits.AtOnce && t.known.length+t.others.length > 0 {
		t.knownLast = t.known.length > 0 && (!t.knownLast || t.others.length == 0)
		lines := &t.others
		if t.knownLast {
			lines = &t.known
		}
		t.working++
		close(lines.next())
	}
}

// Waiting is how many wait for their turn.
func (t *Turns) Waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.known.length + t.others.length
}

// Working is how many have their turn.
func (t *Turns) Working() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.working
}

// rotation is lines that have turns.
type rotation struct {
	order  []string // lines in which somebody waits; the first one is next
	lines  map[string][]chan struct{}
	length int // who wait, in all lines
}

func newRotation() rotation { return rotation{lines: map[string][]chan struct{}{}} }

func (r *rotation) join(name string) chan struct{} {
	turn := make(chan struct{})
	if len(r.lines[name]) == 0 {
		r.order = append(r.order, name)
	}
	r.lines[name] = append(r.lines[name], turn)
	r.length++
	return turn
}

// leave takes somebody out of a line, and reports whether they still stood there.
func (r *rotation) leave(name string, turn chan struct{}) bool {
	line := r.lines[name]
	at := slices.Index(line, turn)
	if at < 0 {
		return false
	}
	r.length--
	r.lines[name] = slices.Delete(line, at, at+1)
	if len(r.lines[name]) == 0 {
		delete(r.lines, name)
		r.order = slices.DeleteFunc(r.order, func(o string) bool { return o == name })
	}
	return true
}

// next takes out who is first in the line whose turn it is; the rest of that line comes after all others.
func (r *rotation) next() chan struct{} {
	name := r.order[0]
	r.order = r.order[1:]
	line := r.lines[name]
	r.length--
	if len(line) > 1 {
		r.lines[name] = line[1:]
		r.order = append(r.order, name)
	} else {
		delete(r.lines, name)
	}
	return line[0]
}
