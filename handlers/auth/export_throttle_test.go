package auth

import (
	"context"
	"runtime"
)

// ThrottleKept is how many accounts, devices and addresses are remembered at most, of each.
const ThrottleKept = throttleKept

// TakeTurns keeps every processor's turn until give is called, so that whoever comes has to wait.
func (h *Hasher) TakeTurns() (give func()) {
	all := runtime.GOMAXPROCS(0)
	for range all {
		_ = h.turns.Acquire(context.Background(), Line{})
	}
	return func() {
		for range all {
			h.turns.Release()
		}
	}
}
