package contract_test

import (
	"crypto/rand"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/gorilla/securecookie"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// signOutContract: a copy of what the client held is refused at once, or, where a level cannot know, when
// the token expires.
func signOutContract(t *testing.T, w handlerstest.Way) {
	n, c, other, thief := signedInTwice(t, w)
	thief.WantIn(w, true, "a copy before")
	a := c.Post("/"+w.Mode+"/logout", nil)
	a.WantTo("/" + w.Mode + "/login")
	if got := a.Header.Get("Clear-Site-Data"); got != "" {
		t.Errorf("Clear-Site-Data: %s", got)
	}
	c.Bearer = ""
	for _, name := range []string{"twodoors-session", "twodoors-access", "twodoors-refresh", "twodoors-carrier"} {
		if v := c.Cookie("/jwt/refresh", name); v != "" {
			t.Errorf("still holds %s", name)
		}
	}
	c.WantIn(w, false, "signed out")
	other.WantIn(w, true, "another sign-in")
	if w.Mode == "jwt" {
		thief.Copied().Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusBadRequest)
	}
	thief.WantIn(w, !w.KnowsEnd(), "the copy")
	if !w.KnowsEnd() {
		n.Clock.Move(15*time.Minute + auth.Leeway - time.Second)
		thief.WantIn(w, true, "the copy in its last second")
		n.Clock.Move(time.Second)
		thief.WantIn(w, false, "the copy past its end")
	}
	again := c.Post("/"+w.Mode+"/logout", nil) // once more is no error
	if w.Mode == "jwt" {                       // no access token says what to end: the refresh token is asked for, where the browser sends it
		if again.Want(http.StatusTemporaryRedirect).Location() != "/jwt/refresh/logout" {
			t.Errorf("once more leads to %s", again.Location())
		}
		again = c.Post("/jwt/refresh/logout", nil)
	}
	again.WantTo("/" + w.Mode + "/login")
}

func expiryContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	c := n.SignedIn(w, "minji")
	if w.Mode == "session" {
		n.Clock.Move(30*time.Minute - time.Second)
		c.WantIn(w, true, "just before the idle limit")
		n.Clock.Move(30*time.Minute - time.Second)
		c.WantIn(w, true, "seen in between")
		n.Clock.Move(30*time.Minute + time.Minute)
		c.WantIn(w, false, "idle for 30 minutes, and one more, within which requests are not written down")

		c.SignIn(w, "minji")
		for range 24 {
			n.Clock.Move(20*time.Minute - time.Second)
			c.WantIn(w, true, "before the absolute end")
		}
		n.Clock.Move(24 * time.Second)
		c.WantIn(w, false, "after eight hours")
		return
	}
	n.Clock.Move(15*time.Minute + auth.Leeway - time.Second)
	c.WantIn(w, true, "within the leeway")
	n.Clock.Move(time.Second)
	c.WantIn(w, false, "expired")
	for range 31 { // refreshed again and again, to the absolute end
		c.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusOK)
		n.Clock.Move(15 * time.Minute)
	}
	c.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusBadRequest)
	c.Bearer = ""
	c.WantIn(w, false, "after eight hours")
}

// rememberContract: no idle limit, and an absolute end after two weeks.
func rememberContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("minji", "member")
	kept := map[string]string{"session": "twodoors-session", "jwt": "twodoors-refresh"}[w.Mode]
	if a := n.Client().SignIn(w, "minji"); a.SetCookie(kept).MaxAge != 0 {
		t.Errorf("not remembered: %v", a.SetCookie(kept))
	}
	c := n.Client()
	if a := c.SignIn(w, "minji", "remember", "on"); a.SetCookie(kept).MaxAge != 14*24*3600 {
		t.Errorf("remembered: %v", a.SetCookie(kept))
	}
	refresh := func() *handlerstest.Answer {
		return c.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json"))
	}
	n.Clock.Move(13 * 24 * time.Hour)
	if w.Mode == "jwt" {
		if a := refresh().Want(http.StatusOK); a.SetCookie(kept).MaxAge != 24*3600 {
			t.Errorf("after 13 days: %v", a.SetCookie(kept))
		}
		c.PickUp(w)
	}
	c.WantIn(w, true, "after 13 days")
	n.Clock.Move(24 * time.Hour)
	if w.Mode == "jwt" {
		refresh().Want(http.StatusBadRequest)
		return
	}
	c.WantIn(w, false, "after 14 days")
}

// renewedContract: a credential is always new, and none that a client brings along is adopted.
func renewedContract(t *testing.T, w handlerstest.Way) {
	n := w.Node(t)
	n.User("minji", "member")
	c := n.Client()
	if w.Mode == "session" {
		id := make([]byte, 32)
		rand.Read(id)
		planted, err := securecookie.EncodeMulti("twodoors-session", id, n.Keys.CookieCodecs()...)
		if err != nil {
			t.Fatal(err)
		}
		c.SetCookie("twodoors-session", planted)
		thief := c.Copied()
		c.SignIn(w, "minji")
		if c.Cookie("/", "twodoors-session") == planted {
			t.Error("a session id of the client's own was adopted")
		}
		thief.WantIn(w, false, "who planted the id")
	}
	c.SignIn(w, "minji")
	seen := map[string]bool{}
	for i := range 3 {
		for _, k := range []string{c.Cookie("/", "twodoors-session"), c.Cookie("/", "twodoors-access"), c.Cookie("/jwt/refresh", "twodoors-refresh"), c.Bearer} {
			if k != "" && seen[k] {
				t.Errorf("the credential came twice (%d)", i)
			}
			seen[k] = true
		}
		before := c.Copied()
		c.SignIn(w, "minji")
		if w.Mode == "session" {
			before.WantIn(w, false, "the session that the client came with to sign in again")
		}
	}
	if w.Mode == "session" {
		if list := c.Devices(w); len(list) != 1 {
			t.Errorf("signing in again left %s sessions", strconv.Itoa(len(list)))
		}
	}
}
