package security_test

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
	"twodoors/handlers/handlerstest"
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
	n := handlerstest.NewNode(t, handlerstest.Level(auth.LevelVersion))
	n.User("minji", "admin")
	owner := n.Script()
	owner.Bearer = owner.APISignIn(handlerstest.ByHeader, "minji").AccessToken
	for _, scope := range auth.Scopes() {
		c := n.Script()
		c.Bearer = owner.Issue(scope, 3600).AccessToken
		for _, route := range n.Routes() {
			method, path, _ := strings.Cut(route, " ")
			if !strings.HasPrefix(path, "/jwt/") && !strings.HasPrefix(path, "/api/jwt/") || slices.Contains(unguarded, route) || method == "echo_route_not_found" {
				continue
			}
			a := c.Send(method, strings.ReplaceAll(path, ":id", "4000001"), "", "application/json")
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
				a.Into(&problem)
				if problem.Error != "insufficient_scope" || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
					t.Errorf("%s: %s: %s", scope, route, a.Body)
				}
			}
		}
	}
	var who handlerstest.Me
	owner.JSON("GET", "/api/jwt/me", nil).Want(http.StatusOK).Into(&who) // nothing of that signed the owner out
}

// TestScopesTogether: a token has what it was given, no more; in a cookie it is limited in the same way.
func TestScopesTogether(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	owner := n.Script()
	owner.Bearer = owner.APISignIn(handlerstest.ByHeader, "minji").AccessToken
	token := owner.Issue("notes:write notes:read", 3600)
	if token.Scope != "notes:read notes:write" || token.ExpiresIn != 3600 || token.TokenType != "Bearer" || token.Name != "backup" {
		t.Errorf("issued: %+v", token)
	}
	if scope := claimOf(t, token.AccessToken, "scope"); scope != `"notes:read notes:write"` {
		t.Errorf("scope claim %s", scope)
	}
	if sid := claimOf(t, token.AccessToken, "sid"); sid != `"`+strconv.FormatInt(token.ID, 10)+`"` {
		t.Errorf("sid %s of token %d", sid, token.ID)
	}
	if claimOf(t, owner.Bearer, "scope") != "" {
		t.Error("a sign-in's token has a scope")
	}
	c := n.Script()
	c.Bearer = token.AccessToken
	c.JSON("POST", "/api/jwt/notes", map[string]string{"body": "milk"}).Want(http.StatusCreated)
	c.JSON("GET", "/api/jwt/notes", nil).Want(http.StatusOK)
	c.JSON("GET", "/api/jwt/me", nil).Want(http.StatusForbidden)
	c.Bearer = ""
	c.SetCookie("twodoors-access", token.AccessToken)
	c.JSON("GET", "/api/jwt/notes", nil).Want(http.StatusOK)
	c.JSON("GET", "/api/jwt/devices", nil).Want(http.StatusForbidden)
	c.Post("/jwt/logout", nil).Want(http.StatusForbidden)
	c = n.Script()
	c.Bearer = owner.Issue("profile", 3600).AccessToken
	var who struct{ Scope, Username string }
	c.JSON("GET", "/api/jwt/me", nil).Want(http.StatusOK).Into(&who)
	if who.Scope != "profile" || who.Username != "minji" {
		t.Errorf("me: %+v", who)
	}
	// Through another door it is nothing at all.
	c.Get("/api/token/me", handlerstest.Header("Authorization", "Bearer "+c.Bearer)).Want(http.StatusUnauthorized)
	c.Get("/api/session/me", handlerstest.Header("Authorization", "Bearer "+c.Bearer)).Want(http.StatusUnauthorized)
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
		for how, revoke := range map[string]func(c *handlerstest.Client, id int64){
			"revoked": func(c *handlerstest.Client, id int64) {
				c.JSON("DELETE", "/api/jwt/tokens/"+strconv.FormatInt(id, 10), nil).Want(http.StatusNoContent)
			},
			"as a device": func(c *handlerstest.Client, id int64) {
				c.JSON("DELETE", "/api/jwt/devices/"+strconv.FormatInt(id, 10), nil).Want(http.StatusNoContent)
			},
			"with all others": func(c *handlerstest.Client, _ int64) {
				c.JSON("DELETE", "/api/jwt/devices", nil).Want(http.StatusNoContent)
			},
			"by a new password": func(c *handlerstest.Client, _ int64) {
				c.JSON("PUT", "/api/jwt/password", map[string]string{"current": handlerstest.Password, "password": handlerstest.NewPassword}).Want(http.StatusNoContent)
			},
		} {
			t.Run(string(l)+", "+how, func(t *testing.T) {
				n := handlerstest.NewNode(t, handlerstest.Level(l))
				n.User("minji", "member")
				owner, c := n.Client(), n.Script()
				owner.SignIn(handlerstest.ByCookie, "minji")
				token := owner.Issue("notes:read", 24*3600)
				c.Bearer = token.AccessToken
				c.JSON("GET", "/api/jwt/notes", nil).Want(http.StatusOK)
				revoke(owner, token.ID)
				n.Clock.Move(24*time.Hour - time.Second) // the longest that it could live
				want := http.StatusOK
				if l.AtLeast(auth.LevelDenylist) {
					want = http.StatusUnauthorized
				}
				c.JSON("GET", "/api/jwt/notes", nil).Want(want)
				n.Clock.Move(time.Second + auth.Leeway + time.Second)
				c.JSON("GET", "/api/jwt/notes", nil).Want(http.StatusUnauthorized)
			})
		}
	}
}

// TestLimitedTokenIsDeniedToItsEnd: clearing away what is over must not bring a revoked token back.
func TestLimitedTokenIsDeniedToItsEnd(t *testing.T) {
	n := handlerstest.NewNode(t, handlerstest.Level(auth.LevelDenylist))
	n.User("minji", "member")
	owner, c := n.Script(), n.Script()
	owner.Bearer = owner.APISignIn(handlerstest.ByHeader, "minji").AccessToken
	token := owner.Issue("notes:read", 3600)
	c.Bearer = token.AccessToken
	owner.JSON("DELETE", "/api/jwt/tokens/"+strconv.FormatInt(token.ID, 10), nil).Want(http.StatusNoContent)
	for range 3600/60 + 1 {
		if _, err := n.DB.Cleanup(handlerstest.Background(), n.Clock.Now(), 100); err != nil {
			t.Fatal(err)
		}
		c.JSON("GET", "/api/jwt/notes", nil).Want(http.StatusUnauthorized)
		n.Clock.Move(time.Minute)
	}
}

func TestIssueRefuses(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	c := n.Script()
	c.Bearer = c.APISignIn(handlerstest.ByHeader, "minji").AccessToken
	good := func(changes ...any) map[string]any {
		body := map[string]any{"name": "backup", "scope": "notes:read", "expires_in": 3600, "password": handlerstest.Password}
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
		c.JSON("POST", "/api/jwt/tokens", body).Want(http.StatusUnprocessableEntity).Into(&problem)
		if field := strings.TrimSpace(what); problem.Fields[field] == "" || len(problem.Fields) != 1 {
			t.Errorf("%s: %v", what, problem.Fields)
		}
	}
	c.JSON("POST", "/api/jwt/tokens", good("expires_in", 1e12)).Want(http.StatusBadRequest)
	for range models.LimitedTokensKept {
		c.Issue("profile", 3600)
	}
	c.JSON("POST", "/api/jwt/tokens", good()).Want(http.StatusUnprocessableEntity)
	// A sign-in of a while ago gives its password again.
	n.Clock.Move(11 * time.Minute)
	n.User("yuna", "member")
	for _, body := range []map[string]any{good("password", ""), good("password", "not this")} {
		var problem struct{ Fields map[string]string }
		c.JSON("POST", "/api/jwt/tokens", body).Want(http.StatusUnprocessableEntity).Into(&problem)
		if problem.Fields["password"] == "" {
			t.Errorf("%v", problem.Fields)
		}
	}
	n.Clock.Move(time.Hour) // those issued above are over
	c = n.Script()
	c.Bearer = c.APISignIn(handlerstest.ByHeader, "yuna").AccessToken
	n.Clock.Move(11 * time.Minute)
	c.JSON("POST", "/api/jwt/tokens", good("password", handlerstest.Password)).Want(http.StatusCreated)
}

// TestIssuingAsksForEverything: whoever was signed out must not turn the rest of an access token into one that lives
// longer, whatever the level.
func TestIssuingAsksForEverything(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	c := n.Script()
	c.Bearer = c.APISignIn(handlerstest.ByHeader, "minji").AccessToken
	stolen := c.Copied()
	c.JSON("POST", "/api/jwt/logout", nil).Want(http.StatusNoContent)
	stolen.JSON("GET", "/api/jwt/me", nil).Want(http.StatusOK) // at level signature nobody asks
	stolen.JSON("POST", "/api/jwt/tokens", map[string]any{"name": "x", "scope": "profile", "expires_in": 3600}).Want(http.StatusUnauthorized)
}

// TestTokensPage goes the way of a member: issue, see it once, see it in the list, revoke.
func TestTokensPage(t *testing.T) {
	for _, w := range []handlerstest.Way{handlerstest.ByCookie, handlerstest.ByHeader, {Mode: "jwt", Carrier: "cookie", Level: auth.LevelDenylist}} {
		t.Run(w.String(), func(t *testing.T) {
			n := w.Node(t)
			n.User("minji", "member")
			n.User("thief", "member")
			c, thief := n.Client(), n.Client()
			c.SignIn(w, "minji")
			thief.SignIn(w, "thief")
			a := c.Get("/jwt/member/tokens").Want(http.StatusOK)
			if a.Page().Find(".tabs a[href='/jwt/member/tokens'][aria-current=page]").Length() != 1 {
				t.Error("the tab is missing")
			}
			a = c.Post("/jwt/member/tokens", []string{"name", "<b>backup</b>", "scope", "notes:read", "scope", "profile", "life", "3600", "confirm", handlerstest.Password}).Want(http.StatusOK)
			raw := a.Text("code.cred.whole")
			// Issuing asks for every check; what a copy is worth afterwards follows from what other requests ask.
			after, life := a.Text(".rows .row-act"), a.Page().Find("[data-panel]").AttrOr("data-copy-seconds", "")
			if w.KnowsEnd() == strings.Contains(after, "would be accepted until") || w.KnowsEnd() != (life == "0") {
				t.Errorf("once issued: %q, a copy of the sign-in's own token works for %s s", after, life)
			}
			script := n.Script()
			script.Bearer = raw
			script.JSON("GET", "/api/jwt/notes", nil).Want(http.StatusOK)
			a = c.Get("/jwt/member/tokens").Want(http.StatusOK)
			if strings.Contains(a.Body, raw) || strings.Contains(a.Body, "<b>backup") || a.Text(".rows li b") != "<b>backup</b>" {
				t.Errorf("the list: %s", a.Text(".rows"))
			}
			target, _ := a.Page().Find(".rows form").Attr("action")
			thief.Post(target, nil).Want(http.StatusNotFound)
			script.JSON("GET", "/api/jwt/notes", nil).Want(http.StatusOK)
			devices := c.Get("/jwt/member/devices").Want(http.StatusOK)
			if !strings.Contains(devices.Text("ul.rows"), "<b>backup</b>") {
				t.Errorf("the devices: %s", devices.Text("ul.rows"))
			}
			c.Post(target, nil).WantTo("/jwt/member/tokens")
			said := c.Get("/jwt/member/tokens").Want(http.StatusOK)
			lives := n.Clock.Now().Add(time.Hour + auth.Leeway).UTC().Format("2006-01-02 15:04:05 UTC")
			if w.KnowsEnd() == strings.Contains(said.Text(".rows"), lives) {
				t.Errorf("says %q", said.Text(".rows"))
			}
			status := http.StatusOK
			if w.KnowsEnd() {
				status = http.StatusUnauthorized
			}
			script.JSON("GET", "/api/jwt/notes", nil).Want(status)
			if said.Text(".said.good") == "" || said.Page().Find(".rows form").Length() != 0 {
				t.Error("the page does not say that the token is revoked")
			}
			c.Post("/jwt/member/tokens", []string{"name", "", "life", "1", "confirm", handlerstest.Password}).Want(http.StatusUnprocessableEntity)
			n.Clock.Move(11 * time.Minute)
			confirm := c.Post("/jwt/member/tokens", []string{"name", "x", "scope", "profile", "life", "3600"}).Want(http.StatusForbidden)
			if confirm.Page().Find("input[name=confirm]").Length() != 1 || confirm.Page().Find("input[name=scope][value=profile]").Length() != 1 {
				t.Error("the password is not asked for again")
			}
		})
	}
}

// TestAccessTokenAloneIssuesNothingLonger: without the password nobody gets a token that outlives the one that asks.
func TestAccessTokenAloneIssuesNothingLonger(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	c := n.Script()
	c.Bearer = c.APISignIn(handlerstest.ByHeader, "minji").AccessToken
	want := map[string]any{"name": "x", "scope": "profile", "expires_in": 14 * 24 * 3600}
	c.JSON("POST", "/api/jwt/tokens", want).Want(http.StatusUnprocessableEntity)
	c.Post("/jwt/member/tokens", []string{"name", "x", "scope", "profile", "life", "3600"}).Want(http.StatusForbidden)
	demo, script := n.Client(), n.Script()
	demo.Demo(handlerstest.ByCookie, "member")
	var token handlerstest.LimitedToken
	demo.JSON("POST", "/api/jwt/tokens", want).Want(http.StatusCreated).Into(&token)
	if token.ExpiresIn != 900 {
		t.Errorf("a demo account's lives %d s", token.ExpiresIn)
	}
	script.Bearer = token.AccessToken
	script.JSON("GET", "/api/jwt/me", nil).Want(http.StatusOK)
	n.Clock.Move(15*time.Minute + auth.Leeway + time.Second)
	script.JSON("GET", "/api/jwt/me", nil).Want(http.StatusUnauthorized)
}

// TestLimitedTokenEndsWithItsSignIn: a demo account has no password to give, so what it issues ends when the sign-in is
// ended that issued it: by signing out, also with nothing but the refresh token, from another device, and by a sign-in
// in its place.
func TestLimitedTokenEndsWithItsSignIn(t *testing.T) {
	for name, end := range map[string]func(n *handlerstest.Node, c *handlerstest.Client){
		"signing out": func(_ *handlerstest.Node, c *handlerstest.Client) {
			c.Post("/jwt/logout", nil).Want(http.StatusSeeOther)
		},
		"by the API": func(_ *handlerstest.Node, c *handlerstest.Client) {
			c.JSON("POST", "/api/jwt/logout", nil).Want(http.StatusNoContent)
		},
		"by the refresh token": func(_ *handlerstest.Node, c *handlerstest.Client) {
			c.Post("/jwt/refresh/logout", nil).Want(http.StatusSeeOther)
		},
		"a sign-in in its place": func(_ *handlerstest.Node, c *handlerstest.Client) { c.Demo(handlerstest.ByCookie, "member") },
	} {
		t.Run(name, func(t *testing.T) {
			n := handlerstest.NewNode(t, handlerstest.Level(auth.LevelDenylist))
			demo, script := n.Client(), n.Script()
			demo.Demo(handlerstest.ByCookie, "member")
			var token handlerstest.LimitedToken
			demo.JSON("POST", "/api/jwt/tokens", map[string]any{"name": "x", "scope": "profile", "expires_in": 600}).Want(http.StatusCreated).Into(&token)
			script.Bearer = token.AccessToken
			script.JSON("GET", "/api/jwt/me", nil).Want(http.StatusOK)
			end(n, demo)
			script.JSON("GET", "/api/jwt/me", nil).Want(http.StatusUnauthorized)
		})
	}
}
