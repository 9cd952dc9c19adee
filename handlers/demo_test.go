package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
)

// names are the users that an admin's page lists.
func (c *client) names(w way) string {
	c.t.Helper()
	return c.get(w.page("/admin")).want(http.StatusOK).text("table.users tbody th")
}

// TestFortyVisitors: a class of forty, all at once, through all doors: nobody sees another.
func TestFortyVisitors(t *testing.T) {
	n := newNode(t)
	doors := []way{{mode: "session", carrier: "cookie"}, byCookie, byHeader}
	visitors := make([]*client, 40)
	for i := range visitors {
		visitors[i] = n.client()
	}
	t.Run("class", func(t *testing.T) {
		for i, c := range visitors {
			w := doors[i%len(doors)]
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				c.t = t
				c.demo(w, "admin")
				c.post(w.page("/notes"), []string{"body", fmt.Sprintf("note of visitor %d.", i)}).want(http.StatusSeeOther)
			})
		}
	})
	var mu sync.Mutex
	ids, teams := map[int64]int{}, map[string]int{}
	t.Run("look", func(t *testing.T) {
		for i, c := range visitors {
			w := doors[i%len(doors)]
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				c.t = t
				var who me
				c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&who)
				if got := c.get(w.page("/notes")).text(".note-body"); got != fmt.Sprintf("note of visitor %d.", i) {
					t.Errorf("visitor %d sees %q", i, got)
				}
				if list := c.devices(w); len(list) != 1 {
					t.Errorf("visitor %d sees devices %+v", i, list)
				}
				names := c.names(w)
				if !strings.Contains(names, who.Username) || c.get(w.page("/admin")).page().Find("table.users tbody tr").Length() != 2 {
					t.Errorf("visitor %d sees users %q", i, names)
				}
				mu.Lock()
				defer mu.Unlock()
				ids[who.ID]++
				teams[names]++
			})
		}
	})
	if len(ids) != len(visitors) || len(teams) != len(visitors) {
		t.Errorf("%d users and %d teams for %d visitors", len(ids), len(teams), len(visitors))
	}
}

// TestOneTeamForBothDoors: a visitor meets the same two people whichever door is taken, and in whatever order.
func TestOneTeamForBothDoors(t *testing.T) {
	n := newNode(t)
	session := way{mode: "session", carrier: "cookie"}
	c := n.client()
	who := func(w way) (m me) {
		c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&m)
		return m
	}
	c.demo(session, "admin")
	team, admin := c.names(session), who(session)
	for _, w := range []way{byCookie, byHeader} {
		c.demo(w, "admin")
		if got := c.names(w); strings.Fields(got)[0] != strings.Fields(team)[0] || who(w).ID != admin.ID {
			t.Errorf("%s: the team is %q, by session %q", w, got, team)
		}
		c.demo(w, "member")
		if m := who(w); m.Role != "member" || m.ID == admin.ID || !strings.Contains(team, m.Username) {
			t.Errorf("%s: the member is %+v", w, m)
		}
	}
	c.post("/compare/demo", []string{"as", "member", "carrier", "cookie"}).want(http.StatusSeeOther)
	c.bearer = ""
	if a, b := who(session), who(byCookie); a.ID != b.ID || a.Role != "member" {
		t.Errorf("both doors at once: %+v and %+v", a, b)
	}
	// What is done behind one door is there behind the other.
	c.post("/session/member/notes", []string{"body", "left here"}).want(http.StatusSeeOther)
	if got := c.get("/jwt/member/notes").text(".note-body"); got != "left here" {
		t.Errorf("behind the other door: %q", got)
	}
}

// TestDemoAccountsHaveNoPassword: nobody signs in to one but by the button.
func TestDemoAccountsHaveNoPassword(t *testing.T) {
	n := newNode(t)
	c := n.client()
	c.demo(byCookie, "member")
	var who me
	c.json("GET", "/api/jwt/me", nil).want(http.StatusOK).into(&who)
	for _, guess := range []string{"", "member", who.Username, password} {
		n.client().post("/session/login", []string{"username", who.Username, "password", guess}).want(http.StatusUnauthorized)
		c.post("/jwt/member/account", []string{"current", guess, "password", newPassword}).want(http.StatusUnprocessableEntity)
	}
	if page := c.get("/jwt/member/account").want(http.StatusOK); page.page().Find("main form [name=current]").Length() != 0 {
		t.Error("the account page offers a demo account to change a password")
	}
	c.post("/jwt/demo", []string{"as", "owner"}).want(http.StatusBadRequest)
	c.post("/jwt/demo", nil).want(http.StatusBadRequest)
}

// TestDemoEnds: after 24 hours the team is gone, with all that it made.
func TestDemoEnds(t *testing.T) {
	for _, w := range ways() {
		n := w.node(t, with(func(c *handlers.Config) { c.SessionMax, c.SessionIdle = 72*time.Hour, 72*time.Hour }))
		c := n.client()
		c.demo(w, "member")
		c.post(w.page("/notes"), []string{"body", "gone tomorrow"}).want(http.StatusSeeOther)
		var before, after me
		c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&before)
		n.clock.move(24*time.Hour - time.Second)
		if w.mode == "jwt" {
			c.post("/jwt/refresh", nil, asJSON).want(http.StatusOK)
			c.pickUp(w)
		}
		c.wantIn(w, true, w.String()+" in the last second")
		n.clock.move(time.Second)
		c.wantIn(w, !w.readsUser(), w.String()+" after 24 hours") // a token that knows nothing lives as long as it lives
		n.clock.move(15*time.Minute + auth.Leeway)
		c.wantIn(w, false, w.String()+" after 24 hours and a token's life")
		if w.mode == "jwt" {
			c.post("/jwt/refresh", nil, asJSON).want(http.StatusBadRequest)
		}
		c.bearer = ""
		c.demo(w, "member")
		c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&after)
		if after.ID == before.ID || c.get(w.page("/notes")).page().Find(".note-body").Length() != 0 {
			t.Errorf("%s: a new team is the old one: %+v", w, after)
		}
		if _, err := n.db.Cleanup(background(), n.clock.Now(), 10); err != nil {
			t.Fatal(err)
		}
		if notes, err := n.db.Notes(background(), before.ID, 10); err != nil || len(notes) != 0 {
			t.Errorf("%s: left behind: %v, %v", w, notes, err)
		}
		c.wantIn(w, true, "the new team after the clearing")
	}
}

// TestDemoTeamBroken: a visitor who has deactivated or changed the own team gets a new one.
func TestDemoTeamBroken(t *testing.T) {
	n := newNode(t)
	c := n.client()
	session := way{mode: "session", carrier: "cookie"}
	c.demo(byCookie, "member")
	var member, fresh me
	c.json("GET", "/api/jwt/me", nil).want(http.StatusOK).into(&member)
	c.demo(session, "admin")
	c.administer(session, member.ID, "active", "false").want(http.StatusSeeOther)
	c.demo(byCookie, "member")
	c.json("GET", "/api/jwt/me", nil).want(http.StatusOK).into(&fresh)
	if fresh.ID == member.ID || fresh.Role != "member" {
		t.Errorf("signed in as %+v", fresh)
	}
	c.demo(session, "admin")
	c.administer(session, fresh.ID, "role", "admin").want(http.StatusSeeOther) // two admins, no member
	c.demo(byCookie, "member")
	c.demo(byCookie, "admin")
}

// TestDemoOff: without demo mode nothing of it is there.
func TestDemoOff(t *testing.T) {
	n := newNode(t, noDemo())
	n.user("minji", "member")
	c := n.client()
	for _, path := range []string{"/session/demo", "/jwt/demo", "/compare/demo"} {
		a := c.post(path, []string{"as", "admin", "carrier", "cookie"})
		if a.Status != http.StatusNotFound && a.Status != http.StatusMethodNotAllowed || len(a.Header.Values("Set-Cookie")) != 0 {
			t.Errorf("%s: status %d, sets %q", path, a.Status, a.Header.Values("Set-Cookie"))
		}
	}
	for _, path := range []string{"/", "/session/login", "/jwt/login", "/compare"} {
		if a := c.get(path).want(http.StatusOK); a.page().Find(`form[action$="/demo"]`).Length() != 0 {
			t.Errorf("%s offers a demo", path)
		}
	}
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie} {
		c.signIn(w, "minji")
		c.get(w.page("/credential")).want(http.StatusNotFound)
	}
}

// TestCredentialButton: in demo mode, and only for the credential of that very request.
func TestCredentialButton(t *testing.T) {
	for _, w := range ways() {
		n := w.node(t)
		c := n.client()
		c.demo(w, "member")
		var shown struct{ Credential, Carrier, Name string }
		c.get(w.page("/credential")).want(http.StatusOK).into(&shown)
		if shown.Credential != credential(c, w) || shown.Carrier != w.carrier {
			t.Errorf("%s: shows %+v", w, shown)
		}
		c.get(w.page("/credential"), header("Sec-Fetch-Site", "cross-site")) // no CORS header: a foreign page cannot read it
		n.client().get(w.page("/credential")).want(http.StatusSeeOther)
	}
}

// TestSignupOff: no sign-up, and no way to it.
func TestSignupOff(t *testing.T) {
	n := newNode(t, with(func(c *handlers.Config) { c.Signup = false }))
	c := n.client()
	c.get("/signup").want(http.StatusNotFound)
	c.post("/signup", []string{"username", "minji", "password", password}).want(http.StatusNotFound)
	c.json("POST", "/api/signup", map[string]string{"username": "minji", "password": password}).want(http.StatusNotFound)
	for _, path := range []string{"/", "/session/login", "/jwt/login", "/compare"} {
		if a := c.get(path).want(http.StatusOK); a.page().Find(`a[href="/signup"]`).Length() != 0 {
			t.Errorf("%s leads to the sign-up", path)
		}
	}
}
