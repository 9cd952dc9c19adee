package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"
)

const (
	// followEvery is how often a running node looks at its keys folder.
	followEvery = 2 * time.Second
	// pickUp is by when every node has certainly looked. A node may sign with a key for that long after its
	// successor has begun, and the key is good for that much longer.
	pickUp = 5 * followEvery
	// askEvery is how often at most the folder is looked at because of a kid that is not known: anyone can send
	// tokens with made-up ones.
	askEvery = time.Second
	// openTries bounds how often a node looks again because another has changed the folder.
	openTries = 20
)

// OpenKeyRing reads the keys in a folder. A folder that is missing or holds no key for what is asked gets
// one, in files that only their owner can read; of several nodes that start at once on one folder all get the
// same. A signing key of another algorithm stays good for life, that of an access token. Each fault is an error of one
// line that names the file. access is OwnerOnly unless it is given.
func OpenKeyRing(dir, alg string, life time.Duration, now time.Time, access ...KeyAccess) (*KeyRing, error) {
	may := accessOf(access)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("keys folder %s: %w", dir, errors.Unwrap(err))
	}
	for range openTries {
		files, err := readFolder(dir, may, now)
		if err != nil {
			return nil, err
		}
		changed, err := files.complete(alg, life, now)
		switch {
		case errors.Is(err, fs.ErrExist): // another node was faster: its key is ours too
			continue
		case err != nil:
			return nil, err
		case changed:
			continue
		}
		state, err := files.state(now)
		if err != nil {
			return nil, err
		}
		ring := &KeyRing{folder: &keyFolder{dir: dir, access: may, stamp: files.stamp}}
		ring.state.Store(state)
		return ring, nil
	}
	return nil, fmt.Errorf("keys folder %s: it kept changing while it was read", dir)
}

func accessOf(given []KeyAccess) KeyAccess {
	if len(given) == 0 {
		return OwnerOnly
	}
	return given[0]
}

// complete makes one change that the folder needs before a node can use it with that algorithm, and says whether
// there was one: a signing key of the algorithm, a cookie key, an end for the keys that a newer one has replaced.
func (f *keyFiles) complete(alg string, access time.Duration, now time.Time) (changed bool, err error) {
	fresh := keyTimes{created: now, from: now}
	if len(f.cookies) == 0 {
		return true, f.addCookie(fresh)
	}
	signing, lasting := signingKey(f.keys(), now), 0
	for _, s := range f.signing {
		if s.Retires.IsZero() {
			lasting++
		}
	}
	if signing == nil || lasting == 0 || signing.Alg != alg {
		return true, f.addSigning(alg, fresh)
	}
	for _, s := range f.signing {
		if s.Key != signing && s.Retires.IsZero() && !s.From.After(signing.From) {
			if err := f.retire(s, now.Add(pickUp+access+Leeway)); err != nil {
				return false, err
			}
			changed = true
		}
	}
	return changed, nil
}

// Reload looks at the ring's folder, and brings the keys as they lie there into force, all at once. It says
// whether they have changed. After an error the ring is as it was.
func (k *KeyRing) Reload(now time.Time) (changed bool, err error) {
	if k.folder == nil {
		return false, nil
	}
	k.folder.mu.Lock()
	defer k.folder.mu.Unlock()
	return k.reload(now)
}

func (k *KeyRing) reload(now time.Time) (changed bool, err error) {
	until := k.state.Load().until
	_, stamp, err := listFolder(k.folder.dir, k.folder.access)
	if err != nil {
		return false, err
	}
	if stamp == k.folder.stamp && (until.IsZero() || now.Before(until)) {
		return false, nil
	}
	files, err := readFolder(k.folder.dir, k.folder.access, now)
	if err != nil {
		return false, err
	}
	state, err := files.state(now)
	if err != nil {
		return false, err
	}
	k.state.Store(state)
	k.folder.stamp = files.stamp
	return true, nil
}

// lookFor reloads the ring because of a kid that it does not know. Whoever comes while that is done waits for it.
func (k *KeyRing) lookFor(kid string, now time.Time) {
	k.folder.mu.Lock()
	defer k.folder.mu.Unlock()
	if since := now.Sub(k.folder.asked); since >= 0 && since < askEvery || k.state.Load().byID[kid] != nil {
		return
	}
	k.folder.asked = now
	_, _ = k.reload(now) // a fault is told by Follow
}

// Follow keeps the ring as its folder is, until ctx ends: keys that are rotated come into force without a
// restart. A fault in the folder is logged once and changes nothing.
func (k *KeyRing) Follow(ctx context.Context, now func() time.Time, log *slog.Logger) {
	if k.folder == nil {
		return
	}
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	told := ""
	for {
		for _, name := range k.folder.newlyIgnored() {
			log.Warn("a file in the keys folder is ignored: its name is not that of a key", "file", name)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		changed, err := k.Reload(now())
		switch {
		case err != nil && err.Error() != told:
			told = err.Error()
			log.Warn("the keys folder has a fault; the keys stay as they were", "error", err)
		case err == nil:
			told = ""
		}
		if changed {
			log.Info("keys read again", "signing", k.Signing().ID, "algorithm", k.Signing().Alg)
		}
	}
}
