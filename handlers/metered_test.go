package handlers_test

import (
	"testing"
	"time"

	"twodoors/handlers/handlerstest"
	"twodoors/handlers/metrics"
)

// TestBackgroundIsNoRequest: what the clean-up sends is no lookup of anybody's; what it removed is counted by itself.
func TestBackgroundIsNoRequest(t *testing.T) {
	set := metrics.New("test")
	n := handlerstest.NewNode(t, handlerstest.CountedIn(set))
	n.User("minji", "member")
	n.Client().SignIn(handlerstest.Way{Mode: "session", Carrier: "cookie"}, "minji")
	before := handlerstest.Sum(handlerstest.Shown(t, set), "twodoors_lookups_total")
	n.Clock.Move(1000 * time.Hour)
	n.Clear(t.Context())
	list := handlerstest.Shown(t, set)
	if got := handlerstest.Sum(list, "twodoors_lookups_total"); got != before || before == 0 {
		t.Errorf("%v lookups, %v before the clean-up", got, before)
	}
	if got := handlerstest.Sum(list, "twodoors_cleared_rows_total"); got < 1 {
		t.Errorf("%v rows were cleared", got)
	}
}
