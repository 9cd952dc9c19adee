package auth

import (
	"fmt"
	"io/fs"
	"os"
	"runtime"
)

// KeyAccess says who may be able to read the keys.
type KeyAccess int

const (
	// OwnerOnly refuses a folder or a file that others may enter or read.
	OwnerOnly KeyAccess = iota
	// SharedKeys takes them as they are: for a folder that is meant for a group, or whose files a platform mounts with modes
	// of its own.
	SharedKeys
)

// CheckPrivate fails for a folder, or a file in it, that others may enter or read, and says what to do. Where modes mean
// nothing it asks for none: on Windows, and on file systems that keep none (a Windows drive in WSL, some network drives).
func CheckPrivate(folder, path string, info fs.FileInfo, access KeyAccess) error {
	if runtime.GOOS == "windows" || access == SharedKeys || info.Mode().Perm()&0o077 == 0 || !keepsModes(folder) {
		return nil
	}
	const unless = "or start with --shared-keys if the others are meant to"
	if info.IsDir() {
		return fmt.Errorf("keys folder %s is open to others (mode %04o): run chmod 700 on it, %s", path, info.Mode().Perm(), unless)
	}
	return fmt.Errorf("key %s can be read by others (mode %04o): run chmod 600 on it, %s", path, info.Mode().Perm(), unless)
}

// keepsModes finds out whether a folder's file system keeps modes, by making a file there that only its owner can read, and
// looking. Where no file can be made nothing is known, and modes count.
var keepsModes = func(folder string) bool {
	file, err := os.CreateTemp(folder, ".mode-*")
	if err != nil {
		return true
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := file.Chmod(0o600); err != nil {
		return false
	}
	info, err := file.Stat()
	return err != nil || info.Mode().Perm() == 0o600
}
