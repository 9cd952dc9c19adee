package security_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// TestNobodyChoosesTheLevelOfOthers: the server asks whether a sign-in was ended, and no cookie that a visitor can get
// keeps it from that: what was signed out, revoked, or issued before a new password stays dead everywhere.
func TestNobodyChoosesTheLevelOfOthers(t *testing.T) {
	n := handlerstest.NewNode(t, handlerstest.Level(auth.LevelVersion))
	for _, name := range []string{"signed-out", "revoked", "superseded"} {
		n.User(name, "member")
	}
	dead := map[string]string{}
	owner := n.Script()
	dead["a sign-in's token"] = owner.APISignIn(handlerstest.ByHeader, "signed-out").AccessToken
	owner.JSON("POST", "/api/jwt/logout", nil).Want(http.StatusNoContent)

	owner = n.Script()
	owner.Bearer = owner.APISignIn(handlerstest.ByHeader, "revoked").AccessToken
	limited := owner.Issue("notes:read notes:write profile", 3600)
	dead["a revoked limited token"] = limited.AccessToken
	owner.JSON("DELETE", "/api/jwt/tokens/"+strconv.FormatInt(limited.ID, 10), nil).Want(http.StatusNoContent)

	owner = n.Script()
	owner.Bearer = owner.APISignIn(handlerstest.ByHeader, "superseded").AccessToken
	dead["a token from before the new password"] = owner.Bearer
	dead["a limited token from before the new password"] = owner.Issue("notes:read notes:write profile", 3600).AccessToken
	owner.JSON("PUT", "/api/jwt/password", map[string]string{"current": handlerstest.Password, "password": handlerstest.NewPassword}).Want(http.StatusNoContent)

	anonymous, team := n.Script(), n.Script()
	anonymous.Choose(auth.LevelSignature)
	team.Demo(handlerstest.ByHeader, "admin")
	team.Choose(auth.LevelSignature)
	if got := team.Checks(); got != handlerstest.NoLookup { // what follows would show nothing if the choice were worth nothing
		t.Fatalf("a demo team's choice: %s", got)
	}
	for whose, visitor := range map[string]*handlerstest.Client{"an anonymous visitor": anonymous, "a demo team": team, "nobody": n.Script()} {
		for what, token := range dead {
			for _, carrier := range []string{"cookie", "header"} {
				c := visitor.Copied()
				c.Browser, c.Bearer = false, ""
				if carrier == "header" {
					c.Bearer = token
				} else {
					c.SetCookie("twodoors-access", token)
				}
				c.Choose(auth.LevelSignature) // with the dead token itself, too
				for request, a := range map[string]*handlerstest.Answer{
					"GET /me":           c.JSON("GET", "/api/jwt/me", nil),
					"GET /notes":        c.JSON("GET", "/api/jwt/notes", nil),
					"POST /notes":       c.JSON("POST", "/api/jwt/notes", map[string]string{"body": "not mine to write"}),
					"GET /account":      c.JSON("GET", "/api/jwt/account", nil),
					"PUT /account":      c.JSON("PUT", "/api/jwt/account", map[string]string{"display_name": "Somebody"}),
					"everywhere":        c.JSON("POST", "/api/jwt/account/sign-out-everywhere", nil),
					"POST /tokens":      c.JSON("POST", "/api/jwt/tokens", map[string]any{"name": "x", "scope": "profile", "expires_in": 3600}),
					"GET /devices":      c.JSON("GET", "/api/jwt/devices", nil),
					"a limited scope's": c.JSON("DELETE", "/api/jwt/notes/4000001", nil),
				} {
					if a.Status != http.StatusUnauthorized {
						t.Errorf("%s in a %s, with the preferences of %s: %s has status %d", what, carrier, whose, request, a.Status)
					}
				}
				want := http.StatusUnauthorized
				if carrier == "cookie" {
					want = http.StatusSeeOther // to the sign-in page
				}
				if a := c.Get("/jwt/member"); a.Status != want {
					t.Errorf("%s in a %s, with the preferences of %s: the member page has status %d", what, carrier, whose, a.Status)
				}
			}
		}
	}
}

// TestNobodyRaisesTheLevelOfOthers: a choice does not touch an account outside the team in the other direction either.
func TestNobodyRaisesTheLevelOfOthers(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	c := n.Client()
	c.Demo(handlerstest.ByCookie, "member")
	c.Choose(auth.LevelVersion)
	if got := c.Checks(); got != handlerstest.OneLookup {
		t.Errorf("the team's own: %s", got)
	}
	c.SignIn(handlerstest.ByCookie, "minji")
	c.Choose(auth.LevelVersion)
	if got := c.Checks(); got != handlerstest.NoLookup {
		t.Errorf("another account in the same browser: %s", got)
	}
}

// TestTeamChoosesItsLevel: whoever made the choice and however it is asked for, it holds for the team's accounts, in
// this browser, in another one and in a script that sends no cookie; and for no other team.
func TestTeamChoosesItsLevel(t *testing.T) {
	for name, chosen := range map[string]func(n *handlerstest.Node, l auth.Level) *handlerstest.Client{
		"chosen while signed in": func(n *handlerstest.Node, l auth.Level) *handlerstest.Client {
			c := n.Client()
			c.Demo(handlerstest.ByCookie, "member")
			c.Choose(l)
			return c
		},
		"wished for before the team was made": func(n *handlerstest.Node, l auth.Level) *handlerstest.Client {
			c := n.Client()
			c.Choose(l)
			c.Demo(handlerstest.ByCookie, "member")
			return c
		},
		"chosen by a script with the token alone": func(n *handlerstest.Node, l auth.Level) *handlerstest.Client {
			c, script := n.Client(), n.Script()
			c.Demo(handlerstest.ByCookie, "member")
			script.Send("POST", "/preferences", "level="+string(l), "application/x-www-form-urlencoded",
				handlerstest.Header("Authorization", "Bearer "+c.Cookie("/", "twodoors-access"))).Want(http.StatusSeeOther)
			return c
		},
		"chosen by the session alone": func(n *handlerstest.Node, l auth.Level) *handlerstest.Client {
			c := n.Client()
			c.Demo(handlerstest.ByCookie, "member")
			c.Demo(handlerstest.Way{Mode: "session", Carrier: "cookie"}, "member")
			access := c.Cookie("/", "twodoors-access")
			c.DropCookie("twodoors-access")
			c.DropCookie("twodoors-team")
			c.Choose(l)
			c.SetCookie("twodoors-access", access)
			return c
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := handlerstest.NewNode(t)
			other := n.Client()
			other.Demo(handlerstest.ByCookie, "member")
			for _, l := range append(auth.Levels(), auth.LevelSignature) {
				c := chosen(n, l)
				if got := other.Checks(); got != handlerstest.NoLookup {
					t.Errorf("%s: of another team: %s", l, got)
				}
				want := handlerstest.OneLookup
				if l == auth.LevelSignature {
					want = handlerstest.NoLookup
				}
				script := n.Script()
				script.Bearer = c.Cookie("/", "twodoors-access")
				for who, got := range map[string]string{"the browser": c.Checks(), "a script with the token alone": script.Checks()} {
					if got != want {
						t.Errorf("%s: %s: %s, want %s", l, who, got, want)
					}
				}
				var who struct{ Level string }
				script.JSON("GET", "/api/jwt/me", nil).Want(http.StatusOK).Into(&who)
				if who.Level != string(l) {
					t.Errorf("me says level %q, want %s", who.Level, l)
				}
			}
		})
	}
}

func TestChoiceOfNoLevel(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.Client()
	c.Demo(handlerstest.ByCookie, "member")
	for _, bad := range []string{"none", "", "Version"} {
		c.Post("/preferences", []string{"level", bad}).Want(http.StatusBadRequest)
	}
	c.Post("/preferences", []string{"level", "version", "theme", "none"}).Want(http.StatusBadRequest)
	if got := c.Checks(); got != handlerstest.NoLookup {
		t.Errorf("a refused form has chosen a level: %s", got)
	}
}

// TestRaisedLevelEndsCopies: once the team has raised the level, a copy of everything that its browser held before is
// out when the browser signs out: the copy's older choice does not count.
func TestRaisedLevelEndsCopies(t *testing.T) {
	for _, w := range []handlerstest.Way{handlerstest.ByCookie, handlerstest.ByHeader} {
		n := handlerstest.NewNode(t)
		c := n.Client()
		c.Demo(w, "member")
		c.Choose(auth.LevelSignature)
		copied, another := c.Copied(), c.Copied()
		c.Choose(auth.LevelVersion)
		copied.WantIn(w, true, "the copy")
		c.Post("/jwt/logout", nil).WantTo("/jwt/login")
		copied.WantIn(w, false, "the copy, after the browser has signed out")
		another.Choose(auth.LevelSignature) // it has the team's cookie, which makes the choice the team's again
		another.WantIn(w, true, "another copy, now that the team asks for less")
	}
}

// TestPagesSayTheAccountsLevel: what pages say about copies and other devices follows what is checked for the account,
// whatever the visitor has asked for.
func TestPagesSayTheAccountsLevel(t *testing.T) {
	// lives is whether a copy of the JWT sign-in would outlive it, as a door's list of devices says.
	lives := func(c *handlerstest.Client, door string) bool {
		c.T.Helper()
		var list struct {
			Devices []struct {
				Mode  string
				Until string `json:"works_until"`
			}
		}
		c.JSON("GET", "/api/"+door+"/devices", nil).Want(http.StatusOK).Into(&list)
		for _, d := range list.Devices {
			if d.Mode == "jwt" {
				return d.Until != ""
			}
		}
		t.Fatalf("no JWT sign-in among %+v", list.Devices)
		return false
	}
	inPanel := func(c *handlerstest.Client) bool {
		c.T.Helper()
		return c.Get("/jwt/member").Want(http.StatusOK).Page().Find("[data-panel]").AttrOr("data-copy-seconds", "") != "0"
	}
	for _, set := range []auth.Level{auth.LevelSignature, auth.LevelVersion} {
		opposite := map[auth.Level]auth.Level{auth.LevelSignature: auth.LevelVersion, auth.LevelVersion: auth.LevelSignature}[set]
		n := handlerstest.NewNode(t, handlerstest.Level(set))
		n.User("minji", "member")
		c := n.Client()
		c.Choose(opposite)
		c.SignIn(handlerstest.ByCookie, "minji")
		if list, panel := lives(c, "jwt"), inPanel(c); list != (set == auth.LevelSignature) || panel != list {
			t.Errorf("set to %s: a copy of an account's token lives on: %v in the list, %v in the panel", set, list, panel)
		}
		if c.Get("/jwt/member").Page().Find("form [name=level]").Length() != 0 {
			t.Error("the panel offers levels for an account that has no choice")
		}
		if a := c.Get("/compare").Want(http.StatusOK); a.Page().Find("form [name=level]").Length() != 0 {
			t.Error("compare offers levels for an account that has no choice")
		}
		c.Post("/jwt/member/account/sign-out-everywhere", nil).WantTo("/jwt/login")
		if said := c.Get("/jwt/login").Text("main"); strings.Contains(said, "works for at most") != (set == auth.LevelSignature) {
			t.Errorf("set to %s, signed out everywhere: %s", set, said)
		}
		c.Demo(handlerstest.ByCookie, "member")
		if list, panel := lives(c, "jwt"), inPanel(c); list != (opposite == auth.LevelSignature) || panel != list {
			t.Errorf("the team chose %s: a copy lives on: %v in the list, %v in the panel", opposite, list, panel)
		}
		// From another door too, where the level is the same team's.
		c.Demo(handlerstest.Way{Mode: "cookie", Carrier: "cookie"}, "member")
		if got := lives(c, "cookie"); got != (opposite == auth.LevelSignature) {
			t.Errorf("the team chose %s, at the signed cookie's door: a copy lives on: %v", opposite, got)
		}
		if c.Get("/jwt/member").Page().Find("form [name=level]").Length() == 0 {
			t.Error("the page does not offer the levels")
		}
		c.Post("/jwt/member/account/sign-out-everywhere", nil).WantTo("/jwt/login")
		if said := c.Get("/jwt/login").Text("main"); strings.Contains(said, "works for at most") != (opposite == auth.LevelSignature) {
			t.Errorf("the team chose %s, signed out everywhere: %s", opposite, said)
		}
	}
}

// TestLevelWithoutDemo: what a team chose counts for nothing where demo mode is off, and nothing can be chosen.
func TestLevelWithoutDemo(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.Client()
	c.Demo(handlerstest.ByCookie, "member")
	c.Choose(auth.LevelVersion)
	c.Node = handlerstest.NewNode(t, handlerstest.Beside(n), handlerstest.NoDemo())
	if got := c.Checks(); got != handlerstest.NoLookup {
		t.Errorf("outside demo mode the choice counts: %s", got)
	}
	if page := c.Get("/jwt/member"); page.Page().Find("form [name=level]").Length() != 0 {
		t.Error("the page offers levels outside demo mode")
	}
	c.Post("/preferences", []string{"level", "user"}).Want(http.StatusNotFound)
	c.Post("/preferences", []string{"language", "ko"}).Want(http.StatusSeeOther)
	c.Node = handlerstest.NewNode(t, handlerstest.Beside(n), handlerstest.NoDemo(), handlerstest.Level(auth.LevelVersion))
	if got := c.Checks(); got != handlerstest.OneLookup {
		t.Errorf("the setting does not rule: %s", got)
	}
}
