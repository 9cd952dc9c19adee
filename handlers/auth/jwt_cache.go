package auth

import (
	"crypto/sha256"
	"sync"
	"time"
)

// tokenCache remembers tokens that were found good, so that a signature is checked once and not at each request.
// What it remembers is what the signature says and nothing else: whether the sign-in still stands is asked by the
// level, each time. Tokens are kept by their SHA-256 alone, at most so many; a full cache forgets the oldest.
type tokenCache struct {
	mu    sync.Mutex
	known map[[32]byte]verified
	order [][32]byte // a ring: where known's keys stand in the order of their coming
	next  int        // the place in it that is written next
}

// verified is a token that was found good.
type verified struct {
	claims TokenClaims
	key    *Key // that it was found good with
}

// newTokenCache makes a cache of a size, or none for size 0: a nil cache knows nothing and learns nothing.
func newTokenCache(size int) *tokenCache {
	if size <= 0 {
		return nil
	}
	return &tokenCache{known: make(map[[32]byte]verified), order: make([][32]byte, 0, size)}
}

// get returns the claims of a token that is known and still good: not past its end, not from the future, and its
// key in the ring as it was then. One that is no longer good is forgotten.
func (t *tokenCache) get(raw string, keys *KeyRing, now time.Time) (TokenClaims, bool) {
	if t == nil {
		return TokenClaims{}, false
	}
	hash := sha256.Sum256([]byte(raw))
	t.mu.Lock()
	v, ok := t.known[hash]
	t.mu.Unlock()
	if !ok {
		return TokenClaims{}, false
	}
	early := now.Add(Leeway).Before(time.Unix(v.claims.IssuedAt, 0))
	over := !now.Before(time.Unix(v.claims.Expires, 0).Add(Leeway))
	if early || over || keys.ByID(v.key.ID, now) != v.key {
		t.mu.Lock()
		delete(t.known, hash)
		t.mu.Unlock()
		return TokenClaims{}, false
	}
	return v.claims, true
}

// put remembers a token that was just found good with a key.
func (t *tokenCache) put(raw string, c TokenClaims, key *Key) {
	if t == nil || key == nil {
		return
	}
	hash := sha256.Sum256([]byte(raw))
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, there := t.known[hash]; there {
		return
	}
	if len(t.order) < cap(t.order) {
		t.order = append(t.order, hash)
	} else {
		delete(t.known, t.order[t.next])
		t.order[t.next] = hash
		t.next = (t.next + 1) % len(t.order)
	}
	t.known[hash] = verified{c, key}
}
