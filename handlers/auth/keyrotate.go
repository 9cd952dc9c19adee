package auth

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Rotation says how the keys of a folder are to be replaced.
type Rotation struct {
	Now time.Time
	// Settle is how long the new keys are known everywhere before they are used: for nodes that have not looked
	// yet, and for those elsewhere that keep a copy of the JWK set.
	Settle time.Duration
	// Access is the life of an access token, Cookie that of the longest cookie: how long the old keys are good
	// after the new ones have begun.
	Access, Cookie time.Duration
}

// RotateKeys puts a new signing key, of the algorithm in use, and a new cookie key into a folder, and gives the
// old ones an end. The files of keys that have retired are removed. Nodes that run follow by themselves.
func RotateKeys(dir string, r Rotation, access ...KeyAccess) error {
	fresh := keyTimes{created: r.Now, from: r.Now.Add(r.Settle)}
	for range openTries {
		files, err := readFolder(dir, accessOf(access), r.Now)
		if err != nil {
			return err
		}
		signing := signingKey(files.keys(), r.Now)
		if signing == nil {
			return fmt.Errorf("keys folder %s holds no signing key: the server makes one when it is started", dir)
		}
		err = files.addSigning(signing.Alg, fresh)
		if errors.Is(err, fs.ErrExist) {
			continue // rotated by another in the same moment
		}
		if err != nil {
			return err
		}
		if err := files.addCookie(fresh); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return files.replaced(r, fresh.from)
	}
	return fmt.Errorf("keys folder %s: it kept changing while it was read", dir)
}

// replaced gives an end to the keys that were there before.
func (f *keyFiles) replaced(r Rotation, begins time.Time) error {
	signingEnd, cookieEnd := begins.Add(pickUp+r.Access+Leeway), begins.Add(pickUp+r.Cookie)
	for _, s := range f.signing {
		if err := f.retire(s, signingEnd); err != nil {
			return err
		}
	}
	for _, c := range f.cookies {
		if err := f.retireCookie(c, cookieEnd); err != nil {
			return err
		}
	}
	return clearRetired(f.dir, f.access, r.Now)
}

// clearRetired removes keys that are of no use but to a thief.
func clearRetired(dir string, access KeyAccess, now time.Time) error {
	files, err := readFolder(dir, access, now)
	if err != nil {
		return err
	}
	for _, name := range files.retired {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("key %s: %w", filepath.Join(dir, name), errors.Unwrap(err))
		}
	}
	return nil
}

// KeyInfo is what may be told about a key.
type KeyInfo struct {
	File    string // its name in the folder
	ID      string // kid; "" for a cookie key
	Alg     string // "" for a cookie key
	Created time.Time
	From    time.Time
	Retires time.Time // zero: not yet known
	Signs   bool      // in use now
}

// ListKeys tells about the keys of a folder that are good or will be, the oldest first.
func ListKeys(dir string, now time.Time, access ...KeyAccess) ([]KeyInfo, error) {
	files, err := readFolder(dir, accessOf(access), now)
	if err != nil {
		return nil, err
	}
	var infos []KeyInfo
	signing := signingKey(files.keys(), now)
	for _, s := range files.signing {
		infos = append(infos, KeyInfo{File: s.name, ID: s.ID, Alg: s.Alg, Created: s.Created, From: s.From, Retires: s.Retires, Signs: s.Key == signing})
	}
	state, err := files.state(now)
	if err != nil {
		return infos, nil // an empty folder, and nothing to say about it
	}
	for _, c := range files.cookies {
		infos = append(infos, KeyInfo{File: c.name, Created: c.created, From: c.from, Retires: c.retires, Signs: string(c.secret) == string(state.cookie[0])})
	}
	return infos, nil
}
