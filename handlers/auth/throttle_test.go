package auth_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/handlers/auth"
)

// throttle is a Throttle with a clock of the test's own.
type throttle struct {
	*auth.Throttle
	t   testing.TB
	now atomic.Pointer[time.Time]
}

func newThrottle(t testing.TB) *throttle {
	th := &throttle{t: t}
	start := time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)
	th.now.Store(&start)
	th.Throttle = auth.NewThrottle(func() time.Time { return *th.now.Load() })
	return th
}

func (th *throttle) move(d time.Duration) {
	later := th.now.Load().Add(d)
	th.now.Store(&later)
}

func wrong() (bool, error) { return false, nil }

func right() (bool, error) { return true, nil }

// wait is how long the throttle tells an attempt to wait, 0 where it is made.
func (th *throttle) wait(a auth.Attempt, check func() (bool, error)) time.Duration {
	th.t.Helper()
	_, err := th.Try(th.t.Context(), a, check)
	var slow *auth.ThrottledError
	if errors.As(err, &slow) {
		return slow.Wait
	}
	if err != nil {
		th.t.Fatal(err)
	}
	return 0
}

// guess is a wrong password from anywhere.
func guess(account, address string) auth.Attempt {
	return auth.Attempt{Account: account, Address: address}
}

func TestThrottleByAccount(t *testing.T) {
	th := newThrottle(t)
	for i := range 10 {
		if w := th.wait(guess("minji", fmt.Sprintf("192.0.2.%d", i)), wrong); w != 0 {
			t.Fatalf("wrong password %d: wait %v", i+1, w)
		}
	}
	if w := th.wait(guess("minji", "198.51.100.1"), right); w <= 0 || w > time.Minute {
		t.Errorf("after ten from ten addresses: wait %v", w)
	}
	if w := th.wait(guess("other", "192.0.2.1"), right); w != 0 {
		t.Errorf("another account: wait %v", w)
	}
	th.move(time.Minute)
	if w := th.wait(guess("minji", "198.51.100.1"), wrong); w != 0 {
		t.Errorf("a minute later: wait %v", w)
	}
	if w := th.wait(guess("minji", "198.51.100.1"), right); w == 0 {
		t.Error("one a minute, and the next at once")
	}
	th.move(24 * time.Hour)
	for range 10 {
		th.wait(guess("minji", "198.51.100.1"), wrong)
	}
	if w := th.wait(guess("minji", "198.51.100.1"), right); w == 0 {
		t.Error("a day without guesses earned more than ten")
	}
}

// TestThrottleCountsOnlyWrong: neither right passwords nor what could not be found out.
func TestThrottleCountsOnlyWrong(t *testing.T) {
	th := newThrottle(t)
	away := errors.New("the database is away")
	for range 1000 {
		th.wait(guess("minji", "192.0.2.1"), right)
		if _, err := th.Try(t.Context(), guess("minji", "192.0.2.1"), func() (bool, error) { return false, away }); !errors.Is(err, away) {
			t.Fatal(err)
		}
	}
	if accounts, devices, addresses := th.Accounts(), th.Devices(), th.Addresses(); accounts+devices+addresses != 0 {
		t.Errorf("left behind by right passwords: %d, %d, %d", accounts, devices, addresses)
	}
	if w := th.wait(guess("minji", "192.0.2.1"), wrong); w != 0 {
		t.Errorf("the first wrong one: wait %v", w)
	}
}

// TestThrottleKnownDevice: the owner gets in while others guess, and a stolen device does not guess for long.
func TestThrottleKnownDevice(t *testing.T) {
	th := newThrottle(t)
	for th.wait(guess("minji", "192.0.2.1"), wrong) == 0 {
	}
	known := auth.Attempt{Account: "minji", Device: "known:1", Address: "192.0.2.1"}
	if w := th.wait(known, right); w != 0 {
		t.Errorf("the owner's device: wait %v", w)
	}
	tries := 0
	for th.wait(known, wrong) == 0 {
		tries++
	}
	if tries != 10 {
		t.Errorf("a known device guessed %d times", tries)
	}
	known.Device = "known:2"
	if w := th.wait(known, right); w != 0 {
		t.Errorf("another device of the owner: wait %v", w)
	}
}

// TestThrottleByAddress: generous, and of IPv6 by what one customer has; known devices are let through.
func TestThrottleByAddress(t *testing.T) {
	th := newThrottle(t)
	tries := 0
	for th.wait(guess(fmt.Sprint("user-", tries), fmt.Sprintf("2001:db8:1:2::%x", tries)), wrong) == 0 {
		tries++
	}
	if tries < 40*10 || tries > 1000 {
		t.Errorf("%d guesses from one network", tries)
	}
	if w := th.wait(guess("minji", "2001:db8:1:2:ffff::1"), right); w <= 0 || w > time.Second {
		t.Errorf("the same network: wait %v", w)
	}
	if w := th.wait(guess("minji", "2001:db8:1:3::1"), right); w != 0 {
		t.Errorf("another network: wait %v", w)
	}
	if w := th.wait(auth.Attempt{Account: "minji", Device: "known:1", Address: "2001:db8:1:2::1"}, right); w != 0 {
		t.Errorf("a known device on that network: wait %v", w)
	}
}

// TestThrottleAll: many accounts from many addresses are slowed down together.
func TestThrottleAll(t *testing.T) {
	th := newThrottle(t)
	tries := 0
	for th.wait(guess(fmt.Sprint("user-", tries), fmt.Sprintf("10.%d.%d.1", tries/256, tries%256)), wrong) == 0 {
		if tries++; tries > 10_000 {
			t.Fatal("no cap")
		}
	}
	th.move(time.Second)
	more := 0
	for th.wait(guess(fmt.Sprint("more-", more), fmt.Sprintf("172.16.%d.1", more)), wrong) == 0 {
		more++
	}
	if tries != 2000 || more != 20 {
		t.Errorf("%d at once, then %d a second", tries, more)
	}
}

// TestThrottleParallel: a hundred at once guess no more than ten in turn; with the right password all pass.
func TestThrottleParallel(t *testing.T) {
	th := newThrottle(t)
	made, refused := th.parallel(100, guess("minji", "192.0.2.1"), wrong)
	if made != 10 || refused != 90 {
		t.Errorf("wrong: %d were made, %d refused", made, refused)
	}
	made, refused = th.parallel(100, guess("other", "192.0.2.1"), right)
	if made != 100 || refused != 0 {
		t.Errorf("right: %d were made, %d refused", made, refused)
	}
	if waiting := th.Waiting(); waiting != 0 {
		t.Errorf("%d are left waiting", waiting)
	}
}

func (th *throttle) parallel(n int, a auth.Attempt, check func() (bool, error)) (made, refused int64) {
	var makes, refusals atomic.Int64
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			_, err := th.Try(th.t.Context(), a, func() (bool, error) {
				makes.Add(1)
				runtime.Gosched()
				return check()
			})
			var slow *auth.ThrottledError
			if errors.As(err, &slow) {
				refusals.Add(1)
			} else if err != nil {
				th.t.Error(err)
			}
		})
	}
	all.Wait()
	return makes.Load(), refusals.Load()
}

// TestThrottleWaiting: those who wait for how others' attempts end are bounded, and leave when they give up.
func TestThrottleWaiting(t *testing.T) {
	th := newThrottle(t)
	end := make(chan struct{})
	var all sync.WaitGroup
	var inside, cancelled atomic.Int64
	slow := func() (bool, error) { inside.Add(1); <-end; return true, nil }
	ctx, cancel := context.WithCancel(t.Context())
	for range 10 {
		all.Go(func() { _, _ = th.Try(t.Context(), guess("minji", "192.0.2.1"), slow) })
	}
	for inside.Load() < 10 { // all of them: one that waited would not give up below
		runtime.Gosched()
	}
	for range 300 {
		all.Go(func() {
			if _, err := th.Try(ctx, guess("minji", "192.0.2.1"), slow); errors.Is(err, context.Canceled) {
				cancelled.Add(1)
			}
		})
	}
	for th.Waiting() < 200 {
		runtime.Gosched()
	}
	if _, err := th.Try(t.Context(), guess("minji", "192.0.2.1"), slow); !errors.Is(err, auth.ErrBusy) {
		t.Errorf("one too many: %v", err)
	}
	cancel()
	for th.Waiting() > 0 {
		runtime.Gosched()
	}
	close(end)
	all.Wait()
	if cancelled.Load() < 200 {
		t.Errorf("%d gave up", cancelled.Load())
	}
}

// TestThrottleIsBounded: names without end take no memory without end, and push out those that say least.
func TestThrottleIsBounded(t *testing.T) {
	th := newThrottle(t)
	for th.wait(guess("minji", "192.0.2.1"), wrong) == 0 {
	}
	for i := range auth.ThrottleKept + 5_000 {
		th.wait(auth.Attempt{Device: fmt.Sprint("known:", i)}, wrong)
		if i%2000 == 1999 { // the cap of all alone would keep accounts few
			th.move(100 * time.Second)
		}
		th.wait(guess(fmt.Sprint("user-", i), fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)), wrong)
	}
	accounts, devices, addresses := th.Accounts(), th.Devices(), th.Addresses()
	if accounts > auth.ThrottleKept || devices > auth.ThrottleKept || addresses > auth.ThrottleKept || devices < 1000 {
		t.Errorf("remembered: %d accounts, %d devices, %d addresses", accounts, devices, addresses)
	}
}
