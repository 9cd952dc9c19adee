package auth

import (
	"os"
	"syscall"
)

// OnModelessFiles has the keys lie on a file system that keeps no modes, until the returned function is called.
func OnModelessFiles() (restore func()) {
	before := keepsModes
	keepsModes = func(string) bool { return false }
	return func() { keepsModes = before }
}

// OnLinklessFiles has the keys lie on a file system without hard links.
func OnLinklessFiles() (restore func()) {
	link = func(from, to string) error { return &os.LinkError{Op: "link", Old: from, New: to, Err: syscall.EPERM} }
	return func() { link = os.Link }
}
