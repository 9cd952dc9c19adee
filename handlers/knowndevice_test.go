package handlers_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

const knownDevice = "twodoors-known"

// locked makes a user whose password others have guessed until no more was tried.
func (n *testNode) locked(name string) {
	n.t.Helper()
	n.user(name, "member")
	n.client().wrong(way{mode: "session"}, name, 50)
	n.client().post("/session/login", []string{"username", name, "password", password}).want(http.StatusTooManyRequests)
}

// TestKnownDevice: a browser is known for the users who signed in from it, and for nobody else.
func TestKnownDevice(t *testing.T) {
	n := newNode(t)
	w := way{mode: "session"}
	n.user("minji", "member")
	c := n.client()
	a := c.signIn(w, "minji")
	if k := a.setCookie(knownDevice); k == nil || !k.HttpOnly || k.MaxAge != 180*24*3600 {
		t.Fatalf("the cookie: %+v", k)
	}
	if a := c.signIn(w, "minji"); a.setCookie(knownDevice) != nil {
		t.Error("the cookie is set at each sign-in")
	}
	n.locked("other")
	c.post("/session/login", []string{"username", "other", "password", password}).want(http.StatusTooManyRequests)

	thief := n.client()
	thief.setCookie(knownDevice, c.cookie("/", knownDevice))
	if _, tries := thief.wrong(w, "minji", 50); tries != 11 {
		t.Errorf("a copy of the cookie is worth %d guesses", tries)
	}
	c.post("/session/login", []string{"username", "minji", "password", password}).want(http.StatusTooManyRequests) // by the copy
	n.client().signIn(w, "minji")                                                                                  // and nobody else
}

// TestKnownDeviceOfSome: one browser is known for some users at once; who was here longest ago is forgotten.
func TestKnownDeviceOfSome(t *testing.T) {
	n := newNode(t)
	w := way{mode: "session"}
	c := n.client()
	for i := range 5 {
		n.user(fmt.Sprint("user-", i), "member")
		c.signIn(w, fmt.Sprint("user-", i))
	}
	for i := range 5 {
		name, want := fmt.Sprint("user-", i), http.StatusSeeOther
		if i == 0 {
			want = http.StatusTooManyRequests
		}
		n.client().wrong(w, name, 50)
		c.copied().post("/session/login", []string{"username", name, "password", password}).want(want)
	}
	if size := len(c.cookie("/", knownDevice)); size > 350 {
		t.Errorf("the cookie has %d bytes", size)
	}
}

// TestKnownDeviceEnds: after half a year, by the server's clock, and where the cookie was changed.
func TestKnownDeviceEnds(t *testing.T) {
	n := newNode(t)
	w := way{mode: "session"}
	c := n.signedIn(w, "minji")
	value := c.cookie("/", knownDevice)
	n.clock.move(91 * 24 * time.Hour)
	if c.copied().signIn(w, "minji").setCookie(knownDevice) == nil {
		t.Error("the cookie is not renewed")
	}
	n.client().wrong(w, "minji", 50)
	tryWith := func(value string, want int) {
		t.Helper()
		c := n.client()
		c.setCookie(knownDevice, value)
		c.post("/session/login", []string{"username", "minji", "password", password}).want(want)
	}
	tryWith(value, http.StatusSeeOther)
	tryWith(value[:len(value)-8]+"AAAAAAAA", http.StatusTooManyRequests)
	tryWith("x", http.StatusTooManyRequests)
	n.clock.move(90 * 24 * time.Hour)
	n.client().wrong(w, "minji", 50)
	tryWith(value, http.StatusTooManyRequests)
}

// TestKnownDeviceOfDemoAndScripts: neither gets the cookie, as there is no password to guess and no device.
func TestKnownDeviceOfDemoAndScripts(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	c := n.client()
	if a := c.demo(way{mode: "session"}, "member"); a.setCookie(knownDevice) != nil {
		t.Error("a demo sign-in set the cookie")
	}
	for _, mode := range []string{"session", "jwt"} {
		a := n.script().json("POST", "/api/"+mode+"/login", map[string]string{"username": "minji", "password": password}).want(http.StatusOK)
		if a.setCookie(knownDevice) != nil {
			t.Errorf("the API of %s set the cookie", mode)
		}
	}
	a := n.client().post("/compare/login", []string{"username", "minji", "password", password}).want(http.StatusSeeOther)
	if a.setCookie(knownDevice) == nil {
		t.Error("signing in on both doors did not")
	}
}
