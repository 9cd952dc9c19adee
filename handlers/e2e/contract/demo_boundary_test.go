package contract_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// TestDemoTeamIsABoundary: the admin of a visitor's team sees and changes that team, through every door, and nobody of
// another visitor's or of the installation; nor does the installation's admin reach into a visitor's team.
func TestDemoTeamIsABoundary(t *testing.T) {
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			operator, member := n.User("operator", models.RoleAdmin), n.User("minji", models.RoleMember)
			visitor, other, op := n.Client(), n.Client(), n.Client()
			visitor.Demo(w, models.RoleAdmin)
			other.Demo(w, models.RoleAdmin)
			op.SignIn(w, "operator")
			whoIs := func(c *handlerstest.Client) (u handlerstest.Me) {
				c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&u)
				return u
			}
			strangers := map[*handlerstest.Client][]int64{
				visitor: {operator.ID, member.ID, whoIs(other).ID},
				op:      {whoIs(visitor).ID, whoIs(other).ID},
			}
			before := n.Contents()
			for c, ids := range strangers {
				for _, id := range ids {
					for _, change := range [][2]string{{"role", "member"}, {"role", "admin"}, {"active", "false"}, {"active", "true"}, {"end", "sign-ins"}} {
						c.Administer(w, id, change[0], change[1]).Want(http.StatusNotFound)
					}
				}
			}
			if n.Contents() != before {
				t.Error("the database has changed")
			}
			for c, foreign := range map[*handlerstest.Client][]string{visitor: {"operator", "minji", whoIs(other).Username}, op: {whoIs(visitor).Username, whoIs(other).Username}} {
				listed := namesOf(c, w)
				if !strings.Contains(listed, whoIs(c).Username) || slices.ContainsFunc(foreign, func(name string) bool { return strings.Contains(listed, name) }) {
					t.Errorf("%s's list has %q", whoIs(c).Username, listed)
				}
			}
			for _, c := range []*handlerstest.Client{visitor, other, op} {
				c.WantIn(w, true, "after all that")
			}
		})
	}
}
