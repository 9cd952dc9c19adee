package auth_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
)

// opened makes a folder of keys, changes it, and opens it once more.
func opened(t *testing.T, change func(dir string), access ...auth.KeyAccess) (*auth.KeyRing, error) {
	t.Helper()
	dir := keysDir(t)
	if _, err := auth.OpenKeyRing(dir, "EdDSA", 15*time.Minute, start); err != nil {
		t.Fatal(err)
	}
	change(dir)
	ring, err := auth.OpenKeyRing(dir, "EdDSA", 15*time.Minute, start, access...)
	if err == nil { // the commands take the same folder
		if err = auth.RotateKeys(dir, auth.Rotation{Now: start, Access: time.Hour, Cookie: time.Hour}, access...); err == nil {
			_, err = auth.ListKeys(dir, start, access...)
		}
	}
	return ring, err
}

func mode(t *testing.T, name string, m os.FileMode) func(dir string) {
	return func(dir string) {
		if err := os.Chmod(filepath.Join(dir, name), m); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKeysThatOthersMayRead: refused where modes mean something, with both ways out; taken by who says so, and where no
// chmod would help.
func TestKeysThatOthersMayRead(t *testing.T) {
	for name, change := range map[string]func(string){
		"a group's folder":      mode(t, ".", os.ModeSetgid|0o770),
		"a folder open to all":  mode(t, ".", 0o777),
		"a group's signing key": mode(t, "jwt-0001.pem", 0o640),
		"a cookie key for all":  mode(t, "cookie-0001.pem", 0o644),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := opened(t, change)
			if err == nil || !strings.Contains(err.Error(), "chmod ") || !strings.Contains(err.Error(), "--shared-keys") {
				t.Errorf("refused with %v", err)
			}
			if _, err := opened(t, change, auth.SharedKeys); err != nil {
				t.Errorf("shared on purpose: %v", err)
			}
			defer auth.OnModelessFiles()()
			if _, err := opened(t, change); err != nil {
				t.Errorf("without modes: %v", err)
			}
		})
	}
}

// TestModesAreTried: whether modes count is found out in the folder itself, and nothing is left there.
func TestModesAreTried(t *testing.T) {
	dir := keysDir(t)
	if _, err := auth.OpenKeyRing(dir, "EdDSA", 15*time.Minute, start); err != nil {
		t.Fatal(err)
	}
	mode(t, ".", 0o755)(dir)
	if _, err := auth.OpenKeyRing(dir, "EdDSA", 15*time.Minute, start); err == nil {
		t.Error("taken though this file system keeps modes")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("in the folder: %v, %v", entries, err)
	}
}

// TestKeysWithoutHardLinks: FAT and some network drives have none; a new key still never takes another's place.
func TestKeysWithoutHardLinks(t *testing.T) {
	defer auth.OnLinklessFiles()()
	ring, err := opened(t, func(string) {})
	if err != nil || ring.Signing() == nil {
		t.Errorf("%v, %v", ring, err)
	}
}

// TestCopiesOfKeysAreIgnored: a file that a file manager has copied is no key, and the log names it once.
func TestCopiesOfKeysAreIgnored(t *testing.T) {
	copies := []string{"jwt-0002 (copy).pem", "jwt-0001 - Copy.pem", "jwt-0001(1).pem", "cookie-0001 사본.pem", "jwt-0001.bak.pem", "cookie-0001_1.pem"}
	var signing string
	ring, err := opened(t, func(dir string) {
		text, err := os.ReadFile(filepath.Join(dir, "jwt-0001.pem"))
		if err != nil {
			t.Fatal(err)
		}
		signing = string(text)
		for i, name := range copies {
			if i%2 == 1 { // what is in it does not matter either
				text = []byte("nothing")
			}
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	})
	if err != nil || signing == "" {
		t.Fatal(err)
	}
	var log bytes.Buffer
	over, end := context.WithCancel(t.Context())
	end()
	for range 2 { // two nodes on one ring
		ring.Follow(over, func() time.Time { return start }, slog.New(slog.NewTextHandler(&log, nil)))
	}
	for _, name := range copies {
		if strings.Count(log.String(), name) != 1 {
			t.Errorf("the log names %s %d times", name, strings.Count(log.String(), name))
		}
	}
}
