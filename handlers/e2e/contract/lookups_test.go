package contract_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// lookupRow is one line of THE table: what a request costs at the database. The figures are written down
// here and nowhere computed from the app.
type lookupRow struct {
	name string
	// send makes the request, through the way given, by whoever was prepared for it.
	send func(v *visitor) *handlerstest.Answer
	// status is the answer's, auth and data its figures.
	status     int
	auth, data func(w handlerstest.Way) int
	// page says that the answer has the panel: open it makes one lookup of its own, folded none.
	page bool
	// only leaves out the ways for which there is no such request.
	only func(w handlerstest.Way) bool
}

// visitor is a fresh user, signed in.
type visitor struct {
	*handlerstest.Client
	w    handlerstest.Way
	node *handlerstest.Node
	user models.User
	// panel is the query that opens or folds the panel.
	panel string
}

// page asks for a page of the member area.
func (v *visitor) page(path string) *handlerstest.Answer { return v.Get(v.w.Page(path) + v.panel) }

// form posts to the member area.
func (v *visitor) form(path string, fields ...string) *handlerstest.Answer {
	return v.Post(v.w.Page(path)+v.panel, fields)
}

// call calls the API.
func (v *visitor) call(method, path string, body any) *handlerstest.Answer {
	return v.JSON(method, v.w.API(path), body)
}

var visitors atomic.Int64

// newVisitor makes a user of their own for one row, so that rows do not disturb each other.
func newVisitor(n *handlerstest.Node, w handlerstest.Way, role, panel string) *visitor {
	v := &visitor{w: w, node: n, panel: panel}
	v.user = n.User("visitor-"+strconv.FormatInt(visitors.Add(1), 10), role)
	v.Client = n.Client()
	v.SignIn(w, v.user.Name)
	return v
}

// other signs the same user in once more, through a door, and returns that device's id.
func (v *visitor) other(mode string) string {
	v.T.Helper()
	c := v.node.Script()
	var tokens handlerstest.APITokens
	c.JSON("POST", "/api/"+mode+"/login", map[string]string{"username": v.user.Name, "password": handlerstest.Password}).Want(http.StatusOK).Into(&tokens)
	c.Bearer = tokens.AccessToken
	var who handlerstest.Me
	c.JSON("GET", "/api/"+mode+"/me", nil).Want(http.StatusOK).Into(&who)
	return strconv.FormatInt(who.Device, 10)
}

// of is a figure that is the same for every way.
func of(n int) func(handlerstest.Way) int { return func(handlerstest.Way) int { return n } }

// who is what it costs to know who is asking: the session and the opaque token are looked up together with
// their user; of a JWT at level signature nothing is, above it one joined statement; of a signed cookie nothing.
func who(w handlerstest.Way) int {
	if !w.ReadsUser() {
		return 0
	}
	return 1
}

// whoAnd is who and so many more.
func whoAnd(more int) func(handlerstest.Way) int {
	return func(w handlerstest.Way) int { return who(w) + more }
}

// byMode is a figure for each door.
func byMode(session, jwt int) func(handlerstest.Way) int {
	return func(w handlerstest.Way) int {
		if w.Mode == "session" {
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
func (r lookupRow) run(t *testing.T, n *handlerstest.Node, w handlerstest.Way) {
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
		if r.page && panel == "?panel=open" && w.Mode != "cookie" { // nothing is stored that could be shown
			display = 1
		}
		if want := figures(r.auth(w), r.data(w), display); a.Status != r.status || a.Lookups() != want {
			t.Errorf("%s (%s): status %d with %q, want %d with %q", r.name, panel, a.Status, a.Lookups(), r.status, want)
		}
		if !r.page {
			return
		}
	}
}

// TestLookups holds the table for every way on both databases.
func TestLookups(t *testing.T) {
	for _, database := range handlerstest.Databases() {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			for _, w := range handlerstest.Ways() {
				t.Run(w.String(), func(t *testing.T) {
					t.Parallel()
					n := w.Node(t, database.Option(t))
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
