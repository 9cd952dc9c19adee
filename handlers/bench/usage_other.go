//go:build !unix

package bench

import "time"

// processCPU is not known here: the report leaves it out.
func processCPU() time.Duration { return 0 }
