package labs

import (
	"sync"
	"time"
)

// Clock is the time of a world. It stands still until it is moved, so that a run measures the same whenever it
// is made.
type Clock struct {
	mu  sync.Mutex
	now time.Time
	say func(Words)
}

// dawn is when every world begins: a whole second, as tokens count.
func dawn() time.Time { return time.Date(2030, time.March, 4, 9, 0, 0, 0, time.UTC) }

// Now is the world's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Forward lets d pass.
func (c *Clock) Forward(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.mu.Unlock()
	c.say(Words{"The clock moves " + d.String() + " forward.", "시계를 " + d.String() + " 앞으로 돌린다."})
}

// To sets the clock to the moment d after the world began, back or forward.
func (c *Clock) To(d time.Duration) {
	c.mu.Lock()
	c.now = dawn().Add(d)
	c.mu.Unlock()
	c.say(Words{"The clock stands at " + d.String() + " after the beginning.", "시계를 시작 후 " + d.String() + "에 맞춘다."})
}
