package auth_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"twodoors/handlers/auth"
)

// TestQueue: 200 wait, the next is told to come back later, whoever gives up leaves at once, and all others
// get their turn.
func TestQueue(t *testing.T) {
	h := auth.NewHasher(64, 1)
	hash := mustHash(t, h, "kx7#q.Lw")
	give := h.TakeTurns()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	var right, gone atomic.Int64
	for i := range 200 {
		mine := t.Context()
		if i%2 == 0 {
			mine = ctx
		}
		all.Go(func() {
			ok, err := h.Check(mine, "kx7#q.Lw", hash)
			switch {
			case ok:
				right.Add(1)
			case errors.Is(err, context.Canceled):
				gone.Add(1)
			default:
				t.Errorf("%v, %v", ok, err)
			}
		})
	}
	for h.Waiting() < 200 {
		runtime.Gosched()
	}
	for range 3 {
		if _, err := h.Hash(t.Context(), "one too many"); !errors.Is(err, auth.ErrBusy) {
			t.Errorf("the 201st: %v", err)
		}
		if ok, err := h.Check(t.Context(), "one too many", ""); ok || !errors.Is(err, auth.ErrBusy) {
			t.Errorf("the 201st: %v, %v", ok, err)
		}
	}
	cancel()
	for h.Waiting() > 100 { // half of them left, before anybody's turn came
		runtime.Gosched()
	}
	give()
	all.Wait()
	if right.Load() != 100 || gone.Load() != 100 || h.Waiting() != 0 {
		t.Errorf("right %d, gone %d, still waiting %d", right.Load(), gone.Load(), h.Waiting())
	}
}

// TestQueueCloses: of a hasher that is closed, whoever waits or comes is told to come back later, and what has begun
// is finished.
func TestQueueCloses(t *testing.T) {
	h := auth.NewHasher(64, 1)
	give := h.TakeTurns()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := h.Hash(t.Context(), "kx7#q.Lw"); !errors.Is(err, auth.ErrBusy) {
				t.Errorf("a password that waits: %v", err)
			}
		})
	}
	for h.Waiting() < 20 {
		runtime.Gosched()
	}
	h.Close()
	all.Wait()
	if h.Waiting() != 0 {
		t.Errorf("%d wait", h.Waiting())
	}
	if _, err := h.Check(t.Context(), "kx7#q.Lw", ""); !errors.Is(err, auth.ErrBusy) {
		t.Errorf("while the turns are taken: %v", err)
	}
	give()
}
