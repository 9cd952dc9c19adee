package handlers_test

import (
	"crypto/rand"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/gorilla/securecookie"

	"twodoors/handlers/auth"
)

// signOutContract: a copy of what the client held is refused at once, or, where a level cannot know, when
// the token expires.
func signOutContract(t *testing.T, w way) {
	n, c, other, thief := signedInTwice(t, w)
	thief.wantIn(w, true, "a copy before")
	a := c.post("/"+w.mode+"/logout", nil)
	a.wantTo("/" + w.mode + "/login")
	if got := a.Header.Get("Clear-Site-Data"); got != "" {
		t.Errorf("Clear-Site-Data: %s", got)
	}
	c.bearer = ""
	for _, name := range []string{"twodoors-session", "twodoors-access", "twodoors-refresh", "twodoors-carrier"} {
		if v := c.cookie("/jwt/refresh", name); v != "" {
			t.Errorf("still holds %s", name)
		}
	}
	c.wantIn(w, false, "signed out")
	other.wantIn(w, true, "another sign-in")
	if w.mode == "jwt" {
		thief.copied().post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusBadRequest)
	}
	thief.wantIn(w, !w.knowsEnd(), "the copy")
	if !w.knowsEnd() {
		n.clock.move(15*time.Minute + auth.Leeway - time.Second)
		thief.wantIn(w, true, "the copy in its last second")
		n.clock.move(time.Second)
		thief.wantIn(w, false, "the copy past its end")
	}
	again := c.post("/"+w.mode+"/logout", nil) // once more is no error
	if w.mode == "jwt" {                       // no access token says what to end: the refresh token is asked for, where the browser sends it
		if again.want(http.StatusTemporaryRedirect).location() != "/jwt/refresh/logout" {
			t.Errorf("once more leads to %s", again.location())
		}
		again = c.post("/jwt/refresh/logout", nil)
	}
	again.wantTo("/" + w.mode + "/login")
}

func expiryContract(t *testing.T, w way) {
	n := w.node(t)
	c := n.signedIn(w, "minji")
	if w.mode == "session" {
		n.clock.move(30*time.Minute - time.Second)
		c.wantIn(w, true, "just before the idle limit")
		n.clock.move(30*time.Minute - time.Second)
		c.wantIn(w, true, "seen in between")
		n.clock.move(30*time.Minute + time.Minute)
		c.wantIn(w, false, "idle for 30 minutes, and one more, within which requests are not written down")

		c.signIn(w, "minji")
		for range 24 {
			n.clock.move(20*time.Minute - time.Second)
			c.wantIn(w, true, "before the absolute end")
		}
		n.clock.move(24 * time.Second)
		c.wantIn(w, false, "after eight hours")
		return
	}
	n.clock.move(15*time.Minute + auth.Leeway - time.Second)
	c.wantIn(w, true, "within the leeway")
	n.clock.move(time.Second)
	c.wantIn(w, false, "expired")
	for range 31 { // refreshed again and again, to the absolute end
		c.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusOK)
		n.clock.move(15 * time.Minute)
	}
	c.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusBadRequest)
	c.bearer = ""
	c.wantIn(w, false, "after eight hours")
}

// rememberContract: no idle limit, and an absolute end after two weeks.
func rememberContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("minji", "member")
	kept := map[string]string{"session": "twodoors-session", "jwt": "twodoors-refresh"}[w.mode]
	if a := n.client().signIn(w, "minji"); a.setCookie(kept).MaxAge != 0 {
		t.Errorf("not remembered: %v", a.setCookie(kept))
	}
	c := n.client()
	if a := c.signIn(w, "minji", "remember", "on"); a.setCookie(kept).MaxAge != 14*24*3600 {
		t.Errorf("remembered: %v", a.setCookie(kept))
	}
	refresh := func() *answer { return c.post("/jwt/refresh", nil, header("Accept", "application/json")) }
	n.clock.move(13 * 24 * time.Hour)
	if w.mode == "jwt" {
		if a := refresh().want(http.StatusOK); a.setCookie(kept).MaxAge != 24*3600 {
			t.Errorf("after 13 days: %v", a.setCookie(kept))
		}
		c.pickUp(w)
	}
	c.wantIn(w, true, "after 13 days")
	n.clock.move(24 * time.Hour)
	if w.mode == "jwt" {
		refresh().want(http.StatusBadRequest)
		return
	}
	c.wantIn(w, false, "after 14 days")
}

// renewedContract: a credential is always new, and none that a client brings along is adopted.
func renewedContract(t *testing.T, w way) {
	n := w.node(t)
	n.user("minji", "member")
	c := n.client()
	if w.mode == "session" {
		id := make([]byte, 32)
		rand.Read(id)
		planted, err := securecookie.EncodeMulti("twodoors-session", id, n.keys.CookieCodecs()...)
		if err != nil {
			t.Fatal(err)
		}
		c.setCookie("twodoors-session", planted)
		thief := c.copied()
		c.signIn(w, "minji")
		if c.cookie("/", "twodoors-session") == planted {
			t.Error("a session id of the client's own was adopted")
		}
		thief.wantIn(w, false, "who planted the id")
	}
	c.signIn(w, "minji")
	seen := map[string]bool{}
	for i := range 3 {
		for _, k := range []string{c.cookie("/", "twodoors-session"), c.cookie("/", "twodoors-access"), c.cookie("/jwt/refresh", "twodoors-refresh"), c.bearer} {
			if k != "" && seen[k] {
				t.Errorf("the credential came twice (%d)", i)
			}
			seen[k] = true
		}
		before := c.copied()
		c.signIn(w, "minji")
		if w.mode == "session" {
			before.wantIn(w, false, "the session that the client came with to sign in again")
		}
	}
	if w.mode == "session" {
		if list := c.devices(w); len(list) != 1 {
			t.Errorf("signing in again left %s sessions", strconv.Itoa(len(list)))
		}
	}
}
