package labs

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Limits bound what runs for visitors.
type Limits struct {
	AtOnce  int           // runs at the same time
	Waiting int           // asked for and not done, in all
	Each    int           // of one visitor
	Address int           // of one network address
	Time    time.Duration // of one run
}

// Refusals of a queue.
var (
	ErrQueueFull = errors.New("too many runs are waiting")
	ErrTooMany   = errors.New("too many runs of one visitor are waiting")
)

// Request is a run that somebody asks for.
type Request struct {
	// Address is where who asks is: each address has a turn beside every other, however much each asks for. Visitor tells
	// those of one address apart, and has a turn beside the others there.
	Address, Visitor string
	// Key names the run: whoever asks for one that has not begun yet shares it.
	Key string
	Run func(ctx context.Context, watch func(Event)) Result
	// Behind has the run begin only while nobody else runs or waits, one at a time; whoever comes then runs beside it.
	Behind bool
	// Watch, where not nil, is told how it goes, by the goroutine that asked.
	Watch func(Progress)
}

// who is a visitor at an address.
func (a Request) who() who { return who{a.Address, a.Visitor} }

// Queue runs what visitors ask for: a few at a time, each address and each of its visitors in turn. It is safe for
// concurrent use.
type Queue struct {
	limits Limits
	base   context.Context
	end    context.CancelFunc

	mu      sync.Mutex
	running int
	behind  bool // a run that stands behind all others is under way
	turns   turns
	asked   map[string]int // asks not done, by visitor
	from    map[string]int // and by address
	all     int            // and in all
}

// job is a run with everybody who waits for it.
type job struct {
	key     string
	who     who
	run     func(ctx context.Context, watch func(Event)) Result
	ctx     context.Context
	cancel  context.CancelFunc
	waiters map[*waiter]bool
	behind  bool
	done    chan struct{}
	result  Result
}

// NewQueue makes a queue.
func NewQueue(l Limits) *Queue {
	ctx, end := context.WithCancel(context.Background())
	return &Queue{
		limits: l, base: ctx, end: end,
		turns: newTurns(), asked: map[string]int{}, from: map[string]int{},
	}
}

// Close ends what runs and refuses the rest: Do returns.
func (q *Queue) Close() { q.end() }

// Context ends when the queue is closed.
func (q *Queue) Context() context.Context { return q.base }

// Do runs what is asked for, or takes part in the same run of somebody else that has not begun, and returns its
// result. It fails with ErrTooMany, ErrQueueFull, or the context's error; a run that nobody waits for any more is
// cancelled.
func (q *Queue) Do(ctx context.Context, a Request) (Result, error) {
	j, me, err := q.join(a)
	if err != nil {
		return Result{}, err
	}
	defer q.leave(a, j, me)
	for {
		select {
		case <-j.done:
			for a.Watch != nil && len(me.updates) > 0 {
				a.Watch(<-me.updates)
			}
			return j.result, nil
		case p := <-me.updates:
			if a.Watch != nil {
				a.Watch(p)
			}
		case <-ctx.Done():
			return Result{}, ctx.Err()
		case <-q.base.Done():
			return Result{}, context.Cause(q.base)
		}
	}
}

func (q *Queue) join(a Request) (*job, *waiter, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.asked[a.Visitor] >= q.limits.Each || q.from[a.Address] >= q.limits.Address:
		return nil, nil, ErrTooMany
	case q.all >= q.limits.Waiting:
		return nil, nil, ErrQueueFull
	}
	q.asked[a.Visitor]++
	q.from[a.Address]++
	q.all++
	me := &waiter{updates: make(chan Progress, toldAhead)}
	j := q.turns.find(a.Key)
	if j == nil {
		j = &job{key: a.Key, run: a.Run, cancel: func() {}, waiters: map[*waiter]bool{}, behind: a.Behind, done: make(chan struct{})}
		q.turns.put(j, a.who())
	} else if a.Behind {
		// Whoever asked for it comes first anyway.
	} else if j.behind {
		j.behind = false // somebody waits for it
		q.turns.move(j, a.who())
	} else if q.turns.sooner(j, a.who()) {
		q.turns.move(j, a.who())
	}
	j.waiters[me] = true
	q.dispatch()
	return j, me, nil
}

func (q *Queue) leave(a Request, j *job, me *waiter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	less(q.asked, a.Visitor)
	less(q.from, a.Address)
	q.all--
	delete(j.waiters, me)
	if len(j.waiters) == 0 {
		q.turns.take(j)
		j.cancel()
	}
	q.dispatch()
}

// less takes one off a count, and forgets one that is zero.
func less(count map[string]int, key string) {
	if count[key]--; count[key] == 0 {
		delete(count, key)
	}
}

// Waiting is how many runs wait for their turn.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.turns.length()
}

// Running is how many runs are under way.
func (q *Queue) Running() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.running
}

// dispatch begins what may begin, and tells the others where they stand. The lock is held.
func (q *Queue) dispatch() {
	for j := q.next(); j != nil; j = q.next() {
		q.turns.begin(j)
		if j.behind {
			q.behind = true
		} else {
			q.running++
		}
		j.ctx, j.cancel = context.WithTimeout(q.base, q.limits.Time) // which begins with the run, not with the wait
		go q.exec(j)
	}
	q.turns.tell()
}

// next is the run that may begin now, nil for none. The lock is held.
func (q *Queue) next() *job {
	if q.base.Err() != nil || q.running >= q.limits.AtOnce {
		return nil
	}
	j := q.turns.first()
	if j != nil && j.behind && (q.running > 0 || q.behind) {
		return nil
	}
	return j
}

func (q *Queue) exec(j *job) {
	result := j.run(j.ctx, func(e Event) {
		q.mu.Lock()
		defer q.mu.Unlock()
		j.tell(Progress{Event: e})
	})
	q.mu.Lock()
	defer q.mu.Unlock()
	j.cancel()
	j.result = result
	close(j.done)
	if j.behind {
		q.behind = false
	} else {
		q.running--
	}
	q.dispatch()
}
