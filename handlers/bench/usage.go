package bench

import (
	"runtime"
	"runtime/metrics"
	"time"
)

// Usage is what a process has used since it began, and what it holds now.
type Usage struct {
	CPU      time.Duration `json:"cpu"`      // user and system time; 0 where the system does not tell
	Mallocs  uint64        `json:"mallocs"`  // allocations on the heap
	Bytes    uint64        `json:"bytes"`    // allocated on the heap
	Resident int64         `json:"resident"` // bytes of memory held now; 0 where the system does not tell
	// Live is what the collector last found alive of the heap, in bytes.
	Live       uint64 `json:"live"`
	Goroutines int    `json:"goroutines"`
}

// OwnUsage reads the usage of this process.
func OwnUsage() Usage {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return Usage{
		CPU: processCPU(), Mallocs: m.Mallocs, Bytes: m.TotalAlloc, Resident: ResidentMemory(),
		Live: live[0].Value.Uint64(), Goroutines: runtime.NumGoroutine(),
	}
}

// since is what was used from an earlier reading to u.
func (u Usage) since(before Usage) Usage {
	return Usage{CPU: u.CPU - before.CPU, Mallocs: u.Mallocs - before.Mallocs, Bytes: u.Bytes - before.Bytes, Resident: u.Resident, Live: u.Live, Goroutines: u.Goroutines}
}
