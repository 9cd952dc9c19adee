//go:build linux || darwin

package models

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// leastRoom is how much of a disk has to be free, in bytes: a few pages of the log.
const leastRoom = 64 << 10

// room reports that the file system of a folder is full. One that does not say how large it is tells nothing.
func room(folder string) error {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil || s.Blocks == 0 {
		return nil
	}
	if free := uint64(s.Bavail) * uint64(s.Bsize); free < leastRoom {
		return &Away{fmt.Errorf("%w: %d bytes are free", errDisk, free)}
	}
	return nil
}
