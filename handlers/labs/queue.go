package labs

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Limits bound what runs for visitors.
type Limits struct {
	AtOnce  int           // runs at the same time
	Waiting int           // asked for and not done, in all
	Each    int           // of one visitor
	Address int           // of one network address, for visitors may be as many as they say
	Time    time.Duration // of one run
	// Idle, where not nil, is called when nothing has been run or asked for over Calm.
	Idle func()
	Calm time.Duration
}

// Refusals of a queue.
var (
	ErrQueueFull = errors.New("too many runs are waiting")
	ErrTooMany   = errors.New("too many runs of one visitor are waiting")
)

// Ask is a run that somebody asks for.
type Ask struct {
	// Visitor has a turn beside every other visitor, however much each asks for. Address is where they are.
	Visitor, Address string
	// Key names the run: whoever asks for one that has not begun yet shares it.
	Key string
	Run func(ctx context.Context, watch func(Event)) Result
	// Behind has the run begin only while nobody else runs or waits, one at a time; whoever comes then runs beside it.
	Behind bool
	// Watch, where not nil, is told how it goes, by the goroutine that asked.
	Watch func(Progress)
}

// Progress is what somebody who waits for a run is told.
type Progress struct {
	// Ahead is how many runs come before, while this one waits.
	Ahead   int
	Waiting bool
	Event   Event // of a run under way
}

// Queue runs what visitors ask for: a few at a time, each visitor in turn. It is safe for concurrent use.
type Queue struct {
	limits Limits
	base   context.Context
	end    context.CancelFunc

	mu      sync.Mutex
	running int
	behind  bool              // a run that stands behind all others is under way
	turns   []string          // visitors with runs that wait; the first one is next
	waiting map[string][]*job // by visitor
	asked   map[string]int    // asks not done, by visitor
	from    map[string]int    // and by address
	all     int               // and in all
	calm    *time.Timer       // until Idle is called; nil while something is under way
}

// job is a run with everybody who waits for it.
type job struct {
	key, visitor string
	run          func(ctx context.Context, watch func(Event)) Result
	ctx          context.Context
	cancel       context.CancelFunc
	askers       map[*asker]bool
	behind       bool
	done         chan struct{}
	result       Result
}

type asker struct{ told chan Progress }

// toldAhead is how many messages wait for a slow listener before one is dropped.
const toldAhead = 64

// NewQueue makes a queue.
func NewQueue(l Limits) *Queue {
	ctx, end := context.WithCancel(context.Background())
	return &Queue{
		limits: l, base: ctx, end: end,
		waiting: map[string][]*job{}, asked: map[string]int{}, from: map[string]int{},
	}
}

// Close ends what runs and refuses the rest: Do returns.
func (q *Queue) Close() { q.end() }

// Context ends when the queue is closed.
func (q *Queue) Context() context.Context { return q.base }

// Do runs what is asked for, or takes part in the same run of somebody else that has not begun, and returns its
// result. It fails with ErrTooMany, ErrQueueFull, or the context's error; a run that nobody waits for any more is
// cancelled.
func (q *Queue) Do(ctx context.Context, a Ask) (Result, error) {
	j, me, err := q.join(a)
	if err != nil {
		return Result{}, err
	}
	defer q.leave(a, j, me)
	for {
		select {
		case <-j.done:
			for a.Watch != nil && len(me.told) > 0 {
				a.Watch(<-me.told)
			}
			return j.result, nil
		case p := <-me.told:
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

func (q *Queue) join(a Ask) (*job, *asker, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.asked[a.Visitor] >= q.limits.Each || q.from[a.Address] >= q.limits.Address:
		return nil, nil, ErrTooMany
	case q.all >= q.limits.Waiting:
		return nil, nil, ErrQueueFull
	}
	if q.calm != nil {
		q.calm.Stop()
		q.calm = nil
	}
	q.asked[a.Visitor]++
	q.from[a.Address]++
	q.all++
	me := &asker{told: make(chan Progress, toldAhead)}
	j := q.find(a.Key)
	if j == nil {
		j = &job{key: a.Key, run: a.Run, cancel: func() {}, askers: map[*asker]bool{}, behind: a.Behind, done: make(chan struct{})}
		q.put(j, a.Visitor)
	} else if a.Behind {
		// Whoever asked for it comes first anyway.
	} else if j.behind {
		j.behind = false // somebody waits for it
		q.take(j)
		q.put(j, a.Visitor)
	} else if len(q.waiting[a.Visitor]) == 0 && q.waiting[j.visitor][0] != j {
		q.take(j) // this visitor's turn comes before the other's third wish
		q.put(j, a.Visitor)
	}
	j.askers[me] = true
	q.dispatch()
	return j, me, nil
}

// find returns the run of a key that has not begun.
func (q *Queue) find(key string) *job {
	for _, list := range q.waiting {
		for _, j := range list {
			if j.key == key {
				return j
			}
		}
	}
	return nil
}

func (q *Queue) put(j *job, visitor string) {
	j.visitor = visitor
	if len(q.waiting[visitor]) == 0 {
		q.turns = append(q.turns, visitor)
	}
	q.waiting[visitor] = append(q.waiting[visitor], j)
}

// take removes a run that waits. It reports whether it did.
func (q *Queue) take(j *job) bool {
	list := q.waiting[j.visitor]
	at := slices.Index(list, j)
	if at < 0 {
		return false
	}
	if list = slices.Delete(list, at, at+1); len(list) > 0 {
		q.waiting[j.visitor] = list
		return true
	}
	delete(q.waiting, j.visitor)
	q.turns = slices.DeleteFunc(q.turns, func(v string) bool { return v == j.visitor })
	return true
}

func (q *Queue) leave(a Ask, j *job, me *asker) {
	q.mu.Lock()
	defer q.mu.Unlock()
	less := func(m map[string]int, key string) {
		if m[key]--; m[key] == 0 {
			delete(m, key)
		}
	}
	less(q.asked, a.Visitor)
	less(q.from, a.Address)
	q.all--
	delete(j.askers, me)
	if len(j.askers) == 0 {
		q.take(j)
		j.cancel()
	}
	q.dispatch()
}

// Waiting is how many runs wait for their turn.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, list := range q.waiting {
		n += len(list)
	}
	return n
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
		visitor := j.visitor
		q.take(j)
		if len(q.waiting[visitor]) > 0 { // the next of the same visitor comes after everybody else's
			q.turns = append(slices.DeleteFunc(q.turns, func(v string) bool { return v == visitor }), visitor)
		}
		if j.behind {
			q.behind = true
		} else {
			q.running++
		}
		j.ctx, j.cancel = context.WithTimeout(q.base, q.limits.Time) // which begins with the run, not with the wait
		go q.exec(j)
	}
	ahead := 0
	for round := 0; ahead < q.all; round++ {
		before := ahead
		for _, visitor := range q.turns {
			if list := q.waiting[visitor]; round < len(list) {
				list[round].tell(Progress{Ahead: ahead, Waiting: true})
				if !list[round].behind {
					ahead++
				}
			}
		}
		if ahead == before {
			return
		}
	}
}

// next is the run that may begin now, nil for none. The lock is held.
func (q *Queue) next() *job {
	if q.base.Err() != nil || q.running >= q.limits.AtOnce {
		return nil
	}
	var last *job
	for _, visitor := range q.turns {
		j := q.waiting[visitor][0]
		if !j.behind {
			return j
		}
		last = j
	}
	if q.running > 0 || q.behind {
		return nil
	}
	return last
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
	q.rest()
}

// rest has Idle called after a while, if there is nothing to do. The lock is held.
func (q *Queue) rest() {
	if q.limits.Idle != nil && q.calm == nil && q.running == 0 && !q.behind && len(q.turns) == 0 && q.base.Err() == nil {
		q.calm = time.AfterFunc(q.limits.Calm, q.limits.Idle)
	}
}

// tell passes a message to everybody who waits. Who does not listen misses it, and nobody waits for them.
func (j *job) tell(p Progress) {
	for a := range j.askers {
		select {
		case a.told <- p:
		default:
		}
	}
}
