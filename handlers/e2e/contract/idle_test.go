package contract_test

import (
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// TestIdleLimit: whatever the limit, a session is never ended before it was idle for that long, counted from the last
// request and not from the last one that was written down; and it ends soon after.
func TestIdleLimit(t *testing.T) {
	for _, w := range append(handlerstest.StoreWays(), handlerstest.Way{Mode: "session", Carrier: "cookie"}) {
		for _, idle := range []time.Duration{time.Second, 1500 * time.Millisecond, 10 * time.Second, 30 * time.Second, time.Minute, 15 * time.Minute, 30 * time.Minute, 2 * time.Hour} {
			t.Run(w.String()+" "+idle.String(), func(t *testing.T) {
				t.Parallel()
				n := w.Node(t, handlerstest.With(func(c *handlers.Config) { c.SessionIdle, c.SessionMax = idle, 1000*time.Hour }))
				n.User("minji", models.RoleMember)
				c := n.Client()
				c.SignIn(w, "minji")
				const moment = time.Millisecond
				for _, share := range []time.Duration{4, 3, 60, 30, 2, 31, 29, 100, 5} {
					for range 5 { // clicking
						n.Clock.Move(idle/share - moment)
						c.WantIn(w, true, "a "+idle.String()+" limit, "+(idle/share).String()+" after the last request")
					}
					n.Clock.Move(idle - moment)
					c.WantIn(w, true, "a "+idle.String()+" limit, just before it")
				}
				n.Clock.Move(idle + min(time.Minute, max(2*time.Second, idle/30)))
				c.WantIn(w, false, "a "+idle.String()+" limit, and a thirtieth more")
			})
		}
	}
}

// TestLastSeenUnderShortLimits: it is written as often as the limit asks for, and the page says how often.
func TestLastSeenUnderShortLimits(t *testing.T) {
	t.Parallel()
	w := handlerstest.Way{Mode: "session", Carrier: "cookie"}
	n := w.Node(t, handlerstest.With(func(c *handlers.Config) { c.SessionIdle = 5 * time.Minute }))
	v := newVisitor(n, w, models.RoleMember, "?panel=folded")
	n.Clock.Move(9 * time.Second)
	if a := v.page("").Want(200); a.Lookups() != figures(1, 0, 0) {
		t.Errorf("after nine seconds: %s", a.Lookups())
	}
	n.Clock.Move(time.Second)
	if a := v.page("").Want(200); a.Lookups() != figures(2, 0, 0) || !strings.Contains(a.Text(".why"), "once in 10 s") {
		t.Errorf("after ten: %s, %q", a.Lookups(), a.Text(".why"))
	}
}
