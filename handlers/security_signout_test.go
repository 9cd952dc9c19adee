package handlers_test

// Rules of signing out where the access token does not help, of clocks that differ, and of the challenge in a 401:
//
//	the refresh token ends its sign-in where the access token cannot be read   TestSignOutByRefreshToken
//	where nothing was ended, the answer says so                                 TestSignOutThatEndsNothing
//	a credential that is not valid yet is renewed or kept, never deleted        TestClockGoesBack
//	every 401 says how to authenticate (RFC 9110, 15.5.2)                       TestChallenges

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// unreadable are access tokens that do not say whose sign-in to end; "" is none.
func unreadable(token string) map[string]string {
	parts := strings.Split(token, ".")
	return map[string]string{
		"missing":         "",
		"tampered":        parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])),
		"of no known key": "eyJhbGciOiJFZERTQSIsImtpZCI6InVua25vd24iLCJ0eXAiOiJhdCtqd3QifQ." + parts[1] + "." + parts[2],
		"malformed":       "x",
	}
}

// TestSignOutByRefreshToken: an access token that cannot be read does not leave the sign-in alive behind a page that
// says "signed out".
func TestSignOutByRefreshToken(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	for _, w := range []way{byCookie, byHeader} {
		c := n.client()
		c.signIn(w, "minji")
		for what := range unreadable(credential(c, w)) {
			c := n.client()
			c.signIn(w, "minji")
			copied := c.copied()
			token := unreadable(credential(c, w))[what]
			c.dropCookie("twodoors-access")
			c.bearer = ""
			if token != "" && w == byCookie {
				c.setCookie("twodoors-access", token)
			} else {
				c.bearer = token
			}
			c.follows = true
			said := c.post("/jwt/logout", nil).want(http.StatusOK).text("main")
			if !strings.Contains(said, "The refresh token is ended") {
				t.Errorf("%s, %s: the page says %q", w, what, said)
			}
			copied.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusBadRequest)
			if c.cookie("/jwt/refresh", "twodoors-refresh") != "" || c.cookie("/", "twodoors-access") != "" {
				t.Errorf("%s, %s: the browser keeps its tokens", w, what)
			}
		}
	}
	for what := range unreadable("a.b.c") {
		c := n.script()
		tokens := c.apiSignIn(byHeader, "minji")
		c.bearer = unreadable(tokens.AccessToken)[what]
		body := map[string]string{"refresh_token": tokens.RefreshToken}
		c.json("POST", "/api/jwt/logout", body).want(http.StatusNoContent)
		c.json("POST", "/api/jwt/refresh", body).want(http.StatusBadRequest)
	}
}

// TestSignOutThatEndsNothing: what cannot be read ends nothing, and nobody is told otherwise.
func TestSignOutThatEndsNothing(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	for _, w := range []way{byCookie, {mode: "session", carrier: "cookie"}} {
		c := n.client()
		c.signIn(w, "minji")
		keeps := c.copied()
		name, value := credentialCookie(w), credential(c, w)
		c.setCookie(name, value[:len(value)-8]+strings.Repeat("A", 8))
		c.dropCookie("twodoors-refresh")
		keeps.wantIn(w, true, "before")
		a := c.json("POST", w.api("/logout"), nil).want(http.StatusUnauthorized)
		if a.Header.Get("WWW-Authenticate") == "" || !strings.Contains(a.Body, "Nothing was ended") {
			t.Errorf("%s: the API says %s", w, a.Body)
		}
		c.setCookie(name, value[:len(value)-8]+strings.Repeat("A", 8))
		c.follows = true
		if said := c.post("/"+w.mode+"/logout", nil).want(http.StatusOK).text("main"); !strings.Contains(said, "no sign-in was ended") {
			t.Errorf("%s: the page says %q", w, said)
		}
		keeps.wantIn(w, true, "after a sign-out that ended nothing")
	}
	script := n.script()
	script.json("POST", "/api/jwt/logout", map[string]string{"refresh_token": strings.Repeat("A", 43)}).want(http.StatusBadRequest)
	for _, w := range append(ways(), moreWays()...) { // nothing came, so there was nothing to end
		script.json("POST", w.api("/logout"), nil).want(http.StatusNoContent)
		c := n.client()
		c.follows = true
		if said := c.post("/"+w.mode+"/logout", nil).want(http.StatusOK).text("main"); !strings.Contains(said, "Signed out") {
			t.Errorf("%s: %q", w, said)
		}
	}
}

// TestClockGoesBack: a server whose clock is set back, or a node behind the one that issued a credential, refuses it
// only until the clocks agree.
func TestClockGoesBack(t *testing.T) {
	for _, w := range append([]way{byCookie, {mode: "session", carrier: "cookie"}}, moreWays()...) {
		n := newNode(t)
		n.user("minji", "member")
		c := n.client()
		c.signIn(w, "minji")
		n.clock.move(-6 * time.Second)
		a := c.get(w.page(""))
		for _, cookie := range a.Header.Values("Set-Cookie") {
			if strings.Contains(cookie, "Max-Age=0") {
				t.Errorf("%s: deletes %s", w, cookie)
			}
		}
		c.json("GET", w.api("/me"), nil)
		if w == byCookie {
			if !strings.HasPrefix(a.location(), "/jwt/refresh") {
				t.Errorf("led to %q", a.location())
			}
			c.post("/jwt/refresh?via=page&next=/jwt/member", nil).wantTo("/jwt/member")
			c.get("/jwt/member").want(http.StatusOK)
			continue
		}
		n.clock.move(6 * time.Second)
		c.wantIn(w, true, "once the clock is right")
	}
	n := newNode(t)
	n.user("minji", "member")
	c := n.client()
	c.signIn(byCookie, "minji")
	copied := c.copied()
	n.clock.move(-6 * time.Second)
	c.post("/jwt/logout", nil).wantTo("/jwt/login") // the token still says whose sign-in it is
	copied.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusBadRequest)
}

func TestChallenges(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	schemes := map[string]string{"session": "Session", "jwt": "Bearer", "token": "Token", "cookie": "SignedCookie"}
	for mode, scheme := range schemes {
		c := n.script()
		wrong := map[string]string{"username": "minji", "password": "not this one"}
		form := []string{"username", "minji", "password", "not this one"}
		for what, a := range map[string]*answer{
			"no credential":    c.json("GET", "/api/"+mode+"/me", nil),
			"a bad credential": c.json("GET", "/api/"+mode+"/me", nil, header("Cookie", credentialCookie(way{mode: mode, carrier: "cookie"})+"=x")),
			"wrong password":   c.json("POST", "/api/"+mode+"/login", wrong),
			"by the form":      c.post("/"+mode+"/login", form),
		} {
			a.want(http.StatusUnauthorized)
			if got := a.Header.Get("WWW-Authenticate"); got != scheme && !strings.HasPrefix(got, scheme+" ") {
				t.Errorf("%s, %s: challenge %q, want the scheme %s", mode, what, got, scheme)
			}
		}
	}
	if a := n.client().post("/compare/login", []string{"username", "minji", "password", "not this one"}).want(http.StatusUnauthorized); len(a.Header.Values("WWW-Authenticate")) != 2 {
		t.Errorf("compare: %q", a.Header.Values("WWW-Authenticate"))
	}
}
