package bench

import (
	"os"
	"strconv"
	"strings"
)

// ResidentMemory is this process's resident set in bytes, as the kernel counts it: the second figure of statm, in pages.
// 0 is not known.
func ResidentMemory() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
