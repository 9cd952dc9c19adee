//go:build !linux

package bench

// residentMemory is not known here: the report leaves it out.
func residentMemory() int64 { return 0 }
