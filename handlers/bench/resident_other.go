//go:build !linux

package bench

// ResidentMemory is not known here: the report leaves it out.
func ResidentMemory() int64 { return 0 }
