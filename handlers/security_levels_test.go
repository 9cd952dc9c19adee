package handlers_test

// Rules of who decides how much JWT mode checks, and the tests that show them over HTTP:
//
//	nobody changes what is checked for an account outside a demo team    TestNobodyChoosesTheLevelOfOthers
//	a demo team's choice holds for its own accounts, copies included     TestTeamChoosesItsLevel, TestRaisedLevelEndsCopies
//	it holds at every node                                               TestTeamsLevelAtOtherNodes
//	it costs no lookup                                                   TestTeamChoosesItsLevel
//	pages say what holds for the account that they are shown to          TestPagesSayTheAccountsLevel
//	without demo mode there is no choice                                 TestLevelWithoutDemo

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"twodoors/handlers/auth"
)

// choose asks for a level.
func (c *client) choose(l auth.Level) *answer {
	c.t.Helper()
	return c.post("/preferences", []string{"level", string(l), "next", "/jwt/member"}).wantTo("/jwt/member")
}

// checks is what the home page of JWT mode costs this client: the level in force, as far as a lookup shows it.
func (c *client) checks() string {
	c.t.Helper()
	return c.get("/jwt/member?panel=folded").want(http.StatusOK).lookups()
}

const (
	noLookup  = "auth=0, data=0"
	oneLookup = "auth=1, data=0"
)

// TestNobodyChoosesTheLevelOfOthers: the server asks whether a sign-in was ended, and no cookie that a visitor can get
// keeps it from that: what was signed out, revoked, or issued before a new password stays dead everywhere.
func TestNobodyChoosesTheLevelOfOthers(t *testing.T) {
	n := newNode(t, level(auth.LevelVersion))
	for _, name := range []string{"signed-out", "revoked", "superseded"} {
		n.user(name, "member")
	}
	dead := map[string]string{}
	owner := n.script()
	dead["a sign-in's token"] = owner.apiSignIn(byHeader, "signed-out").AccessToken
	owner.json("POST", "/api/jwt/logout", nil).want(http.StatusNoContent)

	owner = n.script()
	owner.bearer = owner.apiSignIn(byHeader, "revoked").AccessToken
	limited := owner.issue("notes:read notes:write profile", 3600)
	dead["a revoked limited token"] = limited.AccessToken
	owner.json("DELETE", "/api/jwt/tokens/"+strconv.FormatInt(limited.ID, 10), nil).want(http.StatusNoContent)

	owner = n.script()
	owner.bearer = owner.apiSignIn(byHeader, "superseded").AccessToken
	dead["a token from before the new password"] = owner.bearer
	dead["a limited token from before the new password"] = owner.issue("notes:read notes:write profile", 3600).AccessToken
	owner.json("PUT", "/api/jwt/password", map[string]string{"current": password, "password": newPassword}).want(http.StatusNoContent)

	anonymous, team := n.script(), n.script()
	anonymous.choose(auth.LevelSignature)
	team.demo(byHeader, "admin")
	team.choose(auth.LevelSignature)
	if got := team.checks(); got != noLookup { // what follows would show nothing if the choice were worth nothing
		t.Fatalf("a demo team's choice: %s", got)
	}
	for whose, visitor := range map[string]*client{"an anonymous visitor": anonymous, "a demo team": team, "nobody": n.script()} {
		for what, token := range dead {
			for _, carrier := range []string{"cookie", "header"} {
				c := visitor.copied()
				c.browser, c.bearer = false, ""
				if carrier == "header" {
					c.bearer = token
				} else {
					c.setCookie("twodoors-access", token)
				}
				c.choose(auth.LevelSignature) // with the dead token itself, too
				for request, a := range map[string]*answer{
					"GET /me":           c.json("GET", "/api/jwt/me", nil),
					"GET /notes":        c.json("GET", "/api/jwt/notes", nil),
					"POST /notes":       c.json("POST", "/api/jwt/notes", map[string]string{"body": "not mine to write"}),
					"GET /account":      c.json("GET", "/api/jwt/account", nil),
					"PUT /account":      c.json("PUT", "/api/jwt/account", map[string]string{"display_name": "Somebody"}),
					"everywhere":        c.json("POST", "/api/jwt/account/sign-out-everywhere", nil),
					"POST /tokens":      c.json("POST", "/api/jwt/tokens", map[string]any{"name": "x", "scope": "profile", "expires_in": 3600}),
					"GET /devices":      c.json("GET", "/api/jwt/devices", nil),
					"a limited scope's": c.json("DELETE", "/api/jwt/notes/4000001", nil),
				} {
					if a.Status != http.StatusUnauthorized {
						t.Errorf("%s in a %s, with the preferences of %s: %s has status %d", what, carrier, whose, request, a.Status)
					}
				}
				want := http.StatusUnauthorized
				if carrier == "cookie" {
					want = http.StatusSeeOther // to the sign-in page
				}
				if a := c.get("/jwt/member"); a.Status != want {
					t.Errorf("%s in a %s, with the preferences of %s: the member page has status %d", what, carrier, whose, a.Status)
				}
			}
		}
	}
}

// TestNobodyRaisesTheLevelOfOthers: a choice does not touch an account outside the team in the other direction either.
func TestNobodyRaisesTheLevelOfOthers(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	c := n.client()
	c.demo(byCookie, "member")
	c.choose(auth.LevelVersion)
	if got := c.checks(); got != oneLookup {
		t.Errorf("the team's own: %s", got)
	}
	c.signIn(byCookie, "minji")
	c.choose(auth.LevelVersion)
	if got := c.checks(); got != noLookup {
		t.Errorf("another account in the same browser: %s", got)
	}
}

// TestTeamChoosesItsLevel: whoever made the choice and however it is asked for, it holds for the team's accounts, in
// this browser, in another one and in a script that sends no cookie; and for no other team.
func TestTeamChoosesItsLevel(t *testing.T) {
	for name, chosen := range map[string]func(n *testNode, l auth.Level) *client{
		"chosen while signed in": func(n *testNode, l auth.Level) *client {
			c := n.client()
			c.demo(byCookie, "member")
			c.choose(l)
			return c
		},
		"wished for before the team was made": func(n *testNode, l auth.Level) *client {
			c := n.client()
			c.choose(l)
			c.demo(byCookie, "member")
			return c
		},
		"chosen by a script with the token alone": func(n *testNode, l auth.Level) *client {
			c, script := n.client(), n.script()
			c.demo(byCookie, "member")
			script.send("POST", "/preferences", "level="+string(l), "application/x-www-form-urlencoded",
				header("Authorization", "Bearer "+c.cookie("/", "twodoors-access"))).want(http.StatusSeeOther)
			return c
		},
		"chosen by the session alone": func(n *testNode, l auth.Level) *client {
			c := n.client()
			c.demo(byCookie, "member")
			c.demo(way{mode: "session", carrier: "cookie"}, "member")
			access := c.cookie("/", "twodoors-access")
			c.dropCookie("twodoors-access")
			c.dropCookie("twodoors-team")
			c.choose(l)
			c.setCookie("twodoors-access", access)
			return c
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			other := n.client()
			other.demo(byCookie, "member")
			for _, l := range append(auth.Levels(), auth.LevelSignature) {
				c := chosen(n, l)
				if got := other.checks(); got != noLookup {
					t.Errorf("%s: of another team: %s", l, got)
				}
				want := oneLookup
				if l == auth.LevelSignature {
					want = noLookup
				}
				script := n.script()
				script.bearer = c.cookie("/", "twodoors-access")
				for who, got := range map[string]string{"the browser": c.checks(), "a script with the token alone": script.checks()} {
					if got != want {
						t.Errorf("%s: %s: %s, want %s", l, who, got, want)
					}
				}
				var who struct{ Level string }
				script.json("GET", "/api/jwt/me", nil).want(http.StatusOK).into(&who)
				if who.Level != string(l) {
					t.Errorf("me says level %q, want %s", who.Level, l)
				}
			}
		})
	}
}

func TestChoiceOfNoLevel(t *testing.T) {
	n := newNode(t)
	c := n.client()
	c.demo(byCookie, "member")
	for _, bad := range []string{"none", "", "Version"} {
		c.post("/preferences", []string{"level", bad}).want(http.StatusBadRequest)
	}
	c.post("/preferences", []string{"level", "version", "theme", "none"}).want(http.StatusBadRequest)
	if got := c.checks(); got != noLookup {
		t.Errorf("a refused form has chosen a level: %s", got)
	}
}

// TestRaisedLevelEndsCopies: once the team has raised the level, a copy of everything that its browser held before is
// out when the browser signs out: the copy's older choice does not count.
func TestRaisedLevelEndsCopies(t *testing.T) {
	for _, w := range []way{byCookie, byHeader} {
		n := newNode(t)
		c := n.client()
		c.demo(w, "member")
		c.choose(auth.LevelSignature)
		copied, another := c.copied(), c.copied()
		c.choose(auth.LevelVersion)
		copied.wantIn(w, true, "the copy")
		c.post("/jwt/logout", nil).wantTo("/jwt/login")
		copied.wantIn(w, false, "the copy, after the browser has signed out")
		another.choose(auth.LevelSignature) // it has the team's cookie, which makes the choice the team's again
		another.wantIn(w, true, "another copy, now that the team asks for less")
	}
}

// TestTeamsLevelAtOtherNodes: the browser that chose finds its choice in force at any node; everybody else once the
// node has read it.
func TestTeamsLevelAtOtherNodes(t *testing.T) {
	for _, on := range []func(testing.TB) option{func(testing.TB) option { return func(*setup) {} }, onPostgres} {
		first := newNode(t, on(t))
		second, third := newNode(t, beside(first)), newNode(t, beside(first))
		c := first.client()
		c.demo(byCookie, "member")
		for _, l := range []auth.Level{auth.LevelVersion, auth.LevelSignature, auth.LevelDenylist} {
			want := oneLookup
			if l == auth.LevelSignature {
				want = noLookup
			}
			c.node = first
			c.choose(l)
			script := third.script()
			script.bearer = c.cookie("/", "twodoors-access")
			third.ReadLevels(t.Context())
			if got := script.checks(); got != want {
				t.Errorf("%s, at a node that has read it: %s", l, got)
			}
			c.node = second
			if got := c.checks(); got != want {
				t.Errorf("%s, the browser at a node that has not: %s", l, got)
			}
		}
	}
}

// TestPagesSayTheAccountsLevel: what pages say about copies and other devices follows what is checked for the account,
// whatever the visitor has asked for.
func TestPagesSayTheAccountsLevel(t *testing.T) {
	// lives is whether a copy of the JWT sign-in would outlive it, as a door's list of devices says.
	lives := func(c *client, door string) bool {
		c.t.Helper()
		var list struct {
			Devices []struct {
				Mode  string
				Until string `json:"works_until"`
			}
		}
		c.json("GET", "/api/"+door+"/devices", nil).want(http.StatusOK).into(&list)
		for _, d := range list.Devices {
			if d.Mode == "jwt" {
				return d.Until != ""
			}
		}
		t.Fatalf("no JWT sign-in among %+v", list.Devices)
		return false
	}
	inPanel := func(c *client) bool {
		c.t.Helper()
		return c.get("/jwt/member").want(http.StatusOK).page().Find("[data-panel]").AttrOr("data-copy-seconds", "") != "0"
	}
	for _, set := range []auth.Level{auth.LevelSignature, auth.LevelVersion} {
		opposite := map[auth.Level]auth.Level{auth.LevelSignature: auth.LevelVersion, auth.LevelVersion: auth.LevelSignature}[set]
		n := newNode(t, level(set))
		n.user("minji", "member")
		c := n.client()
		c.choose(opposite)
		c.signIn(byCookie, "minji")
		if list, panel := lives(c, "jwt"), inPanel(c); list != (set == auth.LevelSignature) || panel != list {
			t.Errorf("set to %s: a copy of an account's token lives on: %v in the list, %v in the panel", set, list, panel)
		}
		if c.get("/jwt/member").page().Find("form [name=level]").Length() != 0 {
			t.Error("the panel offers levels for an account that has no choice")
		}
		if a := c.get("/compare").want(http.StatusOK); a.page().Find("form [name=level]").Length() != 0 {
			t.Error("compare offers levels for an account that has no choice")
		}
		c.post("/jwt/member/account/sign-out-everywhere", nil).wantTo("/jwt/login")
		if said := c.get("/jwt/login").text("main"); strings.Contains(said, "works for at most") != (set == auth.LevelSignature) {
			t.Errorf("set to %s, signed out everywhere: %s", set, said)
		}
		c.demo(byCookie, "member")
		if list, panel := lives(c, "jwt"), inPanel(c); list != (opposite == auth.LevelSignature) || panel != list {
			t.Errorf("the team chose %s: a copy lives on: %v in the list, %v in the panel", opposite, list, panel)
		}
		// From another door too, where the level is the same team's.
		c.demo(way{mode: "cookie", carrier: "cookie"}, "member")
		if got := lives(c, "cookie"); got != (opposite == auth.LevelSignature) {
			t.Errorf("the team chose %s, at the signed cookie's door: a copy lives on: %v", opposite, got)
		}
		if c.get("/jwt/member").page().Find("form [name=level]").Length() == 0 {
			t.Error("the page does not offer the levels")
		}
		c.post("/jwt/member/account/sign-out-everywhere", nil).wantTo("/jwt/login")
		if said := c.get("/jwt/login").text("main"); strings.Contains(said, "works for at most") != (opposite == auth.LevelSignature) {
			t.Errorf("the team chose %s, signed out everywhere: %s", opposite, said)
		}
	}
}

// TestLevelWithoutDemo: what a team chose counts for nothing where demo mode is off, and nothing can be chosen.
func TestLevelWithoutDemo(t *testing.T) {
	n := newNode(t)
	c := n.client()
	c.demo(byCookie, "member")
	c.choose(auth.LevelVersion)
	c.node = newNode(t, beside(n), noDemo())
	if got := c.checks(); got != noLookup {
		t.Errorf("outside demo mode the choice counts: %s", got)
	}
	if page := c.get("/jwt/member"); page.page().Find("form [name=level]").Length() != 0 {
		t.Error("the page offers levels outside demo mode")
	}
	c.post("/preferences", []string{"level", "user"}).want(http.StatusNotFound)
	c.post("/preferences", []string{"language", "ko"}).want(http.StatusSeeOther)
	c.node = newNode(t, beside(n), noDemo(), level(auth.LevelVersion))
	if got := c.checks(); got != oneLookup {
		t.Errorf("the setting does not rule: %s", got)
	}
}
