package handlers_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/models"
)

// adminEndsContract: an admin ends every sign-in of a user of the same team, and of nobody else.
func adminEndsContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("boss", "admin")
	u := n.user("minji", "member")
	boss, victim, session, stranger := n.client(), n.client(), n.client(), n.client()
	boss.signIn(w, "boss")
	boss.recent(w)
	victim.signIn(w, "minji")
	session.signIn(way{mode: "session"}, "minji")
	stranger.demo(way{mode: "session"}, "admin")
	id := strconv.FormatInt(u.ID, 10)
	end := []string{"end", "sign-ins"}
	stranger.post("/session/member/admin/"+id, end).want(http.StatusNotFound)
	victim.post(w.page("/admin/"+id), end).want(http.StatusForbidden)
	victim.wantIn(w, true, "ended by no admin of the team")
	boss.post(w.page("/admin/"+id), []string{"end", "x"}).want(http.StatusBadRequest)
	boss.post(w.page("/admin/"+id), end).wantTo(w.page("/admin"))
	if said := boss.get(w.page("/admin")).text("main .said.good"); !strings.Contains(said, "sign-in") {
		t.Errorf("the page says %q", said)
	}
	session.wantIn(way{mode: "session"}, false, "a session, ended")
	victim.wantIn(w, !w.endsOthers(), "a sign-in, ended")
	boss.wantIn(w, true, "the admin")
	victim.bearer = ""
	victim.signIn(w, "minji") // ended, not locked out
}

// recent gives the password again where a door does not know when a sign-in was made.
func (c *client) recent(w way) {
	c.t.Helper()
	if !w.sharesCredential() {
		return
	}
	c.post(w.page("/admin/4000000"), []string{"role", "member", "confirm", password}).want(http.StatusNotFound)
}

// confirmContract: a sensitive change asks for the password again, keeps what was asked for, and goes on with it.
func confirmContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("boss", "admin")
	u := n.user("minji", "member")
	c := n.client()
	c.signIn(w, "boss", "remember", "on")
	c.recent(w)
	target := w.page("/admin/" + strconv.FormatInt(u.ID, 10))
	role := func() string {
		now, err := n.db.UserByID(background(), u.ID, n.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return now.Role
	}
	c.post(target, []string{"role", "admin"}).wantTo(w.page("/admin"))
	n.clock.move(9 * time.Minute)
	c.post(target, []string{"role", "member"}).wantTo(w.page("/admin"))
	n.clock.move(2 * time.Minute)

	asked := c.post(target, []string{"role", "admin"}).want(http.StatusForbidden)
	form := asked.page().Find("main form").First()
	if form.AttrOr("action", "") != target || form.Find("input[type=hidden][name=role]").AttrOr("value", "") != "admin" || form.Find("input[type=password][name=confirm]").Length() != 1 {
		t.Errorf("the page that asks: %s", asked.text("main .content"))
	}
	wrong := c.post(target, []string{"role", "admin", "confirm", "not this"}).want(http.StatusUnprocessableEntity)
	if wrong.page().Find("[name=confirm][aria-invalid=true]").Length() != 1 || strings.Contains(wrong.Body, "not this") {
		t.Error("the field is not named")
	}
	if role() != models.RoleMember {
		t.Fatal("the role changed without the password")
	}
	thief := c.copied()
	c.post(target, []string{"role", "admin", "confirm", password}).wantTo(w.page("/admin"))
	if role() != models.RoleAdmin {
		t.Error("the role did not change")
	}
	thief.post(target, []string{"role", "member"}).want(http.StatusForbidden) // a copy from before was not asked
	n.clock.move(9 * time.Minute)
	c.renew(w)
	c.post(target, []string{"role", "member"}).wantTo(w.page("/admin"))
	n.clock.move(2 * time.Minute)
	c.post(target, []string{"role", "admin"}).want(http.StatusForbidden)

	other := n.client() // the cookie is worth nothing beside another sign-in, nor changed
	other.signIn(w, "boss", "remember", "on")
	n.clock.move(11 * time.Minute)
	c.renew(w)
	c.post(target, []string{"role", "admin", "confirm", password}).wantTo(w.page("/admin"))
	const name = "twodoors-confirmed"
	if !w.sharesCredential() {
		other.setCookie(name, c.cookie("/", name))
		other.post(target, []string{"role", "member"}).want(http.StatusForbidden)
	}
	c.setCookie(name, strings.ToLower(c.cookie("/", name)))
	c.post(target, []string{"role", "member"}).want(http.StatusForbidden)
}

// renew gets a new access token where there is such a thing.
func (c *client) renew(w way) {
	c.t.Helper()
	switch {
	case w.mode == "jwt" && w.carrier == "cookie":
		c.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusOK)
	case w.mode == "jwt":
		c.pickUp(w)
	}
}

// TestConfirmDemo: a demo admin has no password, is not asked, and the page says so.
func TestConfirmDemo(t *testing.T) {
	n := newNode(t)
	c := n.client()
	c.demo(way{mode: "session"}, "admin")
	n.clock.move(20 * time.Minute)
	page := c.get("/session/member/admin").want(http.StatusOK)
	if !strings.Contains(page.text("main"), "A demo account has no password") {
		t.Error("the page does not say why nothing is asked")
	}
	action, _ := page.page().Find(".users form").Last().Attr("action")
	c.post(action, []string{"active", "false"}).wantTo("/session/member/admin")
}
