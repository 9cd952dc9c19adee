package handlers_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
)

// administer posts an admin's change of a user.
func (c *client) administer(w way, id int64, field, value string) *answer {
	c.t.Helper()
	fields := []string{field, value}
	if w.mode == "token" { // one token for all sign-ins does not know when this one was made
		fields = append(fields, "confirm", password)
	}
	return c.post(w.page("/admin/"+strconv.FormatInt(id, 10)), fields)
}

func adminContract(t *testing.T, w way) {
	n := w.node(t)
	boss, member := n.user("boss", "admin"), n.user("minji", "member")
	admin, c := n.client(), n.client()
	admin.signIn(w, "boss")
	c.signIn(w, "minji")
	page := admin.get(w.page("/admin")).want(http.StatusOK)
	if rows := page.text("table.users tbody"); !strings.Contains(rows, "boss") || !strings.Contains(rows, "minji") {
		t.Errorf("the admin sees %q", rows)
	}
	c.get(w.page("/admin")).want(http.StatusForbidden)
	c.administer(w, boss.ID, "role", "member").want(http.StatusForbidden)
	c.administer(w, member.ID, "role", "admin").want(http.StatusForbidden)

	admin.administer(w, member.ID, "role", "admin").wantTo(w.page("/admin"))
	c.get(w.page("/admin")).want(http.StatusOK) // at once, whatever the token says
	for _, bad := range [][2]string{{"role", "owner"}, {"active", "maybe"}, {"", ""}, {"team", "1"}} {
		admin.administer(w, member.ID, bad[0], bad[1]).want(http.StatusBadRequest)
	}
	admin.administer(w, 999, "role", "admin").want(http.StatusNotFound)
	admin.post(w.page("/admin/x"), []string{"role", "admin"}).want(http.StatusNotFound)
}

// demotedContract: a demoted admin is out at once where it matters.
func demotedContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("boss", "admin")
	second := n.user("second", "admin")
	admin, c := n.client(), n.client()
	admin.signIn(w, "boss")
	c.signIn(w, "second")
	c.get(w.page("/admin")).want(http.StatusOK)
	admin.administer(w, second.ID, "role", "member").wantTo(w.page("/admin"))
	c.get(w.page("/admin")).want(http.StatusForbidden)
	c.administer(w, second.ID, "role", "admin").want(http.StatusForbidden)
	var who me
	c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&who)
	if want := map[bool]string{true: "member", false: "admin"}[w.readsUser()]; who.Role != want {
		t.Errorf("the role is %s, want %s", who.Role, want)
	}
	if w.mode == "jwt" { // the next token knows
		n.clock.move(15*time.Minute + auth.Leeway)
		c.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusOK)
		c.pickUp(w)
		c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&who)
		if who.Role != "member" {
			t.Errorf("after a refresh the role is %s", who.Role)
		}
	}
}

func deactivatedContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("boss", "admin")
	member := n.user("minji", "member")
	admin, c := n.client(), n.client()
	admin.signIn(w, "boss")
	c.signIn(w, "minji")
	admin.administer(w, member.ID, "active", "false").wantTo(w.page("/admin"))
	c.wantIn(w, !w.readsUser(), "deactivated")
	if a := c.get(w.page("/account")); a.Status == http.StatusOK {
		t.Error("a deactivated user may change the password")
	}
	n.client().post("/"+w.mode+"/login", []string{"username", "minji", "password", password}).want(http.StatusUnauthorized)
	if w.mode == "jwt" {
		c.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusBadRequest)
	}
	admin.administer(w, member.ID, "active", "true").wantTo(w.page("/admin"))
	c.wantIn(w, w.mode == "jwt" && c.bearer != "" && !w.knowsEnd(), "activated again: the old sign-ins stay ended")
	n.client().signIn(w, "minji")
}

// lastAdminContract: a team keeps an active admin, even if its admin wants otherwise.
func lastAdminContract(t *testing.T, w way) {
	n := w.node(t)
	boss := n.user("boss", "admin")
	n.user("minji", "member")
	admin := n.client()
	admin.signIn(w, "boss")
	for _, change := range [][2]string{{"role", "member"}, {"active", "false"}} {
		a := admin.administer(w, boss.ID, change[0], change[1]).want(http.StatusUnprocessableEntity)
		if a.text("main .said.bad") == "" {
			t.Error("the page does not say why")
		}
	}
	if u, err := n.db.UserByID(background(), boss.ID, n.clock.Now()); err != nil || u.Role != models.RoleAdmin || !u.Active {
		t.Errorf("the last admin is %+v, %v", u, err)
	}
	admin.wantIn(w, true, "the last admin")
}

// teamsContract: an admin sees and changes only the own team.
func teamsContract(t *testing.T, w way) {
	n := w.node(t)
	boss, member := n.user("boss", "admin"), n.user("minji", "member")
	visitor, admin := n.client(), n.client()
	visitor.demo(w, "admin")
	admin.signIn(w, "boss")
	mine := visitor.get(w.page("/admin")).want(http.StatusOK)
	if rows := mine.page().Find("table.users tbody tr").Length(); rows != 2 || strings.Contains(mine.text("table.users"), "boss") {
		t.Errorf("the demo admin sees %q", mine.text("table.users"))
	}
	for _, id := range []int64{boss.ID, member.ID} {
		visitor.administer(w, id, "role", "member").want(http.StatusNotFound)
		visitor.administer(w, id, "active", "false").want(http.StatusNotFound)
	}
	if rows := admin.get(w.page("/admin")).page().Find("table.users tbody tr").Length(); rows != 2 {
		t.Errorf("the operator's admin sees %d users", rows)
	}
	var who me
	visitor.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&who)
	admin.administer(w, who.ID, "active", "false").want(http.StatusNotFound)
}
