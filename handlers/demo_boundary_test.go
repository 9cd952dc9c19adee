package handlers_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"twodoors/models"
)

// TestDemoTeamIsABoundary: the admin of a visitor's team sees and changes that team, through every door, and nobody of
// another visitor's or of the installation; nor does the installation's admin reach into a visitor's team.
func TestDemoTeamIsABoundary(t *testing.T) {
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.node(t)
			operator, member := n.user("operator", models.RoleAdmin), n.user("minji", models.RoleMember)
			visitor, other, op := n.client(), n.client(), n.client()
			visitor.demo(w, models.RoleAdmin)
			other.demo(w, models.RoleAdmin)
			op.signIn(w, "operator")
			whoIs := func(c *client) (u me) {
				c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&u)
				return u
			}
			strangers := map[*client][]int64{
				visitor: {operator.ID, member.ID, whoIs(other).ID},
				op:      {whoIs(visitor).ID, whoIs(other).ID},
			}
			before := n.contents()
			for c, ids := range strangers {
				for _, id := range ids {
					for _, change := range [][2]string{{"role", "member"}, {"role", "admin"}, {"active", "false"}, {"active", "true"}, {"end", "sign-ins"}} {
						c.administer(w, id, change[0], change[1]).want(http.StatusNotFound)
					}
				}
			}
			if n.contents() != before {
				t.Error("the database has changed")
			}
			for c, foreign := range map[*client][]string{visitor: {"operator", "minji", whoIs(other).Username}, op: {whoIs(visitor).Username, whoIs(other).Username}} {
				listed := c.names(w)
				if !strings.Contains(listed, whoIs(c).Username) || slices.ContainsFunc(foreign, func(name string) bool { return strings.Contains(listed, name) }) {
					t.Errorf("%s's list has %q", whoIs(c).Username, listed)
				}
			}
			for _, c := range []*client{visitor, other, op} {
				c.wantIn(w, true, "after all that")
			}
		})
	}
}
