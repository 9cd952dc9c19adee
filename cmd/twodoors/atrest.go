package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// When the process is at rest, and when that is worth something.
const (
	restEvery = time.Second
	// restWork is what may be allocated from one look to the next, in bytes, by a process at rest: a few pages' worth.
	restWork = 128 << 10
	// restCalm is how many times in a row nothing more was allocated.
	restCalm = 3
	// restWorth is what must have been allocated since memory was last given back: less is not worth a collection.
	restWorth = 1 << 20
)

// rest gives memory back to the system when the process has come to rest, once until there was work again: starting,
// measuring the claims, a class that has left, each took several times what is in use afterwards, and with the
// collector's large target the heap would stay that large. What is under way is told by what is allocated, which the
// runtime counts anyway: requests, runs and background work alike, and none of them pays for it.
type rest struct {
	allocated func() uint64 // bytes since the process began
	giveBack  func()
	given     chan struct{} // closed when memory was given back for the first time

	calm      int
	last, due uint64
}

func newRest() *rest {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	allocated := func() uint64 {
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	return &rest{allocated: allocated, giveBack: giveBack, given: make(chan struct{})}
}

// watch looks again and again, until ctx ends.
func (r *rest) watch(ctx context.Context) {
	tick := time.NewTicker(restEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			r.look()
		}
	}
}

func (r *rest) look() {
	now := r.allocated()
	if now-r.last > restWork {
		r.calm = 0
	} else {
		r.calm++
	}
	r.last = now
	if r.calm < restCalm || now < r.due {
		return
	}
	r.giveBack()
	r.last = r.allocated()
	r.due = r.last + restWorth
	select {
	case <-r.given:
	default:
		close(r.given)
	}
}

// giveBack collects twice, since pools and what has a finalizer outlive the first time, returns what is free, and lets
// go of the program's own pages.
func giveBack() {
	runtime.GC()
	debug.FreeOSMemory()
	letGoOfProgram()
}
