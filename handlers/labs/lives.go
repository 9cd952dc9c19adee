package labs

import (
	"time"
)

// LivesUntil moves the clock to find, to the second, for how long from now on a client is still let in. most is
// where the search ends; the clock is put back.
func (w *Environment) LivesUntil(c *Client, m Mode, most time.Duration) time.Duration {
	return w.worksUntil(most, func() bool { return c.Replay(m).In() })
}

// worksUntil is LivesUntil for anything that the client may ask.
func (w *Environment) worksUntil(most time.Duration, asks func() bool) time.Duration {
	w.play.event(Words{"The clock is moved to find when it is refused.", "언제 거절되는지 시계를 옮겨 가며 찾아요."})
	began := w.Clock.Now()
	defer w.jump(began)
	works := func(d time.Duration) bool {
		w.jump(began.Add(d))
		return asks()
	}
	if !works(0) {
		return 0
	}
	low, high := time.Duration(0), time.Minute
	for works(high) {
		if high >= most {
			return most
		}
		low, high = high, min(2*high, most)
	}
	return Narrow(low, high, works)
}

// Narrow finds, to the second, when something that works after low and not after high stops.
func Narrow(low, high time.Duration, works func(after time.Duration) bool) time.Duration {
	for high-low > time.Second {
		middle := (low + (high-low)/2).Truncate(time.Second)
		if works(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// SessionsKept is how many sessions the server keeps: rows of the database, or what another store lists for a
// client who is signed in.
func (w *Environment) SessionsKept(c *Client) int64 {
	if w.settings.SessionStore == "database" {
		return w.Database.Rows("sessions")
	}
	var listed struct {
		Devices []struct{ Mode string }
	}
	c.Get("/api/session/devices").into(&listed)
	n := int64(0)
	for _, d := range listed.Devices {
		if d.Mode == string(Session) {
			n++
		}
	}
	return n
}

// RowsOf counts the rows of the tables of sign-ins that hold a credential, as it is or as its SHA-256.
func (w *Environment) RowsOf(credential string) int64 {
	n, err := w.Database.db.CountRowsContaining(w.background(), credential)
	must(err)
	return n
}
