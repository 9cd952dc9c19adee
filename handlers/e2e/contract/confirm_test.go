package contract_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// adminEndsContract: an admin ends every sign-in of a user of the same team, and of nobody else.
func adminEndsContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("boss", "admin")
	u := n.User("minji", "member")
	boss, victim, session, stranger := n.Client(), n.Client(), n.Client(), n.Client()
	boss.SignIn(w, "boss")
	isRecent(boss, w)
	victim.SignIn(w, "minji")
	session.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	stranger.Demo(handlerstest.Way{Mode: "session"}, "admin")
	id := strconv.FormatInt(u.ID, 10)
	end := []string{"end", "sign-ins"}
	stranger.Post("/session/member/admin/"+id, end).Want(http.StatusNotFound)
	victim.Post(w.Page("/admin/"+id), end).Want(http.StatusForbidden)
	victim.WantIn(w, true, "ended by no admin of the team")
	boss.Post(w.Page("/admin/"+id), []string{"end", "x"}).Want(http.StatusBadRequest)
	boss.Post(w.Page("/admin/"+id), end).WantTo(w.Page("/admin"))
	if said := boss.Get(w.Page("/admin")).Text("main .said.good"); !strings.Contains(said, "sign-in") {
		t.Errorf("the page says %q", said)
	}
	session.WantIn(handlerstest.Way{Mode: "session"}, false, "a session, ended")
	victim.WantIn(w, !w.EndsOthers(), "a sign-in, ended")
	boss.WantIn(w, true, "the admin")
	victim.Bearer = ""
	victim.SignIn(w, "minji") // ended, not locked out
}

// isRecent gives the password again where a door does not know when a sign-in was made.
func isRecent(c *handlerstest.Client, w handlerstest.Way) {
	c.T.Helper()
	if !sharesCredential(w) {
		return
	}
	c.Post(w.Page("/admin/4000000"), []string{"role", "member", "confirm", handlerstest.Password}).Want(http.StatusNotFound)
}

// confirmContract: a sensitive change asks for the password again, keeps what was asked for, and goes on with it.
func confirmContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("boss", "admin")
	u := n.User("minji", "member")
	c := n.Client()
	c.SignIn(w, "boss", "remember", "on")
	isRecent(c, w)
	target := w.Page("/admin/" + strconv.FormatInt(u.ID, 10))
	role := func() string {
		now, err := n.DB.UserByID(handlerstest.Background(), u.ID, n.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return now.Role
	}
	c.Post(target, []string{"role", "admin"}).WantTo(w.Page("/admin"))
	n.Clock.Move(9 * time.Minute)
	c.Post(target, []string{"role", "member"}).WantTo(w.Page("/admin"))
	n.Clock.Move(2 * time.Minute)

	asked := c.Post(target, []string{"role", "admin"}).Want(http.StatusForbidden)
	form := asked.Page().Find("main form").First()
	if form.AttrOr("action", "") != target || form.Find("input[type=hidden][name=role]").AttrOr("value", "") != "admin" || form.Find("input[type=password][name=confirm]").Length() != 1 {
		t.Errorf("the page that asks: %s", asked.Text("main .content"))
	}
	wrong := c.Post(target, []string{"role", "admin", "confirm", "not this"}).Want(http.StatusUnprocessableEntity)
	if wrong.Page().Find("[name=confirm][aria-invalid=true]").Length() != 1 || strings.Contains(wrong.Body, "not this") {
		t.Error("the field is not named")
	}
	if role() != models.RoleMember {
		t.Fatal("the role changed without the password")
	}
	thief := c.Copied()
	c.Post(target, []string{"role", "admin", "confirm", handlerstest.Password}).WantTo(w.Page("/admin"))
	if role() != models.RoleAdmin {
		t.Error("the role did not change")
	}
	thief.Post(target, []string{"role", "member"}).Want(http.StatusForbidden) // a copy from before was not asked
	n.Clock.Move(9 * time.Minute)
	renew(c, w)
	c.Post(target, []string{"role", "member"}).WantTo(w.Page("/admin"))
	n.Clock.Move(2 * time.Minute)
	c.Post(target, []string{"role", "admin"}).Want(http.StatusForbidden)

	other := n.Client() // the cookie is worth nothing beside another sign-in, nor changed
	other.SignIn(w, "boss", "remember", "on")
	n.Clock.Move(11 * time.Minute)
	renew(c, w)
	c.Post(target, []string{"role", "admin", "confirm", handlerstest.Password}).WantTo(w.Page("/admin"))
	const name = "twodoors-confirmed"
	if !sharesCredential(w) {
		other.SetCookie(name, c.Cookie("/", name))
		other.Post(target, []string{"role", "member"}).Want(http.StatusForbidden)
	}
	c.SetCookie(name, strings.ToLower(c.Cookie("/", name)))
	c.Post(target, []string{"role", "member"}).Want(http.StatusForbidden)
}

// renew gets a new access token where there is such a thing.
func renew(c *handlerstest.Client, w handlerstest.Way) {
	c.T.Helper()
	switch {
	case w.Mode == "jwt" && w.Carrier == "cookie":
		c.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusOK)
	case w.Mode == "jwt":
		c.PickUp(w)
	}
}

// TestConfirmDemo: a demo admin has no password, is not asked, and the page says so.
func TestConfirmDemo(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.Client()
	c.Demo(handlerstest.Way{Mode: "session"}, "admin")
	n.Clock.Move(20 * time.Minute)
	page := c.Get("/session/member/admin").Want(http.StatusOK)
	if !strings.Contains(page.Text("main"), "A demo account has no password") {
		t.Error("the page does not say why nothing is asked")
	}
	action, _ := page.Page().Find(".users form").Last().Attr("action")
	c.Post(action, []string{"active", "false"}).WantTo("/session/member/admin")
}
