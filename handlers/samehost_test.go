package handlers_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestTwoAppsOnOneHost: a browser has one jar for all ports of a host (RFC 6265, section 8.5). Whoever is signed in at two
// apps there stays signed in at both, and signing out of one is none of the other's.
func TestTwoAppsOnOneHost(t *testing.T) {
	t.Parallel()
	browserWays := append(ways(), way{mode: "token", carrier: "cookie"}, way{mode: "cookie", carrier: "cookie"})
	for _, w := range browserWays {
		t.Run(w.String(), func(t *testing.T) {
			one, two := w.node(t), w.node(t, baseURL("http://localhost:18141"))
			one.user("minji", "member")
			two.user("yuna", "member")
			first, second := one.client(), two.client()
			second.jar = first.jar
			first.signIn(w, "minji", "remember", "on")
			second.signIn(w, "yuna", "remember", "on")
			first.wantIn(w, true, "after the second app's sign-in")
			second.wantIn(w, true, "beside the first app's")
			if w.mode == "jwt" { // the refresh cookie is each app's own too
				for _, c := range []*client{first, second} {
					c.post("/jwt/refresh", nil, asJSON).want(http.StatusOK)
					c.pickUp(w)
					c.wantIn(w, true, "refreshed")
				}
			}
			first.post("/preferences", []string{"language", "ko"}).want(http.StatusSeeOther)
			if second.get("/").page().Find("html").AttrOr("lang", "") != "en" {
				t.Error("a language chosen at one app is the other's")
			}
			first.post("/"+w.mode+"/logout", nil).want(http.StatusSeeOther)
			second.wantIn(w, true, "after signing out of the first app")
			second.post("/"+w.mode+"/logout", nil).want(http.StatusSeeOther)
			second.bearer = ""
			second.wantIn(w, false, "after signing out")
		})
	}
}

// strayPaths are paths beside the app's own under which a cookie can reach a page of the mode.
func strayPaths(w way) []string {
	return []string{"/" + w.mode, "/" + w.mode + "/member", "/" + w.mode + "/member/"}
}

// TestTwinCookies: a cookie of the same name under another path, whoever put it there, is cleared together with ours.
// One more sign-in, and the person is in: nothing goes in circles.
func TestTwinCookies(t *testing.T) {
	t.Parallel()
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}} {
		for _, path := range strayPaths(w) {
			t.Run(w.String()+path, func(t *testing.T) {
				n := w.node(t)
				c := n.signedIn(w, "minji")
				name := credentialCookie(w)
				c.jar.SetCookies(c.base, []*http.Cookie{{Name: name, Value: "x", Path: path}})
				a := c.get(w.page("/notes"))
				a.wantTo("/" + w.mode + "/login?next=%2F" + w.mode + "%2Fmember%2Fnotes")
				if c.cookie(w.page("/notes"), name) != "" {
					t.Errorf("still held: %v", a.Header["Set-Cookie"])
				}
				c.signIn(w, "minji")
				c.wantIn(w, true, "signed in anew")
			})
		}
	}
}

// TestTwinRefreshCookie: the same where the refresh token is sent, in the page of either carrier.
func TestTwinRefreshCookie(t *testing.T) {
	t.Parallel()
	for _, w := range []way{byCookie, byHeader} {
		n := w.node(t)
		c := n.signedIn(w, "minji")
		c.jar.SetCookies(c.base, []*http.Cookie{{Name: "twodoors-refresh", Value: "x", Path: "/jwt"}})
		if w.carrier == "header" {
			c.jar.SetCookies(c.base, []*http.Cookie{{Name: "twodoors-carrier", Value: "x", Path: "/"}})
		}
		c.post("/jwt/refresh", nil, asJSON).want(http.StatusBadRequest)
		if c.cookie("/jwt/refresh", "twodoors-refresh")+c.cookie("/jwt/refresh", "twodoors-carrier") != "" {
			t.Errorf("%s: still held", w)
		}
		c.signIn(w, "minji")
		c.post("/jwt/refresh", nil, asJSON).want(http.StatusOK)
		c.pickUp(w)
		c.wantIn(w, true, "signed in anew")
	}
}

// TestTwinsOfOtherCookies: what is not a credential works again as soon as it is written.
func TestTwinsOfOtherCookies(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	c := n.signedIn(way{mode: "session"}, "minji")
	c.post("/preferences", []string{"language", "ko"}).want(http.StatusSeeOther)
	c.jar.SetCookies(c.base, []*http.Cookie{{Name: "twodoors-preferences", Value: "x", Path: "/preferences"}, {Name: "twodoors-flash", Value: "x", Path: "/session"}})
	c.post("/preferences", []string{"language", "en"}).want(http.StatusSeeOther)
	c.post("/preferences", []string{"theme", "dark"}).want(http.StatusSeeOther)
	if html := c.get("/").page().Find("html"); html.AttrOr("lang", "") != "en" || html.AttrOr("data-theme", "") != "dark" {
		t.Errorf("chosen were en and dark, the page has %v", html.Nodes[0].Attr)
	}
	c.post("/session/logout", nil).want(http.StatusSeeOther)
	c.get("/session/login").want(http.StatusOK) // clears what stands in the way
	c.post("/session/logout", nil).want(http.StatusSeeOther)
	if text := c.get("/session/login").text("main"); !strings.Contains(text, "Signed out.") {
		t.Errorf("the sign-in page does not say that it was signed out: %q", text)
	}
}
