package handlers_test

import (
	"testing"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// TestTeamsLevelAtOtherNodes: the browser that chose finds its choice in force at any node; everybody else once the
// node has read it.
func TestTeamsLevelAtOtherNodes(t *testing.T) {
	for _, on := range []func(testing.TB) handlerstest.Option{func(testing.TB) handlerstest.Option { return func(*handlerstest.Setup) {} }, handlerstest.OnPostgres} {
		first := handlerstest.NewNode(t, on(t))
		second, third := handlerstest.NewNode(t, handlerstest.Beside(first)), handlerstest.NewNode(t, handlerstest.Beside(first))
		c := first.Client()
		c.Demo(handlerstest.ByCookie, "member")
		for _, l := range []auth.Level{auth.LevelVersion, auth.LevelSignature, auth.LevelDenylist} {
			want := handlerstest.OneLookup
			if l == auth.LevelSignature {
				want = handlerstest.NoLookup
			}
			c.Node = first
			c.Choose(l)
			script := third.Script()
			script.Bearer = c.Cookie("/", "twodoors-access")
			third.ReadLevels(t.Context())
			if got := script.Checks(); got != want {
				t.Errorf("%s, at a node that has read it: %s", l, got)
			}
			c.Node = second
			if got := c.Checks(); got != want {
				t.Errorf("%s, the browser at a node that has not: %s", l, got)
			}
		}
	}
}
