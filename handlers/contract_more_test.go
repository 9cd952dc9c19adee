package handlers_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/models"
)

// TestContractOfMoreDoors runs the suite over the opaque token and the signed cookie. What they lack is tried
// by TestAbilities; where their answer to the same question is another, they have a test of their own below.
func TestContractOfMoreDoors(t *testing.T) {
	suite := []struct {
		name string
		run  func(*testing.T, way)
	}{
		{"pages", pagesContract}, {"api", apiContract}, {"script", scriptContract}, {"notes", notesContract},
		{"wrong password", wrongPasswordContract}, {"next", nextContract}, {"password faults", passwordFaults},
		{"admin", adminContract}, {"demoted", demotedContract}, {"deactivated", deactivatedContract}, {"last admin", lastAdminContract},
		{"teams", teamsContract},
		{"password", morePasswordContract}, {"devices", moreDevicesContract}, {"end others", moreEndOthersContract},
		{"sign-out", moreSignOutContract}, {"limits", moreLimitsContract}, {"two credentials", twoCredentialsContract},
	}
	for _, w := range moreWays() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			for _, c := range suite {
				t.Run(c.name, func(t *testing.T) { c.run(t, w) })
			}
		})
	}
}

// morePasswordContract: changing the password replaces the token, and cannot reach a signed cookie.
func morePasswordContract(t *testing.T, w way) {
	for _, byAPI := range []bool{false, true} {
		n, c, other, thief := signedInTwice(t, w)
		session := n.client()
		session.signIn(way{mode: "session"}, "minji")
		if byAPI {
			var given struct{ Token string }
			a := c.json("PUT", w.api("/password"), map[string]string{"current": password, "password": newPassword})
			if w.carrier == "header" {
				a.want(http.StatusOK).into(&given)
				c.bearer = given.Token
			} else {
				a.want(http.StatusNoContent)
			}
		} else {
			a := c.post(w.page("/account"), []string{"current", password, "password", newPassword})
			a.wantTo(w.page("/account"))
			if w.carrier == "header" { // a page has nowhere to put a script's new token
				c.bearer = ""
				c.signInWith(w, "minji", newPassword)
			}
		}
		c.wantIn(w, true, "the sign-in that changed the password")
		thief.wantIn(w, w.mode == "cookie", "a copy of the old credential")
		other.wantIn(w, w.mode == "cookie", "another sign-in")
		session.wantIn(way{mode: "session"}, false, "a session of the same user")
		if w.mode == "cookie" {
			n.clock.move(8 * time.Hour)
			thief.wantIn(w, false, "the copy at its date")
		}
	}
	// The other way round: from the session's door the token ends, too.
	n := w.node(t)
	n.user("minji", "member")
	c, session := n.client(), n.client()
	c.signIn(w, "minji")
	session.signIn(way{mode: "session"}, "minji")
	session.post("/session/member/account", []string{"current", password, "password", newPassword}).wantTo("/session/member/account")
	c.wantIn(w, w.mode == "cookie", "when the password was changed by the session")
}

// moreDevicesContract: the token is one device for all; of signed cookies none but the asking one is known.
func moreDevicesContract(t *testing.T, w way) {
	n := w.node(t)
	u := n.user("minji", "member")
	c, again, session := n.client(), n.client(), n.client()
	c.signIn(w, "minji")
	again.signIn(w, "minji")
	session.signIn(way{mode: "session"}, "minji")
	list := c.devices(w)
	if len(list) != 2 {
		t.Fatalf("devices: %+v", list)
	}
	for _, d := range list {
		if d.Current != (d.Mode == w.mode) || d.Mode == "token" && !d.LastSeen.IsZero() {
			t.Errorf("listed %+v", d)
		}
	}
	if rows := c.get(w.page("/devices")).want(http.StatusOK).page().Find("ul.rows > li").Length(); rows != 2 {
		t.Errorf("%d devices on the page", rows)
	}
	seen := session.devices(way{mode: "session"})
	own := others(seen, w.mode)
	if w.mode == "cookie" {
		if len(own) != 0 {
			t.Errorf("the server knows a signed cookie: %+v", own)
		}
		id := strconv.FormatInt(currentOf(c.devices(w)).ID, 10)
		session.post("/session/member/devices/"+id+"/revoke", nil).want(http.StatusNotFound)
		c.json("DELETE", w.api("/devices/"+id), nil).want(http.StatusNoContent)
		c.wantIn(w, false, "the client that asked to be forgotten")
		again.wantIn(w, true, "the other cookie")
		return
	}
	stranger := n.client()
	n.user("other", "member")
	stranger.signIn(w, "other")
	id := strconv.FormatInt(own[0].ID, 10)
	stranger.json("DELETE", w.api("/devices/"+id), nil).want(http.StatusNotFound)
	c.wantIn(w, true, "after a stranger tried")
	session.post("/session/member/devices/"+id+"/revoke", nil).wantTo("/session/member/devices")
	for _, client := range []*client{c, again} {
		client.wantIn(w, false, "the token was revoked")
	}
	if left := others(session.devices(way{mode: "session"}), "token"); len(left) != 0 {
		t.Errorf("a revoked token is listed: %+v", left)
	}
	stranger.wantIn(w, true, "another user")
	again.bearer = ""
	again.signIn(w, "minji")
	c.wantIn(w, false, "the old token, after a new one was given out")
	if row, err := n.db.TokenOfUser(background(), u.ID); err != nil || row.Version <= 1 {
		t.Errorf("version %d, %v", row.Version, err)
	}
}

func currentOf(list []device) device {
	for _, d := range list {
		if d.Current {
			return d
		}
	}
	return device{}
}

// moreEndOthersContract: ending the others replaces the token, and leaves cookies alone.
func moreEndOthersContract(t *testing.T, w way) {
	for _, byAPI := range []bool{false, true} {
		n, c, other, _ := signedInTwice(t, w)
		session := n.client()
		session.signIn(way{mode: "session"}, "minji")
		switch {
		case byAPI && w.carrier == "header":
			var given struct {
				Token     string
				TokenType string `json:"token_type"`
			}
			c.json("DELETE", w.api("/devices"), nil).want(http.StatusOK).into(&given)
			if given.Token == c.bearer || given.TokenType != "Token" {
				t.Errorf("given %+v", given)
			}
			c.bearer = given.Token
		case byAPI:
			c.json("DELETE", w.api("/devices"), nil).want(http.StatusNoContent)
		case w.carrier == "header":
			continue // a page has nowhere to put a script's new token
		default:
			c.post(w.page("/devices/revoke-others"), nil).wantTo(w.page("/devices"))
			if said := c.get(w.page("/devices")).text("main .said"); said == "" {
				t.Error("the page does not say what happened")
			}
		}
		c.wantIn(w, true, "who ended the others")
		other.wantIn(w, !w.endsOthers(), "another sign-in through the same door")
		session.wantIn(way{mode: "session"}, false, "a session")
	}
}

// moreSignOutContract: signing out is forgetting; a copy goes on, and the page says so.
func moreSignOutContract(t *testing.T, w way) {
	n, c, other, thief := signedInTwice(t, w)
	c.post("/"+w.mode+"/logout", nil).wantTo("/" + w.mode + "/login")
	c.bearer = ""
	if said := c.get("/" + w.mode + "/login").text("main .said"); said == "" {
		t.Error("the page does not say what signing out did")
	}
	c.wantIn(w, false, "signed out")
	other.wantIn(w, true, "another sign-in")
	thief.wantIn(w, true, "a copy")
	n.client().post("/"+w.mode+"/logout", nil).wantTo("/" + w.mode + "/login")
}

// moreLimitsContract: each end of a credential, to the second, on our clock; a header's token has none.
func moreLimitsContract(t *testing.T, w way) {
	const twoWeeks = 14 * 24 * time.Hour
	for _, remember := range []bool{false, true} {
		n := w.node(t)
		n.user("minji", "member")
		c := n.client()
		var fields []string
		life := twoWeeks
		if remember {
			fields = []string{"remember", "on"}
		} else if w.mode == "cookie" {
			life = 8 * time.Hour
		}
		a := c.signIn(w, "minji", fields...)
		if k := a.setCookie(contentOf(w)); (k.MaxAge == int(life.Seconds())) != remember || !remember && k.MaxAge != 0 {
			t.Errorf("remembered %v: %v", remember, k)
		}
		// The jar follows the real clock, the app its own: what is tried is the app.
		n.clock.move(life - time.Second)
		c.wantIn(w, true, "in the last second")
		n.clock.move(time.Second)
		c.wantIn(w, w.carrier == "header", "at the end")
		if w.carrier == "header" {
			n.clock.move(1000 * 24 * time.Hour)
			c.wantIn(w, true, "years later")
		}
	}
}

func contentOf(w way) string {
	if w.mode == "cookie" {
		return "twodoors-content"
	}
	return "twodoors-token"
}

// twoCredentialsContract: a cookie and a header at once are nobody's choice; a cookie that came twice is nobody's.
func twoCredentialsContract(t *testing.T, w way) {
	if w.carrier == "header" {
		return
	}
	n := w.node(t)
	c := n.signedIn(w, "minji")
	if w.mode == "token" {
		for _, header0 := range []string{"Token abc", "Bearer abc", "Basic abc", "Token"} {
			c.get(w.page(""), header("Authorization", header0)).want(http.StatusBadRequest)
			c.json("GET", w.api("/me"), nil, header("Authorization", header0)).want(http.StatusBadRequest)
		}
	}
	twice := contentOf(w) + "=" + c.cookie("/", contentOf(w)) + "; " + contentOf(w) + "=other"
	n.client().get(w.page(""), header("Cookie", twice)).want(http.StatusSeeOther)
}

// TestCookieTooLarge: a session that no browser would keep is a page that says so, and nobody is signed in.
func TestCookieTooLarge(t *testing.T) {
	n := newNode(t, noDemo())
	u := n.user("minji", "member")
	c := n.client()
	c.post("/cookie/login", []string{"username", "minji", "password", password}).wantTo("/cookie/member")
	shown := c.get("/cookie/member").want(http.StatusOK).text("[data-band=state]")
	if !strings.Contains(shown, "at most 4,096 B") {
		t.Errorf("the page does not say what a cookie holds: %q", shown)
	}
	var fault *auth.TooLarge
	_, err := signInAs(t, n, models.User{ID: u.ID, Name: strings.Repeat("n", 3000), Role: "member"})
	if !errors.As(err, &fault) {
		t.Fatalf("a name of 3,000 characters: %v", err)
	}
}

// signInAs signs a user in by the signed cookie, below the routes.
func signInAs(t *testing.T, n *testNode, u models.User) (*httptest.ResponseRecorder, error) {
	t.Helper()
	m, err := auth.NewCookie(n.db, n.keys, auth.Cookies{}, auth.CookieLimits{Max: time.Hour, Remember: time.Hour}, false, n.clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	_, err = m.SignIn(w, httptest.NewRequest(http.MethodPost, "/", nil), u, auth.SignIn{})
	return w, err
}

// TestEncryptedCookie: with the setting the holder reads nothing, and the page says so.
func TestEncryptedCookie(t *testing.T) {
	n := newNode(t, with(func(c *handlers.Config) { c.CookieEncrypt = true }))
	n.user("minji", "member")
	c := n.client()
	w := way{mode: "cookie", carrier: "cookie"}
	c.signIn(w, "minji")
	a := c.get("/cookie/member").want(http.StatusOK)
	if a.page().Find("[data-band=sent] .claims").Length() != 0 || !strings.Contains(a.text("[data-band=sent]"), "signed and encrypted") {
		t.Errorf("shown as %q", a.text("[data-band=sent]"))
	}
	plain := newNode(t, beside(n), with(func(c *handlers.Config) { c.CookieEncrypt = false }))
	other := plain.client()
	other.setCookie("twodoors-content", c.cookie("/", "twodoors-content"))
	other.wantIn(w, false, "an encrypted cookie where none is expected")
	other.signIn(w, "minji")
	if got := other.get("/cookie/member").text("[data-band=sent] .claims"); !strings.Contains(got, "minji") {
		t.Errorf("signed alone, it reads %q", got)
	}
}
