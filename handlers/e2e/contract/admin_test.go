package contract_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

func adminContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	boss, member := n.User("boss", "admin"), n.User("minji", "member")
	admin, c := n.Client(), n.Client()
	admin.SignIn(w, "boss")
	c.SignIn(w, "minji")
	page := admin.Get(w.Page("/admin")).Want(http.StatusOK)
	if rows := page.Text("table.users tbody"); !strings.Contains(rows, "boss") || !strings.Contains(rows, "minji") {
		t.Errorf("the admin sees %q", rows)
	}
	c.Get(w.Page("/admin")).Want(http.StatusForbidden)
	c.Administer(w, boss.ID, "role", "member").Want(http.StatusForbidden)
	c.Administer(w, member.ID, "role", "admin").Want(http.StatusForbidden)

	admin.Administer(w, member.ID, "role", "admin").WantTo(w.Page("/admin"))
	c.Get(w.Page("/admin")).Want(http.StatusOK) // at once, whatever the token says
	for _, bad := range [][2]string{{"role", "owner"}, {"active", "maybe"}, {"", ""}, {"team", "1"}} {
		admin.Administer(w, member.ID, bad[0], bad[1]).Want(http.StatusBadRequest)
	}
	admin.Administer(w, 999, "role", "admin").Want(http.StatusNotFound)
	admin.Post(w.Page("/admin/x"), []string{"role", "admin"}).Want(http.StatusNotFound)
}

// demotedContract: a demoted admin is out at once where it matters.
func demotedContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("boss", "admin")
	second := n.User("second", "admin")
	admin, c := n.Client(), n.Client()
	admin.SignIn(w, "boss")
	c.SignIn(w, "second")
	c.Get(w.Page("/admin")).Want(http.StatusOK)
	admin.Administer(w, second.ID, "role", "member").WantTo(w.Page("/admin"))
	c.Get(w.Page("/admin")).Want(http.StatusForbidden)
	c.Administer(w, second.ID, "role", "admin").Want(http.StatusForbidden)
	var who handlerstest.Me
	c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&who)
	if want := map[bool]string{true: "member", false: "admin"}[w.ReadsUser()]; who.Role != want {
		t.Errorf("the role is %s, want %s", who.Role, want)
	}
	if w.Mode == "jwt" { // the next token knows
		n.Clock.Move(15*time.Minute + auth.Leeway)
		c.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusOK)
		c.PickUp(w)
		c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&who)
		if who.Role != "member" {
			t.Errorf("after a refresh the role is %s", who.Role)
		}
	}
}

func deactivatedContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("boss", "admin")
	member := n.User("minji", "member")
	admin, c := n.Client(), n.Client()
	admin.SignIn(w, "boss")
	c.SignIn(w, "minji")
	admin.Administer(w, member.ID, "active", "false").WantTo(w.Page("/admin"))
	c.WantIn(w, !w.ReadsUser(), "deactivated")
	if a := c.Get(w.Page("/account")); a.Status == http.StatusOK {
		t.Error("a deactivated user may change the password")
	}
	n.Client().Post("/"+w.Mode+"/login", []string{"username", "minji", "password", handlerstest.Password}).Want(http.StatusUnauthorized)
	if w.Mode == "jwt" {
		c.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusBadRequest)
	}
	admin.Administer(w, member.ID, "active", "true").WantTo(w.Page("/admin"))
	c.WantIn(w, w.Mode == "jwt" && c.Bearer != "" && !w.KnowsEnd(), "activated again: the old sign-ins stay ended")
	n.Client().SignIn(w, "minji")
}

// lastAdminContract: a team keeps an active admin, even if its admin wants otherwise.
func lastAdminContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	boss := n.User("boss", "admin")
	n.User("minji", "member")
	admin := n.Client()
	admin.SignIn(w, "boss")
	for _, change := range [][2]string{{"role", "member"}, {"active", "false"}} {
		a := admin.Administer(w, boss.ID, change[0], change[1]).Want(http.StatusUnprocessableEntity)
		if a.Text("main .said.bad") == "" {
			t.Error("the page does not say why")
		}
	}
	if u, err := n.DB.UserByID(handlerstest.Background(), boss.ID, n.Clock.Now()); err != nil || u.Role != models.RoleAdmin || !u.Active {
		t.Errorf("the last admin is %+v, %v", u, err)
	}
	admin.WantIn(w, true, "the last admin")
}

// teamsContract: an admin sees and changes only the own team.
func teamsContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	boss, member := n.User("boss", "admin"), n.User("minji", "member")
	visitor, admin := n.Client(), n.Client()
	visitor.Demo(w, "admin")
	admin.SignIn(w, "boss")
	mine := visitor.Get(w.Page("/admin")).Want(http.StatusOK)
	if rows := mine.Page().Find("table.users tbody tr").Length(); rows != 2 || strings.Contains(mine.Text("table.users"), "boss") {
		t.Errorf("the demo admin sees %q", mine.Text("table.users"))
	}
	for _, id := range []int64{boss.ID, member.ID} {
		visitor.Administer(w, id, "role", "member").Want(http.StatusNotFound)
		visitor.Administer(w, id, "active", "false").Want(http.StatusNotFound)
	}
	if rows := admin.Get(w.Page("/admin")).Page().Find("table.users tbody tr").Length(); rows != 2 {
		t.Errorf("the operator's admin sees %d users", rows)
	}
	var who handlerstest.Me
	visitor.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&who)
	admin.Administer(w, who.ID, "active", "false").Want(http.StatusNotFound)
}
