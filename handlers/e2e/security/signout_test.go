package security_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/handlerstest"
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
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	for _, w := range []handlerstest.Way{handlerstest.ByCookie, handlerstest.ByHeader} {
		c := n.Client()
		c.SignIn(w, "minji")
		for what := range unreadable(handlerstest.Credential(c, w)) {
			c := n.Client()
			c.SignIn(w, "minji")
			copied := c.Copied()
			token := unreadable(handlerstest.Credential(c, w))[what]
			c.DropCookie("twodoors-access")
			c.Bearer = ""
			if token != "" && w == handlerstest.ByCookie {
				c.SetCookie("twodoors-access", token)
			} else {
				c.Bearer = token
			}
			c.Follows = true
			said := c.Post("/jwt/logout", nil).Want(http.StatusOK).Text("main")
			if !strings.Contains(said, "The refresh token is ended") {
				t.Errorf("%s, %s: the page says %q", w, what, said)
			}
			copied.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusBadRequest)
			if c.Cookie("/jwt/refresh", "twodoors-refresh") != "" || c.Cookie("/", "twodoors-access") != "" {
				t.Errorf("%s, %s: the browser keeps its tokens", w, what)
			}
		}
	}
	for what := range unreadable("a.b.c") {
		c := n.Script()
		tokens := c.APISignIn(handlerstest.ByHeader, "minji")
		c.Bearer = unreadable(tokens.AccessToken)[what]
		body := map[string]string{"refresh_token": tokens.RefreshToken}
		c.JSON("POST", "/api/jwt/logout", body).Want(http.StatusNoContent)
		c.JSON("POST", "/api/jwt/refresh", body).Want(http.StatusBadRequest)
	}
}

// TestSignOutThatEndsNothing: what cannot be read ends nothing, and nobody is told otherwise.
func TestSignOutThatEndsNothing(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	for _, w := range []handlerstest.Way{handlerstest.ByCookie, {Mode: "session", Carrier: "cookie"}} {
		c := n.Client()
		c.SignIn(w, "minji")
		keeps := c.Copied()
		name, value := handlerstest.CredentialCookie(w), handlerstest.Credential(c, w)
		c.SetCookie(name, value[:len(value)-8]+strings.Repeat("A", 8))
		c.DropCookie("twodoors-refresh")
		keeps.WantIn(w, true, "before")
		a := c.JSON("POST", w.API("/logout"), nil).Want(http.StatusUnauthorized)
		if a.Header.Get("WWW-Authenticate") == "" || !strings.Contains(a.Body, "Nothing was ended") {
			t.Errorf("%s: the API says %s", w, a.Body)
		}
		c.SetCookie(name, value[:len(value)-8]+strings.Repeat("A", 8))
		c.Follows = true
		if said := c.Post("/"+w.Mode+"/logout", nil).Want(http.StatusOK).Text("main"); !strings.Contains(said, "no sign-in was ended") {
			t.Errorf("%s: the page says %q", w, said)
		}
		keeps.WantIn(w, true, "after a sign-out that ended nothing")
	}
	script := n.Script()
	script.JSON("POST", "/api/jwt/logout", map[string]string{"refresh_token": strings.Repeat("A", 43)}).Want(http.StatusBadRequest)
	for _, w := range append(handlerstest.Ways(), handlerstest.MoreWays()...) { // nothing came, so there was nothing to end
		script.JSON("POST", w.API("/logout"), nil).Want(http.StatusNoContent)
		c := n.Client()
		c.Follows = true
		if said := c.Post("/"+w.Mode+"/logout", nil).Want(http.StatusOK).Text("main"); !strings.Contains(said, "Signed out") {
			t.Errorf("%s: %q", w, said)
		}
	}
}

// TestClockGoesBack: a server whose clock is set back, or a node behind the one that issued a credential, refuses it
// only until the clocks agree.
func TestClockGoesBack(t *testing.T) {
	for _, w := range append([]handlerstest.Way{handlerstest.ByCookie, {Mode: "session", Carrier: "cookie"}}, handlerstest.MoreWays()...) {
		n := handlerstest.NewNode(t)
		n.User("minji", "member")
		c := n.Client()
		c.SignIn(w, "minji")
		n.Clock.Move(-6 * time.Second)
		a := c.Get(w.Page(""))
		for _, cookie := range a.Header.Values("Set-Cookie") {
			if strings.Contains(cookie, "Max-Age=0") {
				t.Errorf("%s: deletes %s", w, cookie)
			}
		}
		c.JSON("GET", w.API("/me"), nil)
		if w == handlerstest.ByCookie {
			if !strings.HasPrefix(a.Location(), "/jwt/refresh") {
				t.Errorf("led to %q", a.Location())
			}
			c.Post("/jwt/refresh?via=page&next=/jwt/member", nil).WantTo("/jwt/member")
			c.Get("/jwt/member").Want(http.StatusOK)
			continue
		}
		n.Clock.Move(6 * time.Second)
		c.WantIn(w, true, "once the clock is right")
	}
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	c := n.Client()
	c.SignIn(handlerstest.ByCookie, "minji")
	copied := c.Copied()
	n.Clock.Move(-6 * time.Second)
	c.Post("/jwt/logout", nil).WantTo("/jwt/login") // the token still says whose sign-in it is
	copied.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusBadRequest)
}

func TestChallenges(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	schemes := map[string]string{"session": "Session", "jwt": "Bearer", "token": "Token", "cookie": "SignedCookie"}
	for mode, scheme := range schemes {
		c := n.Script()
		wrong := map[string]string{"username": "minji", "password": "not this one"}
		form := []string{"username", "minji", "password", "not this one"}
		for what, a := range map[string]*handlerstest.Answer{
			"no credential":    c.JSON("GET", "/api/"+mode+"/me", nil),
			"a bad credential": c.JSON("GET", "/api/"+mode+"/me", nil, handlerstest.Header("Cookie", handlerstest.CredentialCookie(handlerstest.Way{Mode: mode, Carrier: "cookie"})+"=x")),
			"wrong password":   c.JSON("POST", "/api/"+mode+"/login", wrong),
			"by the form":      c.Post("/"+mode+"/login", form),
		} {
			a.Want(http.StatusUnauthorized)
			if got := a.Header.Get("WWW-Authenticate"); got != scheme && !strings.HasPrefix(got, scheme+" ") {
				t.Errorf("%s, %s: challenge %q, want the scheme %s", mode, what, got, scheme)
			}
		}
	}
	if a := n.Client().Post("/compare/login", []string{"username", "minji", "password", "not this one"}).Want(http.StatusUnauthorized); len(a.Header.Values("WWW-Authenticate")) != 2 {
		t.Errorf("compare: %q", a.Header.Values("WWW-Authenticate"))
	}
}
