package auth

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how often something may happen: so many times at once, and then once in a while.
type Rate struct {
	AtOnce int
	Every  time.Duration
}

// Limiter limits how often something happens, for each client address and for all of them together. It counts in the
// memory of this process and is safe for concurrent use.
type Limiter struct {
	now func() time.Time

	mu        sync.Mutex
	addresses buckets
	all       *bucket
}

// NewLimiter makes a Limiter that goes by the given clock.
func NewLimiter(now func() time.Time, each, all Rate) *Limiter {
	return &Limiter{now: now, addresses: newBuckets(each), all: newBucket(all)}
}

// Take counts one more from an address and returns 0, or, where that would be too many, counts nothing and returns
// how long until there is room for it.
func (l *Limiter) Take(address string) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	at := l.addresses.at(Network(address), now)
	if wait := max(at.wait(now), l.all.wait(now)); wait > 0 {
		return wait
	}
	at.count(now)
	l.all.count(now)
	return 0
}

// throttleKept bounds how many names are remembered of each kind.
const throttleKept = 20_000

// bucket counts what one name did. Limiter and Throttle guard it with their lock.
type bucket struct {
	limiter *rate.Limiter
	inside  int // attempts under way
}

func newBucket(r Rate) *bucket {
	return &bucket{limiter: rate.NewLimiter(rate.Every(r.Every), r.AtOnce)}
}

// count counts one, if there is room for it.
func (b *bucket) count(now time.Time) bool { return b.limiter.AllowN(now, 1) }

// wait is how long until there is room for one more; 0: now.
func (b *bucket) wait(now time.Time) time.Duration {
	missing := 1 - b.limiter.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing / float64(b.limiter.Limit()) * float64(time.Second))
}

// full reports whether as many are under way as there is room for.
func (b *bucket) full(now time.Time) bool { return b.limiter.TokensAt(now)-float64(b.inside) < 1 }

// isNew reports whether the bucket says no more than a new one would.
func (b *bucket) isNew(now time.Time) bool {
	return b.inside == 0 && b.limiter.TokensAt(now) >= float64(b.limiter.Burst())
}

// key stands for a name of any length.
type key [16]byte

// buckets are those of a bounded number of names, made when a name is first seen.
type buckets struct {
	rate Rate
	of   map[key]*bucket
}

func newBuckets(r Rate) buckets { return buckets{rate: r, of: map[key]*bucket{}} }

func nameKey(name string) key {
	sum := sha256.Sum256([]byte(name))
	return key(sum[:16])
}

func (s *buckets) at(name string, now time.Time) *bucket {
	k := nameKey(name)
	b, found := s.of[k]
	if !found {
		if len(s.of) >= throttleKept {
			s.makeRoom(now)
		}
		b = newBucket(s.rate)
		s.of[k] = b
	}
	return b
}

// tidy forgets a name whose bucket says nothing.
func (s *buckets) tidy(name string, now time.Time) {
	if k := nameKey(name); s.of[k] != nil && s.of[k].isNew(now) {
		delete(s.of, k)
	}
}

// makeRoom removes what says nothing any more among some buckets, or else the one that says least. It looks at
// few, since it may have to be done at each attempt; a map hands them out in random order.
func (s *buckets) makeRoom(now time.Time) {
	const some = 50
	var least key
	most, seen, removed := -1.0, 0, false
	for k, b := range s.of {
		if b.isNew(now) {
			delete(s.of, k)
			removed = true
		} else if tokens := b.limiter.TokensAt(now); b.inside == 0 && tokens > most {
			least, most = k, tokens
		}
		if seen++; seen == some {
			break
		}
	}
	if !removed && most >= 0 {
		delete(s.of, least)
	}
}

// Network is what counts as one address: of IPv6 the /64, which a single customer has whole.
func Network(address string) string { return prefixOf(address, 64) }

// prefixOf is an IPv4 address as it is, and of an IPv6 address its first bits. What is no address stands for itself.
func prefixOf(address string, bits int) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.WithZone("").Prefix(bits)
	return prefix.String()
}
