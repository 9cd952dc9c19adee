package auth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What guessing is slowed down to (OWASP ASVS 5.0 6.3.1): a number of wrong passwords at once, and then one in
// a while. Right passwords count for nothing.
const (
	guessesAtOnce = 10 // at an account from unknown devices; and from each known one
	guessEvery    = time.Minute

	// A class of 40 shares one address: each of them may be wrong ten times within one lesson's first minute.
	addressGuesses    = 400
	addressGuessEvery = time.Second

	// All accounts and addresses together, so that many of both are of no use either.
	allGuesses    = 2000
	allGuessEvery = time.Second / 20
)

const (
	// throttleKept bounds how many accounts, devices and addresses are remembered, of each.
	throttleKept = 20_000
	// throttleWaiting bounds how many attempts wait for the outcome of others.
	throttleWaiting = 200
)

// ThrottledError is an attempt that was not made: too many went wrong before.
type ThrottledError struct {
	Wait time.Duration // until the next attempt would be made
}

func (e *ThrottledError) Error() string {
	return fmt.Sprintf("too many wrong passwords: the next attempt in %v", e.Wait)
}

// Attempt says at what a password is tried, and from where.
type Attempt struct {
	// Account is the user name as it was given, whether or not there is such a user: the two must not differ.
	Account string
	// Device is the owner's known device that the attempt comes from, "" for any other. It is counted by itself
	// and nowhere else, so that nobody who guesses can lock the owner out (OWASP, "Slow Down Online Guessing
	// Attacks with Device Cookies").
	Device string
	// Address is the client's.
	Address string
}

// Throttle slows down whoever guesses passwords: by account, by address and all together. It counts in the
// memory of this process, for all of its nodes; each of several processes counts for itself.
type Throttle struct {
	now func() time.Time

	mu                           sync.Mutex
	accounts, devices, addresses shelf
	all                          *bucket
	waiting                      int
	left                         chan struct{} // closed when an attempt ends, and replaced
}

// NewThrottle makes a Throttle that goes by the given clock.
func NewThrottle(now func() time.Time) *Throttle {
	return &Throttle{
		now:      now,
		accounts: newShelf(guessEvery, guessesAtOnce), devices: newShelf(guessEvery, guessesAtOnce),
		addresses: newShelf(addressGuessEvery, addressGuesses),
		all:       newBucket(allGuessEvery, allGuesses),
		left:      make(chan struct{}),
	}
}

// Try makes an attempt: check says whether the password was right. What check fails to find out counts for
// nothing. Try fails with a *ThrottledError, without calling check, where too many went wrong before; with
// ErrBusy where too many wait; and with ctx.
//
// Attempts at once cannot outrun the count: no more are under way than may still go wrong, and others wait for
// how those end.
func (t *Throttle) Try(ctx context.Context, a Attempt, check func() (right bool, err error)) (right bool, err error) {
	taken, err := t.enter(ctx, a)
	if err != nil {
		return false, err
	}
	wrong := false
	defer func() { t.leave(taken, wrong) }()
	right, err = check()
	wrong = err == nil && !right
	return right, err
}

// place is a bucket where an attempt is counted.
type place struct {
	*bucket
	on  *shelf // nil for the one of all attempts
	key key
}

func (t *Throttle) places(a Attempt) []place {
	if a.Device != "" {
		return []place{t.devices.place(a.Device, t.now())}
	}
	return []place{
		t.accounts.place(a.Account, t.now()), t.addresses.place(network(a.Address), t.now()), {bucket: t.all},
	}
}

func (t *Throttle) enter(ctx context.Context, a Attempt) ([]place, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		now, places := t.now(), t.places(a)
		var wait time.Duration
		full := false
		for _, p := range places {
			wait = max(wait, p.wait(now))
			full = full || p.full(now)
		}
		switch {
		case wait > 0:
			return nil, &ThrottledError{Wait: wait}
		case !full:
			for _, p := range places {
				p.inside++
			}
			return places, nil
		case t.waiting >= throttleWaiting:
			return nil, ErrBusy
		}
		left := t.left
		t.waiting++
		t.mu.Unlock()
		select {
		case <-left:
		case <-ctx.Done():
		}
		t.mu.Lock()
		t.waiting--
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
}

func (t *Throttle) leave(places []place, wrong bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	for _, p := range places {
		p.inside--
		if wrong {
			p.limiter.AllowN(now, 1)
		}
		if p.on != nil && p.forgotten(now) {
			delete(p.on.buckets, p.key)
		}
	}
	if t.waiting > 0 {
		close(t.left)
		t.left = make(chan struct{})
	}
}

// Waiting is how many attempts wait for the outcome of others.
func (t *Throttle) Waiting() int { return t.count(func() int { return t.waiting }) }

// Accounts is at how many accounts wrong passwords are remembered.
func (t *Throttle) Accounts() int { return t.count(func() int { return len(t.accounts.buckets) }) }

// Devices is from how many known devices wrong passwords are remembered.
func (t *Throttle) Devices() int { return t.count(func() int { return len(t.devices.buckets) }) }

// Addresses is from how many addresses wrong passwords are remembered.
func (t *Throttle) Addresses() int { return t.count(func() int { return len(t.addresses.buckets) }) }

func (t *Throttle) count(of func() int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return of()
}

// bucket counts the wrong passwords of one account, device or address.
type bucket struct {
	limiter *rate.Limiter
	inside  int // attempts under way
}

func newBucket(every time.Duration, burst int) *bucket {
	return &bucket{limiter: rate.NewLimiter(rate.Every(every), burst)}
}

// wait is how long until one more may go wrong; 0: now.
func (b *bucket) wait(now time.Time) time.Duration {
	missing := 1 - b.limiter.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing / float64(b.limiter.Limit()) * float64(time.Second))
}

// full reports whether as many are under way as may still go wrong.
func (b *bucket) full(now time.Time) bool { return b.limiter.TokensAt(now)-float64(b.inside) < 1 }

// forgotten reports whether the bucket says no more than a new one would.
func (b *bucket) forgotten(now time.Time) bool {
	return b.inside == 0 && b.limiter.TokensAt(now) >= float64(b.limiter.Burst())
}

// key stands for a name of any length.
type key [16]byte

// shelf is a bounded number of buckets.
type shelf struct {
	every   time.Duration
	burst   int
	buckets map[key]*bucket
}

func newShelf(every time.Duration, burst int) shelf {
	return shelf{every: every, burst: burst, buckets: map[key]*bucket{}}
}

func (s *shelf) place(name string, now time.Time) place {
	sum := sha256.Sum256([]byte(name))
	k := key(sum[:16])
	b, found := s.buckets[k]
	if !found {
		if len(s.buckets) >= throttleKept {
			s.makeRoom(now)
		}
		b = newBucket(s.every, s.burst)
		s.buckets[k] = b
	}
	return place{bucket: b, on: s, key: k}
}

// makeRoom removes what says nothing any more among some buckets, or else the one that says least. It looks at
// few, since it may have to be done at each attempt; a map hands them out in random order.
func (s *shelf) makeRoom(now time.Time) {
	const some = 50
	var least key
	most, seen, removed := -1.0, 0, false
	for k, b := range s.buckets {
		if b.forgotten(now) {
			delete(s.buckets, k)
			removed = true
		} else if tokens := b.limiter.TokensAt(now); b.inside == 0 && tokens > most {
			least, most = k, tokens
		}
		if seen++; seen == some {
			break
		}
	}
	if !removed && most >= 0 {
		delete(s.buckets, least)
	}
}

// network is what counts as one address: of IPv6 the /64, which a single customer has whole.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.WithZone("").Prefix(64)
	return prefix.String()
}
