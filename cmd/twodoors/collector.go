package main

import (
	"os"
	"runtime/debug"

	"twodoors/handlers/auth"
)

const (
	// collectorPercent lets the heap grow to five times what is alive before it is collected: measured at 6 to
	// 10 % more requests a second for about 13 MB.
	collectorPercent = 400
	// collectorLimit is where the collector works harder again, in bytes: the app itself lives in a tenth of it, and
	// hashing two passwords at once, 19 MiB each, fits in besides. It would otherwise take those for what is alive,
	// and let the heap grow to five times as much.
	collectorLimit = 44 << 20
	// collectorLimitMemory is the same where sessions live in memory, and may be many.
	collectorLimitMemory = 512 << 20
)

// tuneCollector sets the garbage collector's targets, unless the environment sets them.
func (s Settings) tuneCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectorPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		limit := int64(collectorLimit)
		if s.SessionStore == auth.StoreMemory {
			limit = collectorLimitMemory
		}
		debug.SetMemoryLimit(limit)
	}
}
