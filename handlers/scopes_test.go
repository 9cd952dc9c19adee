package handlers_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
)

// opened is what each scope opens, written down here and nowhere taken from the app: "*" for an id.
var opened = map[string][]string{
	auth.ScopeProfile:    {"GET /jwt/member", "HEAD /jwt/member", "GET /api/jwt/me", "HEAD /api/jwt/me"},
	auth.ScopeNotesRead:  {"GET /jwt/member/notes", "HEAD /jwt/member/notes", "GET /api/jwt/notes", "HEAD /api/jwt/notes"},
	auth.ScopeNotesWrite: {"POST /api/jwt/notes", "DELETE /api/jwt/notes/:id"},
}

// unguarded are the routes below the JWT door that ask for no access token.
var unguarded = []string{
	"GET /jwt/login", "HEAD /jwt/login", "POST /jwt/login", "POST /jwt/demo", "POST /api/jwt/login",
	"GET /jwt/refresh", "HEAD /jwt/refresh", "POST /jwt/refresh", "POST /jwt/refresh/logout", "POST /api/jwt/refresh",
}

// TestScopesOpenWhatTheySay tries every route of the JWT door with a token of each scope: what is not in the list
// above is refused, also a route that somebody adds tomorrow.
func TestScopesOpenWhatTheySay(t *testing.T) {
	n := newNode(t, level(auth.LevelVersion))
	n.user("minji", "admin")
	owner := n.script()
	owner.bearer = owner.apiSignIn(byHeader, "minji").AccessToken
	for _, scope := range auth.Scopes() {
		c := n.script()
		c.bearer = owner.issue(scope, 3600).AccessToken
		for _, route := range n.Routes() {
			method, path, _ := strings.Cut(route, " ")
			if !strings.HasPrefix(path, "/jwt/") && !strings.HasPrefix(path, "/api/jwt/") || slices.Contains(unguarded, route) || method == "echo_route_not_found" {
				continue
			}
			a := c.send(method, strings.ReplaceAll(path, ":id", "4000001"), "", "application/json")
			if slices.Contains(opened[scope], route) {
				if a.Status == http.StatusForbidden || a.Status == http.StatusUnauthorized {
					t.Errorf("%s: %s is refused with status %d", scope, route, a.Status)
				}
				continue
			}
			challenge := `Bearer error="insufficient_scope"`
			for needs, routes := range opened {
				if slices.Contains(routes, route) {
					challenge += `, scope="` + needs + `"`
				}
			}
			if a.Status != http.StatusForbidden || a.Header.Get("WWW-Authenticate") != challenge {
				t.Errorf("%s: %s has status %d with %q, want 403 with %q", scope, route, a.Status, a.Header.Get("WWW-Authenticate"), challenge)
			}
			if strings.HasPrefix(path, "/api/") && method != http.MethodHead {
				var problem struct{ Error string }
				a.into(&problem)
				if problem.Error != "insufficient_scope" || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
					t.Errorf("%s: %s: %s", scope, route, a.Body)
				}
			}
		}
	}
	var who me
	owner.json("GET", "/api/jwt/me", nil).want(http.StatusOK).into(&who) // nothing of that signed the owner out
}

// TestScopesTogether: a token has what it was given, no more; in a cookie it is limited in the same way.
func TestScopesTogether(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	owner := n.script()
	owner.bearer = owner.apiSignIn(byHeader, "minji").AccessToken
	token := owner.issue("notes:write notes:read", 3600)
	if token.Scope != "notes:read notes:write" || token.ExpiresIn != 3600 || token.TokenType != "Bearer" || token.Name != "backup" {
		t.Errorf("issued: %+v", token)
	}
	if scope := claimOf(t, token.AccessToken, "scope"); scope != `"notes:read notes:write"` {
		t.Errorf("scope claim %s", scope)
	}
	if sid := claimOf(t, token.AccessToken, "sid"); sid != `"`+strconv.FormatInt(token.ID, 10)+`"` {
		t.Errorf("sid %s of token %d", sid, token.ID)
	}
	if claimOf(t, owner.bearer, "scope") != "" {
		t.Error("a sign-in's token has a scope")
	}
	c := n.script()
	c.bearer = token.AccessToken
	c.json("POST", "/api/jwt/notes", map[string]string{"body": "milk"}).want(http.StatusCreated)
	c.json("GET", "/api/jwt/notes", nil).want(http.StatusOK)
	c.json("GET", "/api/jwt/me", nil).want(http.StatusForbidden)
	c.bearer = ""
	c.setCookie("twodoors-access", token.AccessToken)
	c.json("GET", "/api/jwt/notes", nil).want(http.StatusOK)
	c.json("GET", "/api/jwt/devices", nil).want(http.StatusForbidden)
	c.post("/jwt/logout", nil).want(http.StatusForbidden)
	c = n.script()
	c.bearer = owner.issue("profile", 3600).AccessToken
	var who struct{ Scope, Username string }
	c.json("GET", "/api/jwt/me", nil).want(http.StatusOK).into(&who)
	if who.Scope != "profile" || who.Username != "minji" {
		t.Errorf("me: %+v", who)
	}
	// Through another door it is nothing at all.
	c.get("/api/token/me", header("Authorization", "Bearer "+c.bearer)).want(http.StatusUnauthorized)
	c.get("/api/session/me", header("Authorization", "Bearer "+c.bearer)).want(http.StatusUnauthorized)
}

// claimOf is a claim's JSON, "" for none.
func claimOf(t *testing.T, token, name string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]json.RawMessage
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	return string(claims[name])
}

// TestRevokedLimitedToken: revoked, by a new password, or with all others: out where the level asks, and elsewhere
// good until its end, as the list says.
func TestRevokedLimitedToken(t *testing.T) {
	for _, l := range auth.Levels() {
		for how, revoke := range map[string]func(c *client, id int64){
			"revoked": func(c *client, id int64) {
				c.json("DELETE", "/api/jwt/tokens/"+strconv.FormatInt(id, 10), nil).want(http.StatusNoContent)
			},
			"as a device": func(c *client, id int64) {
				c.json("DELETE", "/api/jwt/devices/"+strconv.FormatInt(id, 10), nil).want(http.StatusNoContent)
			},
			"with all others": func(c *client, _ int64) { c.json("DELETE", "/api/jwt/devices", nil).want(http.StatusNoContent) },
			"by a new password": func(c *client, _ int64) {
				c.json("PUT", "/api/jwt/password", map[string]string{"current": password, "password": newPassword}).want(http.StatusNoContent)
			},
		} {
			t.Run(string(l)+", "+how, func(t *testing.T) {
				n := newNode(t, level(l))
				n.user("minji", "member")
				owner, c := n.client(), n.script()
				owner.signIn(byCookie, "minji")
				token := owner.issue("notes:read", 24*3600)
				c.bearer = token.AccessToken
				c.json("GET", "/api/jwt/notes", nil).want(http.StatusOK)
				revoke(owner, token.ID)
				n.clock.move(24*time.Hour - time.Second) // the longest that it could live
				want := http.StatusOK
				if l.AtLeast(auth.LevelDenylist) {
					want = http.StatusUnauthorized
				}
				c.json("GET", "/api/jwt/notes", nil).want(want)
				n.clock.move(time.Second + auth.Leeway + time.Second)
				c.json("GET", "/api/jwt/notes", nil).want(http.StatusUnauthorized)
			})
		}
	}
}

// TestLimitedTokenIsDeniedToItsEnd: clearing away what is over must not bring a revoked token back.
func TestLimitedTokenIsDeniedToItsEnd(t *testing.T) {
	n := newNode(t, level(auth.LevelDenylist))
	n.user("minji", "member")
	owner, c := n.script(), n.script()
	owner.bearer = owner.apiSignIn(byHeader, "minji").AccessToken
	token := owner.issue("notes:read", 3600)
	c.bearer = token.AccessToken
	owner.json("DELETE", "/api/jwt/tokens/"+strconv.FormatInt(token.ID, 10), nil).want(http.StatusNoContent)
	for range 3600/60 + 1 {
		if _, err := n.db.Cleanup(background(), n.clock.Now(), 100); err != nil {
			t.Fatal(err)
		}
		c.json("GET", "/api/jwt/notes", nil).want(http.StatusUnauthorized)
		n.clock.move(time.Minute)
	}
}

func TestIssueRefuses(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	c := n.script()
	c.bearer = c.apiSignIn(byHeader, "minji").AccessToken
	good := func(changes ...any) map[string]any {
		body := map[string]any{"name": "backup", "scope": "notes:read", "expires_in": 3600, "password": password}
		for i := 0; i < len(changes); i += 2 {
			body[changes[i].(string)] = changes[i+1]
		}
		return body
	}
	for what, body := range map[string]map[string]any{
		"name":       good("name", " "),
		"name ":      good("name", strings.Repeat("x", 65)),
		"name  ":     good("name", "a\u202eb"),
		"name   ":    good("name", "a\x00b"),
		"scope":      good("scope", ""),
		"scope ":     good("scope", "admin"),
		"scope  ":    good("scope", "notes:read  profile"),
		"scope   ":   good("scope", "notes:read notes:read"),
		"expires_in": good("expires_in", 59), "expires_in ": good("expires_in", 336*3600+1), "expires_in  ": good("expires_in", -1),
	} {
		var problem struct{ Fields map[string]string }
		c.json("POST", "/api/jwt/tokens", body).want(http.StatusUnprocessableEntity).into(&problem)
		if field := strings.TrimSpace(what); problem.Fields[field] == "" || len(problem.Fields) != 1 {
			t.Errorf("%s: %v", what, problem.Fields)
		}
	}
	c.json("POST", "/api/jwt/tokens", good("expires_in", 1e12)).want(http.StatusBadRequest)
	for range models.LimitedTokensKept {
		c.issue("profile", 3600)
	}
	c.json("POST", "/api/jwt/tokens", good()).want(http.StatusUnprocessableEntity)
	// A sign-in of a while ago gives its password again.
	n.clock.move(11 * time.Minute)
	n.user("yuna", "member")
	for _, body := range []map[string]any{good("password", ""), good("password", "not this")} {
		var problem struct{ Fields map[string]string }
		c.json("POST", "/api/jwt/tokens", body).want(http.StatusUnprocessableEntity).into(&problem)
		if problem.Fields["password"] == "" {
			t.Errorf("%v", problem.Fields)
		}
	}
	n.clock.move(time.Hour) // those issued above are over
	c = n.script()
	c.bearer = c.apiSignIn(byHeader, "yuna").AccessToken
	n.clock.move(11 * time.Minute)
	c.json("POST", "/api/jwt/tokens", good("password", password)).want(http.StatusCreated)
}

// TestIssuingAsksForEverything: whoever was signed out must not turn the rest of an access token into one that lives
// longer, whatever the level.
func TestIssuingAsksForEverything(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	c := n.script()
	c.bearer = c.apiSignIn(byHeader, "minji").AccessToken
	stolen := c.copied()
	c.json("POST", "/api/jwt/logout", nil).want(http.StatusNoContent)
	stolen.json("GET", "/api/jwt/me", nil).want(http.StatusOK) // at level signature nobody asks
	stolen.json("POST", "/api/jwt/tokens", map[string]any{"name": "x", "scope": "profile", "expires_in": 3600}).want(http.StatusUnauthorized)
}

// TestTokensPage goes the way of a member: issue, see it once, see it in the list, revoke.
func TestTokensPage(t *testing.T) {
	for _, w := range []way{byCookie, byHeader, {mode: "jwt", carrier: "cookie", level: auth.LevelDenylist}} {
		t.Run(w.String(), func(t *testing.T) {
			n := w.node(t)
			n.user("minji", "member")
			n.user("thief", "member")
			c, thief := n.client(), n.client()
			c.signIn(w, "minji")
			thief.signIn(w, "thief")
			a := c.get("/jwt/member/tokens").want(http.StatusOK)
			if a.page().Find(".tabs a[href='/jwt/member/tokens'][aria-current=page]").Length() != 1 {
				t.Error("the tab is missing")
			}
			a = c.post("/jwt/member/tokens", []string{"name", "<b>backup</b>", "scope", "notes:read", "scope", "profile", "life", "3600", "confirm", password}).want(http.StatusOK)
			raw := a.text("code.cred.whole")
			// Issuing asks for every check; what a copy is worth afterwards follows from what other requests ask.
			after, life := a.text(".rows .row-act"), a.page().Find("[data-panel]").AttrOr("data-copy-seconds", "")
			if w.knowsEnd() == strings.Contains(after, "would be accepted until") || w.knowsEnd() != (life == "0") {
				t.Errorf("once issued: %q, a copy of the sign-in's own token works for %s s", after, life)
			}
			script := n.script()
			script.bearer = raw
			script.json("GET", "/api/jwt/notes", nil).want(http.StatusOK)
			a = c.get("/jwt/member/tokens").want(http.StatusOK)
			if strings.Contains(a.Body, raw) || strings.Contains(a.Body, "<b>backup") || a.text(".rows li b") != "<b>backup</b>" {
				t.Errorf("the list: %s", a.text(".rows"))
			}
			target, _ := a.page().Find(".rows form").Attr("action")
			thief.post(target, nil).want(http.StatusNotFound)
			script.json("GET", "/api/jwt/notes", nil).want(http.StatusOK)
			devices := c.get("/jwt/member/devices").want(http.StatusOK)
			if !strings.Contains(devices.text("ul.rows"), "<b>backup</b>") {
				t.Errorf("the devices: %s", devices.text("ul.rows"))
			}
			c.post(target, nil).wantTo("/jwt/member/tokens")
			said := c.get("/jwt/member/tokens").want(http.StatusOK)
			lives := n.clock.Now().Add(time.Hour + auth.Leeway).UTC().Format("2006-01-02 15:04:05 UTC")
			if w.knowsEnd() == strings.Contains(said.text(".rows"), lives) {
				t.Errorf("says %q", said.text(".rows"))
			}
			status := http.StatusOK
			if w.knowsEnd() {
				status = http.StatusUnauthorized
			}
			script.json("GET", "/api/jwt/notes", nil).want(status)
			if said.text(".said.good") == "" || said.page().Find(".rows form").Length() != 0 {
				t.Error("the page does not say that the token is revoked")
			}
			c.post("/jwt/member/tokens", []string{"name", "", "life", "1", "confirm", password}).want(http.StatusUnprocessableEntity)
			n.clock.move(11 * time.Minute)
			confirm := c.post("/jwt/member/tokens", []string{"name", "x", "scope", "profile", "life", "3600"}).want(http.StatusForbidden)
			if confirm.page().Find("input[name=confirm]").Length() != 1 || confirm.page().Find("input[name=scope][value=profile]").Length() != 1 {
				t.Error("the password is not asked for again")
			}
		})
	}
}

// TestAccessTokenAloneIssuesNothingLonger: without the password nobody gets a token that outlives the one that asks.
func TestAccessTokenAloneIssuesNothingLonger(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	c := n.script()
	c.bearer = c.apiSignIn(byHeader, "minji").AccessToken
	want := map[string]any{"name": "x", "scope": "profile", "expires_in": 14 * 24 * 3600}
	c.json("POST", "/api/jwt/tokens", want).want(http.StatusUnprocessableEntity)
	c.post("/jwt/member/tokens", []string{"name", "x", "scope", "profile", "life", "3600"}).want(http.StatusForbidden)
	demo, script := n.client(), n.script()
	demo.demo(byCookie, "member")
	var token limitedToken
	demo.json("POST", "/api/jwt/tokens", want).want(http.StatusCreated).into(&token)
	if token.ExpiresIn != 900 {
		t.Errorf("a demo account's lives %d s", token.ExpiresIn)
	}
	script.bearer = token.AccessToken
	script.json("GET", "/api/jwt/me", nil).want(http.StatusOK)
	n.clock.move(15*time.Minute + auth.Leeway + time.Second)
	script.json("GET", "/api/jwt/me", nil).want(http.StatusUnauthorized)
}

// TestLimitedTokenEndsWithItsSignIn: a demo account has no password to give, so what it issues ends when the sign-in is
// ended that issued it: by signing out, also with nothing but the refresh token, from another device, and by a sign-in
// in its place.
func TestLimitedTokenEndsWithItsSignIn(t *testing.T) {
	for name, end := range map[string]func(n *testNode, c *client){
		"signing out":            func(_ *testNode, c *client) { c.post("/jwt/logout", nil).want(http.StatusSeeOther) },
		"by the API":             func(_ *testNode, c *client) { c.json("POST", "/api/jwt/logout", nil).want(http.StatusNoContent) },
		"by the refresh token":   func(_ *testNode, c *client) { c.post("/jwt/refresh/logout", nil).want(http.StatusSeeOther) },
		"a sign-in in its place": func(_ *testNode, c *client) { c.demo(byCookie, "member") },
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t, level(auth.LevelDenylist))
			demo, script := n.client(), n.script()
			demo.demo(byCookie, "member")
			var token limitedToken
			demo.json("POST", "/api/jwt/tokens", map[string]any{"name": "x", "scope": "profile", "expires_in": 600}).want(http.StatusCreated).into(&token)
			script.bearer = token.AccessToken
			script.json("GET", "/api/jwt/me", nil).want(http.StatusOK)
			end(n, demo)
			script.json("GET", "/api/jwt/me", nil).want(http.StatusUnauthorized)
		})
	}
}
