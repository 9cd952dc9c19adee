package auth

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// keyFolder is the folder that a ring is read from, again and again.
type keyFolder struct {
	dir    string
	access KeyAccess

	mu    sync.Mutex
	stamp string    // the files as they were when the ring was made of them
	asked time.Time // when an unknown kid was last looked for
	told  []string  // names of files that are ignored, as far as the log has said so
}

// keyFiles is what lies in a folder: of each kind the files in the order in which they were made. Keys that have
// retired are not among them.
type keyFiles struct {
	dir     string
	access  KeyAccess
	signing []signingFile
	cookies []cookieFile
	retired []string       // names of the files of keys that have retired
	last    map[string]int // by kind, the highest number that a file has, retired or not
	stamp   string
}

type signingFile struct {
	name string
	*Key
}

type cookieFile struct {
	name string
	cookieKey
}

func (f *keyFiles) keys() []*Key {
	keys := make([]*Key, len(f.signing))
	for i, s := range f.signing {
		keys[i] = s.Key
	}
	return keys
}

func (f *keyFiles) state(now time.Time) (*ringState, error) {
	if len(f.signing) == 0 || len(f.cookies) == 0 {
		return nil, fmt.Errorf("keys folder %s lacks a signing key or a cookie key", f.dir)
	}
	cookies := make([]cookieKey, len(f.cookies))
	for i, c := range f.cookies {
		cookies[i] = c.cookieKey
	}
	return assemble(f.keys(), cookies, now), nil
}

// readFolder reads the keys of a folder that is there. Each fault is an error of one line that names the file.
func readFolder(dir string, access KeyAccess, now time.Time) (*keyFiles, error) {
	entries, stamp, err := listFolder(dir, access)
	if err != nil {
		return nil, err
	}
	f := &keyFiles{dir: dir, access: access, stamp: stamp, last: map[string]int{}}
	for _, name := range entries {
		kind, number := numberOf(name)
		f.last[kind] = max(f.last[kind], number)
		path := filepath.Join(dir, name)
		block, err := readPEM(path, access)
		if err != nil {
			if _, gone := os.Lstat(path); errors.Is(gone, fs.ErrNotExist) {
				continue // cleared away by another node since the folder was listed
			}
			return nil, err
		}
		times, err := timesOf(block)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", path, err)
		}
		if times.retired(now) {
			f.retired = append(f.retired, name)
			continue
		}
		if kind == prefixCookie {
			if len(block.Bytes) < minSecret {
				return nil, fmt.Errorf("key %s: the cookie key has %d bytes: at least %d are needed", path, len(block.Bytes), minSecret)
			}
			f.cookies = append(f.cookies, cookieFile{name, cookieKey{block.Bytes, times}})
			continue
		}
		key, err := parseKey(block, times)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", path, err)
		}
		f.signing = append(f.signing, signingFile{name, key})
	}
	return f, nil
}

// listFolder returns the names of the key files in the order of their numbers, and a stamp that differs as soon
// as one of them has changed. A folder that others may enter is refused: who can write there brings keys along.
func listFolder(dir string, access KeyAccess) (names []string, stamp string, err error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, "", fmt.Errorf("keys folder %s: %w", dir, errors.Unwrap(err))
	}
	entries, err := os.ReadDir(dir) // sorted by name; a pattern would read the folder's own name as one
	if err != nil {
		return nil, "", fmt.Errorf("keys folder %s: %w", dir, errors.Unwrap(err))
	}
	if err := CheckPrivate(dir, dir, info, access); err != nil {
		return nil, "", err
	}
	var text strings.Builder
	for _, entry := range entries {
		if !isKeyFile(entry.Name()) {
			continue
		}
		names = append(names, entry.Name())
		if info, err := entry.Info(); err == nil {
			fmt.Fprintf(&text, "%s %d %v %v\n", entry.Name(), info.Size(), info.Mode(), info.ModTime().UnixNano())
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		_, numberA := numberOf(a)
		_, numberB := numberOf(b)
		return cmp.Compare(numberA, numberB)
	})
	return names, text.String(), nil
}

// numberOf takes a key file's name apart: its kind, and its number, 0 for none.
func numberOf(name string) (kind string, number int) {
	kind = prefixSigning
	if strings.HasPrefix(name, prefixCookie) {
		kind = prefixCookie
	}
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, kind), ".pem"))
	if err != nil || n < 0 {
		n = 0
	}
	return kind, n
}

// addSigning puts a new signing key into the folder. It fails with fs.ErrExist where another node was faster.
func (f *keyFiles) addSigning(alg string, t keyTimes) error {
	key, err := newKey(alg, t.created)
	if err != nil {
		return err
	}
	key.From = t.from
	block, err := key.pem()
	if err != nil {
		return err
	}
	return putPEM(f.nextName(prefixSigning), block, true)
}

// addCookie puts a new cookie key into the folder. It fails with fs.ErrExist where another node was faster.
func (f *keyFiles) addCookie(t keyTimes) error {
	return putPEM(f.nextName(prefixCookie), cookieKey{newSecret(), t}.pem(), true)
}

func (f *keyFiles) nextName(prefix string) string {
	return filepath.Join(f.dir, fmt.Sprintf("%s%04d.pem", prefix, f.last[prefix]+1))
}

// retire gives a signing key its end, unless it has an earlier one.
func (f *keyFiles) retire(s signingFile, at time.Time) error {
	if !s.Retires.IsZero() && !at.Before(s.Retires) {
		return nil
	}
	key := *s.Key
	key.Retires = at
	block, err := key.pem()
	if err != nil {
		return err
	}
	return putPEM(filepath.Join(f.dir, s.name), block, false)
}

// retireCookie gives a cookie key its end, unless it has an earlier one.
func (f *keyFiles) retireCookie(c cookieFile, at time.Time) error {
	if !c.retires.IsZero() && !at.Before(c.retires) {
		return nil
	}
	c.retires = at
	return putPEM(filepath.Join(f.dir, c.name), c.pem(), false)
}

// ignoredFiles are the names of files in a folder that are nearly those of keys: copies that a file manager made.
func ignoredFiles(dir string) (names []string) {
	entries, _ := os.ReadDir(dir) // a fault is told where the keys are read
	for _, entry := range entries {
		if isLikeKeyFile(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	return names
}

// newlyIgnored are the files that are ignored and that the log has not named yet.
func (f *keyFolder) newlyIgnored() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	fresh := slices.DeleteFunc(ignoredFiles(f.dir), func(name string) bool { return slices.Contains(f.told, name) })
	f.told = append(f.told, fresh...)
	return fresh
}
