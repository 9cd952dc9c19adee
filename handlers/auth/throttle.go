package auth

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// What guessing is slowed down to (OWASP ASVS 5.0 6.3.1). Right passwords count for nothing.
var (
	// An account gets ten guesses from unknown devices, each known device and each sign-in ten of its own.
	guessRate = Rate{AtOnce: 10, Every: time.Minute}
	// The known devices of one account together: enough for an owner with three of them, and no more for somebody
	// who once knew the password and had many cookies made.
	knownRate = Rate{AtOnce: 30, Every: time.Minute}
	// A class of 40 shares one address: each of them may be wrong ten times within one lesson's first minute.
	addressRate = Rate{AtOnce: 400, Every: time.Second}
	// All accounts and addresses together, so that many of both are of no use either.
	allRate = Rate{AtOnce: 2000, Every: time.Second / 20}
	// One network's part in that, a fiftieth: what it does beyond its share counts at its own address alone, so that
	// a few addresses cannot use up everybody's guesses.
	shareRate = Rate{AtOnce: 40, Every: 2500 * time.Millisecond}
)

// shareBits is what counts as one network for the share of all guesses: an IPv6 /48, which one customer can have.
const shareBits = 48

// throttleWaiting bounds how many attempts wait for the outcome of others.
const throttleWaiting = 200

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
	// Device is the owner's known device that the attempt comes from, "" for any other. Only other attempts from
	// known devices of the same account can refuse it, so that nobody who guesses can lock the owner out (OWASP, "Slow
	// Down Online Guessing Attacks with Device Cookies"). It is counted at the address and with all others too.
	Device string
	// Address is the client's.
	Address string
}

// Throttle slows down whoever guesses passwords: by account, by address and all together. It counts in the
// memory of this process, for all of its nodes; each of several processes counts for itself.
type Throttle struct {
	now func() time.Time

	mu                                          sync.Mutex
	accounts, devices, known, addresses, shares buckets
	all                                         *bucket
	waiting                                     int
	left                                        chan struct{} // closed when an attempt ends, and replaced
}

// NewThrottle makes a Throttle that goes by the given clock.
func NewThrottle(now func() time.Time) *Throttle {
	return &Throttle{
		now:      now,
		accounts: newBuckets(guessRate), devices: newBuckets(guessRate), known: newBuckets(knownRate),
		addresses: newBuckets(addressRate), shares: newBuckets(shareRate),
		all:  newBucket(allRate),
		left: make(chan struct{}),
	}
}

// Try makes an attempt: check says whether the password was right. What check fails to find out counts for
// nothing. Try fails with a *ThrottledError, without calling check, where too many went wrong before; with
// ErrBusy where too many wait; and with ctx.
//
// Attempts at once cannot outrun the count: no more are under way than may still go wrong, and others wait for
// how those end.
func (t *Throttle) Try(ctx context.Context, a Attempt, check func() (right bool, err error)) (right bool, err error) {
	limits, err := t.enter(ctx, a)
	if err != nil {
		return false, err
	}
	wrong := false
	defer func() { t.leave(a, limits, wrong) }()
	right, err = check()
	wrong = err == nil && !right
	return right, err
}

// limits are the buckets that can refuse an attempt.
func (t *Throttle) limits(a Attempt, now time.Time) []*bucket {
	if a.Device != "" {
		list := []*bucket{t.devices.at(a.Device, now)}
		if a.Account != "" {
			list = append(list, t.known.at(a.Account, now))
		}
		return list
	}
	return []*bucket{t.accounts.at(a.Account, now), t.addresses.at(Network(a.Address), now), t.all}
}

func (t *Throttle) enter(ctx context.Context, a Attempt) ([]*bucket, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		now := t.now()
		limits := t.limits(a, now)
		var wait time.Duration
		full := false
		for _, b := range limits {
			wait = max(wait, b.wait(now))
			full = full || b.full(now)
		}
		switch {
		case wait > 0:
			return nil, &ThrottledError{Wait: wait}
		case !full:
			for _, b := range limits {
				b.inside++
			}
			return limits, nil
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

func (t *Throttle) leave(a Attempt, limits []*bucket, wrong bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	for _, b := range limits {
		b.inside--
		if wrong && b != t.all {
			b.count(now)
		}
	}
	if wrong && a.Address != "" {
		if a.Device != "" {
			t.addresses.at(Network(a.Address), now).count(now)
		}
		if t.shares.at(prefixOf(a.Address, shareBits), now).count(now) {
			t.all.count(now)
		}
	}
	t.accounts.tidy(a.Account, now)
	t.devices.tidy(a.Device, now)
	t.known.tidy(a.Account, now)
	t.addresses.tidy(Network(a.Address), now)
	if t.waiting > 0 {
		close(t.left)
		t.left = make(chan struct{})
	}
}

// Waiting is how many attempts wait for the outcome of others.
func (t *Throttle) Waiting() int { return t.count(func() int { return t.waiting }) }

// Accounts is at how many accounts wrong passwords are remembered.
func (t *Throttle) Accounts() int { return t.count(func() int { return len(t.accounts.of) }) }

// Devices is from how many known devices wrong passwords are remembered.
func (t *Throttle) Devices() int { return t.count(func() int { return len(t.devices.of) }) }

// Addresses is from how many addresses wrong passwords are remembered.
func (t *Throttle) Addresses() int { return t.count(func() int { return len(t.addresses.of) }) }

func (t *Throttle) count(of func() int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return of()
}
