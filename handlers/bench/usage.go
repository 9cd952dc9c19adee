package bench

import (
	"runtime"
	"time"
)

// Usage is what a process has used since it began, and what it holds now.
type Usage struct {
	CPU      time.Duration `json:"cpu"`      // user and system time; 0 where the system does not tell
	Mallocs  uint64        `json:"mallocs"`  // allocations on the heap
	Bytes    uint64        `json:"bytes"`    // allocated on the heap
	Resident int64         `json:"resident"` // bytes of memory held now; 0 where the system does not tell
}

// OwnUsage reads the usage of this process.
func OwnUsage() Usage {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return Usage{CPU: processCPU(), Mallocs: m.Mallocs, Bytes: m.TotalAlloc, Resident: residentMemory()}
}

// since is what was used from an earlier reading to u.
func (u Usage) since(before Usage) Usage {
	return Usage{CPU: u.CPU - before.CPU, Mallocs: u.Mallocs - before.Mallocs, Bytes: u.Bytes - before.Bytes, Resident: u.Resident}
}
