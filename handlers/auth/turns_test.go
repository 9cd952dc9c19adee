package auth_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"twodoors/handlers/auth"
)

// waiters are those who wait for turns, in the order in which they get one.
type waiters struct {
	*auth.Turns
	t     *testing.T
	wait  sync.WaitGroup
	mu    sync.Mutex
	order []string
}

// join has somebody wait who gives their turn back at once, and returns when they stand in their line.
func (w *waiters) join(who string, l auth.Line) {
	before := w.Waiting()
	w.wait.Go(func() {
		if err := w.Acquire(w.t.Context(), l); err != nil {
			w.t.Errorf("%s: %v", who, err)
			return
		}
		w.mu.Lock()
		w.order = append(w.order, who)
		w.mu.Unlock()
		w.Release()
	})
	for w.Waiting() == before {
		runtime.Gosched()
	}
}

// TestTurns: lines have turns one after the other, and every second turn is a known device's.
func TestTurns(t *testing.T) {
	w := &waiters{Turns: auth.NewTurns(auth.TurnLimits{AtOnce: 1, Waiting: 20, Each: 10, Known: 5}), t: t}
	if err := w.Acquire(t.Context(), auth.Line{Name: "first"}); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"a1", "a2", "a3", "a4", "b1", "c1", "b2"} {
		w.join(who, auth.Line{Name: who[:1]})
	}
	w.join("known1", auth.Line{Name: "minji", Known: true})
	w.join("known2", auth.Line{Name: "minji", Known: true})
	w.Release()
	w.wait.Wait()
	if got := strings.Join(w.order, " "); got != "known1 a1 known2 b1 c1 a2 b2 a3 a4" {
		t.Errorf("the turns went %s", got)
	}
	if w.Waiting()+w.Working() != 0 {
		t.Errorf("%d wait and %d work", w.Waiting(), w.Working())
	}
}

// TestTurnsAreBounded: for each line, for all, and apart from those the known devices; who leaves makes room.
func TestTurnsAreBounded(t *testing.T) {
	w := &waiters{Turns: auth.NewTurns(auth.TurnLimits{AtOnce: 1, Waiting: 5, Each: 3, Known: 2}), t: t}
	if err := w.Acquire(t.Context(), auth.Line{Name: "first"}); err != nil {
		t.Fatal(err)
	}
	busy := func(l auth.Line) {
		t.Helper()
		if err := w.Acquire(t.Context(), l); !errors.Is(err, auth.ErrBusy) {
			t.Errorf("one too many in line %v: %v", l, err)
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	for range 3 {
		w.wait.Go(func() {
			if err := w.Acquire(ctx, auth.Line{Name: "a"}); !errors.Is(err, context.Canceled) {
				t.Errorf("who leaves: %v", err)
			}
		})
	}
	for w.Waiting() < 3 {
		runtime.Gosched()
	}
	busy(auth.Line{Name: "a"})
	w.join("b", auth.Line{Name: "b"})
	w.join("c", auth.Line{Name: "c"})
	busy(auth.Line{Name: "d"})
	for i := range 2 {
		w.join("known", auth.Line{Name: fmt.Sprint("user", i), Known: true})
	}
	busy(auth.Line{Name: "user3", Known: true})
	leave()
	for w.Waiting() > 4 {
		runtime.Gosched()
	}
	w.join("a", auth.Line{Name: "a"})
	w.Release()
	w.wait.Wait()
	if w.Waiting()+w.Working() != 0 {
		t.Errorf("%d wait and %d work", w.Waiting(), w.Working())
	}
}
