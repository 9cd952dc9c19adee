package security_test

import (
	"net/http"
	"strings"
	"testing"

	"twodoors/handlers/handlerstest"
)

// TestTwoAppsOnOneHost: a browser has one jar for all ports of a host (RFC 6265, section 8.5). Whoever is signed in at two
// apps there stays signed in at both, and signing out of one is none of the other's.
func TestTwoAppsOnOneHost(t *testing.T) {
	t.Parallel()
	browserWays := append(handlerstest.Ways(), handlerstest.Way{Mode: "token", Carrier: "cookie"}, handlerstest.Way{Mode: "cookie", Carrier: "cookie"})
	for _, w := range browserWays {
		t.Run(w.String(), func(t *testing.T) {
			one, two := w.Node(t), w.Node(t, handlerstest.BaseURL("http://localhost:18141"))
			one.User("minji", "member")
			two.User("yuna", "member")
			first, second := one.Client(), two.Client()
			second.Jar = first.Jar
			first.SignIn(w, "minji", "remember", "on")
			second.SignIn(w, "yuna", "remember", "on")
			first.WantIn(w, true, "after the second app's sign-in")
			second.WantIn(w, true, "beside the first app's")
			if w.Mode == "jwt" { // the refresh cookie is each app's own too
				for _, c := range []*handlerstest.Client{first, second} {
					c.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusOK)
					c.PickUp(w)
					c.WantIn(w, true, "refreshed")
				}
			}
			first.Post("/preferences", []string{"language", "ko"}).Want(http.StatusSeeOther)
			if second.Get("/").Page().Find("html").AttrOr("lang", "") != "en" {
				t.Error("a language chosen at one app is the other's")
			}
			first.Post("/"+w.Mode+"/logout", nil).Want(http.StatusSeeOther)
			second.WantIn(w, true, "after signing out of the first app")
			second.Post("/"+w.Mode+"/logout", nil).Want(http.StatusSeeOther)
			second.Bearer = ""
			second.WantIn(w, false, "after signing out")
		})
	}
}

// strayPaths are paths beside the app's own under which a cookie can reach a page of the mode.
func strayPaths(w handlerstest.Way) []string {
	return []string{"/" + w.Mode, "/" + w.Mode + "/member", "/" + w.Mode + "/member/"}
}

// TestTwinCookies: a cookie of the same name under another path, whoever put it there, is cleared together with ours.
// One more sign-in, and the person is in: nothing goes in circles.
func TestTwinCookies(t *testing.T) {
	t.Parallel()
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}} {
		for _, path := range strayPaths(w) {
			t.Run(w.String()+path, func(t *testing.T) {
				n := w.Node(t)
				c := n.SignedIn(w, "minji")
				name := handlerstest.CredentialCookie(w)
				c.Jar.SetCookies(c.Base, []*http.Cookie{{Name: name, Value: "x", Path: path}})
				a := c.Get(w.Page("/notes"))
				a.WantTo("/" + w.Mode + "/login?next=%2F" + w.Mode + "%2Fmember%2Fnotes")
				if c.Cookie(w.Page("/notes"), name) != "" {
					t.Errorf("still held: %v", a.Header["Set-Cookie"])
				}
				c.SignIn(w, "minji")
				c.WantIn(w, true, "signed in anew")
			})
		}
	}
}

// TestTwinRefreshCookie: the same where the refresh token is sent, in the page of either carrier.
func TestTwinRefreshCookie(t *testing.T) {
	t.Parallel()
	for _, w := range []handlerstest.Way{handlerstest.ByCookie, handlerstest.ByHeader} {
		n := w.Node(t)
		c := n.SignedIn(w, "minji")
		c.Jar.SetCookies(c.Base, []*http.Cookie{{Name: "twodoors-refresh", Value: "x", Path: "/jwt"}})
		if w.Carrier == "header" {
			c.Jar.SetCookies(c.Base, []*http.Cookie{{Name: "twodoors-carrier", Value: "x", Path: "/"}})
		}
		c.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusBadRequest)
		if c.Cookie("/jwt/refresh", "twodoors-refresh")+c.Cookie("/jwt/refresh", "twodoors-carrier") != "" {
			t.Errorf("%s: still held", w)
		}
		c.SignIn(w, "minji")
		c.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusOK)
		c.PickUp(w)
		c.WantIn(w, true, "signed in anew")
	}
}

// TestTwinsOfOtherCookies: what is not a credential works again as soon as it is written.
func TestTwinsOfOtherCookies(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	c := n.SignedIn(handlerstest.Way{Mode: "session"}, "minji")
	c.Post("/preferences", []string{"language", "ko"}).Want(http.StatusSeeOther)
	c.Jar.SetCookies(c.Base, []*http.Cookie{{Name: "twodoors-preferences", Value: "x", Path: "/preferences"}, {Name: "twodoors-flash", Value: "x", Path: "/session"}})
	c.Post("/preferences", []string{"language", "en"}).Want(http.StatusSeeOther)
	c.Post("/preferences", []string{"theme", "dark"}).Want(http.StatusSeeOther)
	if html := c.Get("/").Page().Find("html"); html.AttrOr("lang", "") != "en" || html.AttrOr("data-theme", "") != "dark" {
		t.Errorf("chosen were en and dark, the page has %v", html.Nodes[0].Attr)
	}
	c.Post("/session/logout", nil).Want(http.StatusSeeOther)
	c.Get("/session/login").Want(http.StatusOK) // clears what stands in the way
	c.Post("/session/logout", nil).Want(http.StatusSeeOther)
	if text := c.Get("/session/login").Text("main"); !strings.Contains(text, "Signed out.") {
		t.Errorf("the sign-in page does not say that it was signed out: %q", text)
	}
}
