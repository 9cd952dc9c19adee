package auth

import (
	"context"
	"runtime"
)

// ThrottleKept is how many accounts, devices and addresses are remembered at most, of each.
const ThrottleKept = throttleKept

// Kept is how many accounts, devices and addresses the throttle remembers, and how many attempts wait.
func (t *Throttle) Kept() (accounts, devices, addresses, waiting int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.accounts.buckets), len(t.devices.buckets), len(t.addresses.buckets), t.waiting
}

// TakeTurns keeps every processor's turn until give is called, so that whoever comes has to wait.
func (h *Hasher) TakeTurns() (give func()) {
	all := int64(runtime.GOMAXPROCS(0))
	_ = h.turn.Acquire(context.Background(), all)
	return func() { h.turn.Release(all) }
}

// Waiting is how many passwords wait.
func (h *Hasher) Waiting() int64 { return h.waiting.Load() }
