package handlers_test

import (
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/models"
)

// TestIdleLimit: whatever the limit, a session is never ended before it was idle for that long, counted from the last
// request and not from the last one that was written down; and it ends soon after.
func TestIdleLimit(t *testing.T) {
	for _, w := range append(storeWays(), way{mode: "session", carrier: "cookie"}) {
		for _, idle := range []time.Duration{time.Second, 1500 * time.Millisecond, 10 * time.Second, 30 * time.Second, time.Minute, 15 * time.Minute, 30 * time.Minute, 2 * time.Hour} {
			t.Run(w.String()+" "+idle.String(), func(t *testing.T) {
				t.Parallel()
				n := w.node(t, with(func(c *handlers.Config) { c.SessionIdle, c.SessionMax = idle, 1000*time.Hour }))
				n.user("minji", models.RoleMember)
				c := n.client()
				c.signIn(w, "minji")
				const moment = time.Millisecond
				for _, share := range []time.Duration{4, 3, 60, 30, 2, 31, 29, 100, 5} {
					for range 5 { // clicking
						n.clock.move(idle/share - moment)
						c.wantIn(w, true, "a "+idle.String()+" limit, "+(idle/share).String()+" after the last request")
					}
					n.clock.move(idle - moment)
					c.wantIn(w, true, "a "+idle.String()+" limit, just before it")
				}
				n.clock.move(idle + min(time.Minute, max(2*time.Second, idle/30)))
				c.wantIn(w, false, "a "+idle.String()+" limit, and a thirtieth more")
			})
		}
	}
}

// TestLastSeenUnderShortLimits: it is written as often as the limit asks for, and the page says how often.
func TestLastSeenUnderShortLimits(t *testing.T) {
	t.Parallel()
	w := way{mode: "session", carrier: "cookie"}
	n := w.node(t, with(func(c *handlers.Config) { c.SessionIdle = 5 * time.Minute }))
	v := newVisitor(n, w, models.RoleMember, "?panel=folded")
	n.clock.move(9 * time.Second)
	if a := v.page("").want(200); a.lookups() != figures(1, 0, 0) {
		t.Errorf("after nine seconds: %s", a.lookups())
	}
	n.clock.move(time.Second)
	if a := v.page("").want(200); a.lookups() != figures(2, 0, 0) || !strings.Contains(a.text(".why"), "once in 10 s") {
		t.Errorf("after ten: %s, %q", a.lookups(), a.text(".why"))
	}
}
