package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"twodoors/handlers/bench"
)

// When the process is at rest, and when that is worth something.
const (
	restEvery = time.Second
	// restWork is what may be allocated from one look to the next, in bytes, by a process at rest: less than a page takes,
	// and more than asking whether the process is well.
	restWork = 16 << 10
	// restCalm is how many times in a row nothing more was allocated.
	restCalm = 3
	// restWorth is by how much more must be held than when memory was last given back: less is not worth a collection.
	restWorth = 8 << 20
)

// rest gives memory back to the system when the process has come to rest, once until work has taken more: starting,
// measuring the claims, a class that has left, each took several times what is in use afterwards, and with the
// collector's large target the heap would stay that large. Whether something is under way is told by what is allocated,
// which the runtime counts anyway: requests, runs and background work alike, and none of them pays for it.
type rest struct {
	allocated func() uint64 // bytes since the process began
	held      func() int64  // bytes now
	giveBack  func()
	given     chan struct{} // closed when memory was given back for the first time

	calm  int
	last  uint64 // what was allocated at the last look
	least int64  // what was held when memory was last given back
}

func newRest() *rest {
	return &rest{allocated: allocated, held: held, giveBack: giveBack, given: make(chan struct{})}
}

// allocated is what the process has allocated on its heap since it began.
func allocated() uint64 {
	sample := [1]metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}

// held is what the system counts as held or, where it does not tell, the runtime.
func held() int64 {
	if resident := bench.ResidentMemory(); resident > 0 {
		return resident
	}
	samples := [2]metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples[:])
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
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
	if r.calm < restCalm || r.held() < r.least+restWorth {
		return
	}
	r.giveBack()
	r.last, r.least = r.allocated(), r.held()
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
