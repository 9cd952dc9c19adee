package handlers_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"twodoors/models"
)

// lookupRow is one line of THE table: what a request costs at the database. The figures are written down
// here and nowhere computed from the app.
type lookupRow struct {
	name string
	// send makes the request, through the way given, by whoever was prepared for it.
	send func(v *visitor) *answer
	// status is the answer's, auth and data its figures.
	status     int
	auth, data func(w way) int
	// page says that the answer has the panel: open it makes one lookup of its own, folded none.
	page bool
	// only leaves out the ways for which there is no such request.
	only func(w way) bool
}

// visitor is a fresh user, signed in.
type visitor struct {
	*client
	w    way
	node *testNode
	user models.User
	// panel is the query that opens or folds the panel.
	panel string
}

// page asks for a page of the member area.
func (v *visitor) page(path string) *answer { return v.get(v.w.page(path) + v.panel) }

// form posts to the member area.
func (v *visitor) form(path string, fields ...string) *answer {
	return v.post(v.w.page(path)+v.panel, fields)
}

// call calls the API.
func (v *visitor) call(method, path string, body any) *answer {
	return v.json(method, v.w.api(path), body)
}

var visitors atomic.Int64

// newVisitor makes a user of their own for one row, so that rows do not disturb each other.
func newVisitor(n *testNode, w way, role, panel string) *visitor {
	v := &visitor{w: w, node: n, panel: panel}
	v.user = n.user("visitor-"+strconv.FormatInt(visitors.Add(1), 10), role)
	v.client = n.client()
	v.signIn(w, v.user.Name)
	return v
}

// other signs the same user in once more, through a door, and returns that device's id.
func (v *visitor) other(mode string) string {
	v.t.Helper()
	c := v.node.script()
	var tokens apiTokens
	c.json("POST", "/api/"+mode+"/login", map[string]string{"username": v.user.Name, "password": password}).want(http.StatusOK).into(&tokens)
	c.bearer = tokens.AccessToken
	var who me
	c.json("GET", "/api/"+mode+"/me", nil).want(http.StatusOK).into(&who)
	return strconv.FormatInt(who.Device, 10)
}

// of is a figure that is the same for every way.
func of(n int) func(way) int { return func(way) int { return n } }

// who is what it costs to know who is asking: the session and the opaque token are looked up together with
// their user; of a JWT at level signature nothing is, above it one joined statement; of a signed cookie nothing.
func who(w way) int {
	if !w.readsUser() {
		return 0
	}
	return 1
}

// whoAnd is who and so many more.
func whoAnd(more int) func(way) int { return func(w way) int { return who(w) + more } }

// byMode is a figure for each door.
func byMode(session, jwt int) func(way) int {
	return func(w way) int {
		if w.mode == "session" {
			return session
		}
		return jwt
	}
}

// figures is the header's text.
func figures(auth, data, display int) string {
	text := fmt.Sprintf("auth=%d, data=%d", auth, data)
	if display > 0 {
		text += fmt.Sprintf(", display=%d", display)
	}
	return text
}

// run makes the row's request with the panel open and with it folded, and compares.
func (r lookupRow) run(t *testing.T, n *testNode, w way) {
	if r.only != nil && !r.only(w) {
		return
	}
	for _, panel := range []string{"?panel=open", "?panel=folded"} {
		role := models.RoleMember
		if strings.HasPrefix(r.name, "admin") {
			role = models.RoleAdmin
		}
		a := r.send(newVisitor(n, w, role, panel))
		display := 0
		if r.page && panel == "?panel=open" && w.mode != "cookie" { // nothing is stored that could be shown
			display = 1
		}
		if want := figures(r.auth(w), r.data(w), display); a.Status != r.status || a.lookups() != want {
			t.Errorf("%s (%s): status %d with %q, want %d with %q", r.name, panel, a.Status, a.lookups(), r.status, want)
		}
		if !r.page {
			return
		}
	}
}

// TestLookups holds the table for every way on both databases.
func TestLookups(t *testing.T) {
	for _, database := range databases() {
		t.Run(database.name, func(t *testing.T) {
			t.Parallel()
			for _, w := range ways() {
				t.Run(w.String(), func(t *testing.T) {
					t.Parallel()
					n := w.node(t, database.option(t))
					for _, row := range lookupTable() {
						row.run(t, n, w)
					}
				})
			}
		})
	}
}

// lookupTable is the whole table.
func lookupTable() []lookupRow {
	return slices.Concat(memberRows(), accountRows(), apiRows(), tokenRows(), signingRows())
}

type database struct {
	name   string
	option func(testing.TB) option
}

// databases are what the app runs on.
func databases() []database {
	return []database{
		{"sqlite", func(testing.TB) option { return func(*setup) {} }},
		{"postgres", onPostgres},
	}
}
