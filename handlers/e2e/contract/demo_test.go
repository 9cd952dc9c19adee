package contract_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// namesOf are the users that an admin's page lists.
func namesOf(c *handlerstest.Client, w handlerstest.Way) string {
	c.T.Helper()
	return c.Get(w.Page("/admin")).Want(http.StatusOK).Text("table.users tbody th")
}

// TestFortyVisitors: a class of forty, all at once, through all doors: nobody sees another.
func TestFortyVisitors(t *testing.T) {
	n := handlerstest.NewNode(t)
	doors := []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, handlerstest.ByHeader}
	visitors := make([]*handlerstest.Client, 40)
	for i := range visitors {
		visitors[i] = n.Client()
	}
	t.Run("class", func(t *testing.T) {
		for i, c := range visitors {
			w := doors[i%len(doors)]
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				c.T = t
				c.Demo(w, "admin")
				c.Post(w.Page("/notes"), []string{"body", fmt.Sprintf("note of visitor %d.", i)}).Want(http.StatusSeeOther)
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
				c.T = t
				var who handlerstest.Me
				c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&who)
				if got := c.Get(w.Page("/notes")).Text(".note-body"); got != fmt.Sprintf("note of visitor %d.", i) {
					t.Errorf("visitor %d sees %q", i, got)
				}
				if list := c.Devices(w); len(list) != 1 {
					t.Errorf("visitor %d sees devices %+v", i, list)
				}
				names := namesOf(c, w)
				if !strings.Contains(names, who.Username) || c.Get(w.Page("/admin")).Page().Find("table.users tbody tr").Length() != 2 {
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
	n := handlerstest.NewNode(t)
	session := handlerstest.Way{Mode: "session", Carrier: "cookie"}
	c := n.Client()
	who := func(w handlerstest.Way) (m handlerstest.Me) {
		c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&m)
		return m
	}
	c.Demo(session, "admin")
	team, admin := namesOf(c, session), who(session)
	for _, w := range []handlerstest.Way{handlerstest.ByCookie, handlerstest.ByHeader} {
		c.Demo(w, "admin")
		if got := namesOf(c, w); strings.Fields(got)[0] != strings.Fields(team)[0] || who(w).ID != admin.ID {
			t.Errorf("%s: the team is %q, by session %q", w, got, team)
		}
		c.Demo(w, "member")
		if m := who(w); m.Role != "member" || m.ID == admin.ID || !strings.Contains(team, m.Username) {
			t.Errorf("%s: the member is %+v", w, m)
		}
	}
	c.Post("/compare/demo", []string{"as", "member", "carrier", "cookie"}).Want(http.StatusSeeOther)
	c.Bearer = ""
	if a, b := who(session), who(handlerstest.ByCookie); a.ID != b.ID || a.Role != "member" {
		t.Errorf("both doors at once: %+v and %+v", a, b)
	}
	// What is done behind one door is there behind the other.
	c.Post("/session/member/notes", []string{"body", "left here"}).Want(http.StatusSeeOther)
	if got := c.Get("/jwt/member/notes").Text(".note-body"); got != "left here" {
		t.Errorf("behind the other door: %q", got)
	}
}

// TestDemoAccountsHaveNoPassword: nobody signs in to one but by the button.
func TestDemoAccountsHaveNoPassword(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.Client()
	c.Demo(handlerstest.ByCookie, "member")
	var who handlerstest.Me
	c.JSON("GET", "/api/jwt/me", nil).Want(http.StatusOK).Into(&who)
	for _, guess := range []string{"", "member", who.Username, handlerstest.Password} {
		n.Client().Post("/session/login", []string{"username", who.Username, "password", guess}).Want(http.StatusUnauthorized)
		c.Post("/jwt/member/account", []string{"current", guess, "password", handlerstest.NewPassword}).Want(http.StatusUnprocessableEntity)
	}
	if page := c.Get("/jwt/member/account").Want(http.StatusOK); page.Page().Find("main form [name=current]").Length() != 0 {
		t.Error("the account page offers a demo account to change a password")
	}
	c.Post("/jwt/demo", []string{"as", "owner"}).Want(http.StatusBadRequest)
	c.Post("/jwt/demo", nil).Want(http.StatusBadRequest)
}

// TestDemoEnds: after 24 hours the team is gone, with all that it made.
func TestDemoEnds(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		n := w.Node(t, handlerstest.With(func(c *handlers.Config) { c.SessionMax, c.SessionIdle = 72*time.Hour, 72*time.Hour }))
		c := n.Client()
		c.Demo(w, "member")
		c.Post(w.Page("/notes"), []string{"body", "gone tomorrow"}).Want(http.StatusSeeOther)
		var before, after handlerstest.Me
		c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&before)
		n.Clock.Move(24*time.Hour - time.Second)
		if w.Mode == "jwt" {
			c.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusOK)
			c.PickUp(w)
		}
		c.WantIn(w, true, w.String()+" in the last second")
		n.Clock.Move(time.Second)
		c.WantIn(w, !w.ReadsUser(), w.String()+" after 24 hours") // a token that knows nothing lives as long as it lives
		n.Clock.Move(15*time.Minute + auth.Leeway)
		c.WantIn(w, false, w.String()+" after 24 hours and a token's life")
		if w.Mode == "jwt" {
			c.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusBadRequest)
		}
		c.Bearer = ""
		c.Demo(w, "member")
		c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&after)
		if after.ID == before.ID || c.Get(w.Page("/notes")).Page().Find(".note-body").Length() != 0 {
			t.Errorf("%s: a new team is the old one: %+v", w, after)
		}
		if _, err := n.DB.Cleanup(handlerstest.Background(), n.Clock.Now(), 10); err != nil {
			t.Fatal(err)
		}
		if notes, err := n.DB.Notes(handlerstest.Background(), before.ID, 10); err != nil || len(notes) != 0 {
			t.Errorf("%s: left behind: %v, %v", w, notes, err)
		}
		c.WantIn(w, true, "the new team after the clearing")
	}
}

// TestDemoTeamBroken: a visitor who has deactivated or changed the own team gets a new one.
func TestDemoTeamBroken(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.Client()
	session := handlerstest.Way{Mode: "session", Carrier: "cookie"}
	c.Demo(handlerstest.ByCookie, "member")
	var member, fresh handlerstest.Me
	c.JSON("GET", "/api/jwt/me", nil).Want(http.StatusOK).Into(&member)
	c.Demo(session, "admin")
	c.Administer(session, member.ID, "active", "false").Want(http.StatusSeeOther)
	c.Demo(handlerstest.ByCookie, "member")
	c.JSON("GET", "/api/jwt/me", nil).Want(http.StatusOK).Into(&fresh)
	if fresh.ID == member.ID || fresh.Role != "member" {
		t.Errorf("signed in as %+v", fresh)
	}
	c.Demo(session, "admin")
	c.Administer(session, fresh.ID, "role", "admin").Want(http.StatusSeeOther) // two admins, no member
	c.Demo(handlerstest.ByCookie, "member")
	c.Demo(handlerstest.ByCookie, "admin")
}

// TestDemoOff: without demo mode nothing of it is there.
func TestDemoOff(t *testing.T) {
	n := handlerstest.NewNode(t, handlerstest.NoDemo())
	n.User("minji", "member")
	c := n.Client()
	for _, path := range []string{"/session/demo", "/jwt/demo", "/compare/demo"} {
		a := c.Post(path, []string{"as", "admin", "carrier", "cookie"})
		if a.Status != http.StatusNotFound && a.Status != http.StatusMethodNotAllowed || len(a.Header.Values("Set-Cookie")) != 0 {
			t.Errorf("%s: status %d, sets %q", path, a.Status, a.Header.Values("Set-Cookie"))
		}
	}
	for _, path := range []string{"/", "/session/login", "/jwt/login", "/compare"} {
		if a := c.Get(path).Want(http.StatusOK); a.Page().Find(`form[action$="/demo"]`).Length() != 0 {
			t.Errorf("%s offers a demo", path)
		}
	}
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie} {
		c.SignIn(w, "minji")
		c.Get(w.Page("/credential")).Want(http.StatusNotFound)
	}
}

// TestCredentialButton: in demo mode, and only for the credential of that very request.
func TestCredentialButton(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		n := w.Node(t)
		c := n.Client()
		c.Demo(w, "member")
		var shown struct{ Credential, Carrier, Name string }
		c.Get(w.Page("/credential")).Want(http.StatusOK).Into(&shown)
		if shown.Credential != handlerstest.Credential(c, w) || shown.Carrier != w.Carrier {
			t.Errorf("%s: shows %+v", w, shown)
		}
		c.Get(w.Page("/credential"), handlerstest.Header("Sec-Fetch-Site", "cross-site")) // no CORS header: a foreign page cannot read it
		n.Client().Get(w.Page("/credential")).Want(http.StatusSeeOther)
	}
}

// TestSignupOff: no sign-up, and no way to it.
func TestSignupOff(t *testing.T) {
	n := handlerstest.NewNode(t, handlerstest.With(func(c *handlers.Config) { c.Signup = false }))
	c := n.Client()
	c.Get("/signup").Want(http.StatusNotFound)
	c.Post("/signup", []string{"username", "minji", "password", handlerstest.Password}).Want(http.StatusNotFound)
	c.JSON("POST", "/api/signup", map[string]string{"username": "minji", "password": handlerstest.Password}).Want(http.StatusNotFound)
	for _, path := range []string{"/", "/session/login", "/jwt/login", "/compare"} {
		if a := c.Get(path).Want(http.StatusOK); a.Page().Find(`a[href="/signup"]`).Length() != 0 {
			t.Errorf("%s leads to the sign-up", path)
		}
	}
}
