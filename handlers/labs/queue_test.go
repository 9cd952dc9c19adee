package labs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/handlers/labs"
)

// bench is a queue whose runs wait for the test.
type bench struct {
	*labs.Queue
	t     *testing.T
	mu    sync.Mutex
	order []string
	gates map[string]chan struct{}
	ended map[string]error // of runs that were cancelled
	wait  sync.WaitGroup
}

func newBench(t *testing.T, l labs.Limits) *bench {
	b := &bench{Queue: labs.NewQueue(l), t: t, gates: map[string]chan struct{}{}, ended: map[string]error{}}
	t.Cleanup(b.Close)
	return b
}

func (b *bench) gate(key string) chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gates[key] == nil {
		b.gates[key] = make(chan struct{})
	}
	return b.gates[key]
}

// ask is a run of a visitor that lasts until its gate opens; it returns once the run stands in the queue or began.
func (b *bench) ask(ctx context.Context, visitor, key string, done func(labs.Result, error)) {
	b.askAt(ctx, "here", visitor, key, done)
}

// askAt is ask at an address.
func (b *bench) askAt(ctx context.Context, address, visitor, key string, done func(labs.Result, error)) {
	in := make(chan struct{}, 64)
	gate := b.gate(key)
	b.wait.Go(func() {
		r, err := b.Do(ctx, labs.Request{
			Visitor: visitor, Address: address, Key: key, Watch: func(labs.Progress) { in <- struct{}{} },
			Run: func(ctx context.Context, watch func(labs.Event)) labs.Result {
				b.mu.Lock()
				b.order = append(b.order, key)
				b.mu.Unlock()
				close(b.gate(key + " begins " + visitor))
				watch(labs.Event{})
				select {
				case <-gate:
				case <-ctx.Done():
					b.mu.Lock()
					b.ended[key] = ctx.Err()
					b.mu.Unlock()
				}
				return labs.Result{Statement: labs.Statement{ID: key}, Problem: ctx.Err()}
			},
		})
		if done != nil {
			done(r, err)
		}
		close(in)
	})
	<-in
}

func (b *bench) began() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.order)
}

var roomy = labs.Limits{AtOnce: 1, Waiting: 50, Each: 10, Address: 50, Time: time.Hour}

// TestQueueTakesTurns: whoever asks for much waits for whoever asks for little.
func TestQueueTakesTurns(t *testing.T) {
	b := newBench(t, roomy)
	for _, a := range []string{"a1", "a2", "a3", "a4", "b1", "c1", "b2"} {
		b.ask(t.Context(), a[:1], a, nil)
	}
	for _, a := range []string{"a1", "a2", "a3", "a4", "b1", "c1", "b2"} {
		close(b.gate(a))
	}
	b.wait.Wait()
	if got := strings.Join(b.began(), " "); got != "a1 a2 b1 c1 a3 b2 a4" {
		t.Errorf("the runs went %s", got)
	}
}

// TestQueueTakesTurnsByAddress: whoever asks as many visitors from one address waits for those at other addresses.
func TestQueueTakesTurnsByAddress(t *testing.T) {
	b := newBench(t, roomy)
	asks := []string{"a1", "a2", "a3", "a4", "b5", "a6", "c7", "b8"} // each by a visitor of its own
	for _, a := range asks {
		b.askAt(t.Context(), "address "+a[:1], "visitor "+a, a, nil)
	}
	for _, a := range asks {
		close(b.gate(a))
	}
	b.wait.Wait()
	if got := strings.Join(b.began(), " "); got != "a1 a2 b5 c7 a3 b8 a4 a6" {
		t.Errorf("the runs went %s", got)
	}
}

// TestQueueShares: the same run is made once for all who wait for it, and a run that has begun is not shared.
func TestQueueShares(t *testing.T) {
	b := newBench(t, roomy)
	b.ask(t.Context(), "a", "first", nil)
	got := make(chan string, 3)
	for _, visitor := range []string{"a", "b", "c"} {
		b.ask(t.Context(), visitor, "same", func(r labs.Result, err error) { got <- fmt.Sprint(r.Statement.ID, err) })
	}
	b.ask(t.Context(), "d", "first", nil)
	close(b.gate("first"))
	close(b.gate("same"))
	b.wait.Wait()
	for range 3 {
		if r := <-got; r != "same<nil>" {
			t.Error(r)
		}
	}
	if order := b.began(); len(order) != 3 {
		t.Errorf("runs: %v, want the first, the same once, and the first again", order)
	}
}

// TestQueueBehind: what the server runs for itself begins only while nobody else runs or waits, holds up nobody, and
// comes at once where a visitor asks for it too.
func TestQueueBehind(t *testing.T) {
	b := newBench(t, roomy)
	behind := func(key string) {
		in, waits := b.gate("behind "+key), make(chan struct{}, 64)
		b.wait.Go(func() {
			b.Do(t.Context(), labs.Request{Visitor: "server", Address: "server", Key: key, Behind: true, Watch: func(labs.Progress) { waits <- struct{}{} }, Run: func(context.Context, func(labs.Event)) labs.Result {
				b.mu.Lock()
				b.order = append(b.order, key)
				b.mu.Unlock()
				close(in)
				<-b.gate(key)
				return labs.Result{}
			}})
		})
		select {
		case <-in:
		case <-waits:
		}
	}
	behind("s1")
	b.ask(t.Context(), "a", "a1", nil)
	<-b.gate("a1 begins a") // beside it
	b.ask(t.Context(), "b", "b1", nil)
	behind("s2")
	behind("s3")
	close(b.gate("s1"))
	close(b.gate("a1"))
	<-b.gate("b1 begins b")
	shared := make(chan struct{})
	b.ask(t.Context(), "c", "s2", func(labs.Result, error) { close(shared) })
	close(b.gate("s2"))
	close(b.gate("b1"))
	<-shared
	close(b.gate("s3"))
	b.wait.Wait()
	if got := strings.Join(b.began(), " "); got != "s1 a1 b1 s2 s3" {
		t.Errorf("the runs went %s", got)
	}
}

// TestQueueCancels: a run ends when the last who waits for it is gone, and not before; one that waits is not begun.
func TestQueueCancels(t *testing.T) {
	b := newBench(t, roomy)
	one, leave := context.WithCancel(t.Context())
	two, leaveToo := context.WithCancel(t.Context())
	b.ask(t.Context(), "z", "busy", nil)
	answers := make(chan error, 2)
	b.ask(one, "a", "shared", func(_ labs.Result, err error) { answers <- err })
	b.ask(two, "b", "shared", func(_ labs.Result, err error) { answers <- err })
	waiting, never := context.WithCancel(t.Context())
	b.ask(waiting, "c", "never", nil)
	never()
	close(b.gate("busy"))
	<-b.gate("shared begins a")
	leave()
	if err := <-answers; !errors.Is(err, context.Canceled) {
		t.Errorf("who left: %v", err)
	}
	b.mu.Lock()
	if b.ended["shared"] != nil {
		t.Error("the run ended while somebody waited for it")
	}
	b.mu.Unlock()
	leaveToo()
	<-answers
	b.wait.Wait()
	// The next run begins when the cancelled one has ended.
	open := b.gate("after")
	close(open)
	b.ask(t.Context(), "d", "after", nil)
	b.wait.Wait()
	if b.mu.Lock(); b.ended["shared"] == nil {
		t.Error("nobody waited, and the run went on")
	}
	b.mu.Unlock()
	if slices.Contains(b.began(), "never") {
		t.Error("a run began that nobody waited for")
	}
}

// TestQueueRefuses: beyond its bounds.
func TestQueueRefuses(t *testing.T) {
	b := newBench(t, labs.Limits{AtOnce: 1, Waiting: 3, Each: 2, Address: 50, Time: time.Minute})
	ctx, cancel := context.WithCancel(t.Context())
	for _, a := range []string{"a1", "a2", "b1"} {
		b.ask(ctx, a[:1], a, nil)
	}
	quick := func(context.Context, func(labs.Event)) labs.Result { return labs.Result{} }
	if _, err := b.Do(ctx, labs.Request{Visitor: "a", Key: "a3", Run: quick}); !errors.Is(err, labs.ErrTooMany) {
		t.Errorf("a third run of one visitor: %v", err)
	}
	if _, err := b.Do(ctx, labs.Request{Visitor: "c", Key: "c1", Run: quick}); !errors.Is(err, labs.ErrQueueFull) {
		t.Errorf("a fourth run: %v", err)
	}
	cancel()
	b.wait.Wait()
	if _, err := b.Do(t.Context(), labs.Request{Visitor: "c", Key: "c1", Run: quick}); err != nil {
		t.Errorf("once there is room: %v", err)
	}
	b.Close()
	if _, err := b.Do(t.Context(), labs.Request{Visitor: "c", Key: "c2", Run: quick}); err == nil {
		t.Error("a queue that was closed goes on")
	}
}

// TestQueueEndsLongRuns: the time of a run is bounded, and what comes of it says so.
func TestQueueEndsLongRuns(t *testing.T) {
	b := newBench(t, labs.Limits{AtOnce: 1, Waiting: 3, Each: 2, Address: 50, Time: time.Millisecond})
	var came labs.Result
	b.ask(t.Context(), "a", "endless", func(r labs.Result, _ error) { came = r })
	b.wait.Wait()
	if !came.Cancelled() {
		t.Errorf("what came: %v", came.Problem)
	}
}
