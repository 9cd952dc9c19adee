package labs

import (
	"fmt"
	"sync"
	"time"
)

// Clock is the time of an environment. It stands still until it is moved, so that a run measures the same whenever it
// is made.
type Clock struct {
	mu  sync.Mutex
	now time.Time
	say func(Words)
}

// dawn is when every environment begins: a whole second, as tokens count.
func dawn() time.Time { return time.Date(2030, time.March, 4, 9, 0, 0, 0, time.UTC) }

// Now is the environment's time.
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
	c.say(Words{"The clock moves " + span(d).EN + " forward.", "시계를 " + span(d).KO + " 앞으로 돌려요."})
}

// To sets the clock to the moment d after the environment began, back or forward.
func (c *Clock) To(d time.Duration) {
	c.mu.Lock()
	c.now = dawn().Add(d)
	c.mu.Unlock()
	c.say(Words{"The clock stands at " + span(d).EN + " after the beginning.", "시계를 시작하고 " + span(d).KO + " 뒤로 맞춰요."})
}

// jump sets the clock without a word: who searches says so once, and a table says which moments it was set to.
func (w *Environment) jump(to time.Time) {
	w.Clock.mu.Lock()
	defer w.Clock.mu.Unlock()
	w.Clock.now = to
}

// span is a span of time in words: its units that are not zero, "1 h 5 s".
func span(d time.Duration) Words {
	var w Words
	for _, unit := range []struct {
		of     time.Duration
		en, ko string
	}{{24 * time.Hour, "d", "일"}, {time.Hour, "h", "시간"}, {time.Minute, "min", "분"}, {time.Second, "s", "초"}} {
		n := d / unit.of
		d -= n * unit.of
		if n == 0 {
			continue
		}
		if w.EN != "" {
			w.EN, w.KO = w.EN+" ", w.KO+" "
		}
		w.EN += fmt.Sprint(int64(n), " ", unit.en)
		w.KO += fmt.Sprint(int64(n), unit.ko)
	}
	if w.EN == "" {
		return Words{"0 s", "0초"}
	}
	return w
}
