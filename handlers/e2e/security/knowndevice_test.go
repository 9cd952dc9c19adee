package security_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"twodoors/handlers/handlerstest"
)

const knownDevice = "twodoors-known"

// lockedOut makes a user whose password others have guessed until no more was tried.
func lockedOut(n *handlerstest.Node, name string) {
	n.T.Helper()
	n.User(name, "member")
	n.Client().Wrong(handlerstest.Way{Mode: "session"}, name, 50)
	n.Client().Post("/session/login", []string{"username", name, "password", handlerstest.Password}).Want(http.StatusTooManyRequests)
}

// TestKnownDevice: a browser is known for the users who signed in from it, and for nobody else.
func TestKnownDevice(t *testing.T) {
	n := handlerstest.NewNode(t)
	w := handlerstest.Way{Mode: "session"}
	n.User("minji", "member")
	c := n.Client()
	a := c.SignIn(w, "minji")
	if k := a.SetCookie(knownDevice); k == nil || !k.HttpOnly || k.MaxAge != 180*24*3600 {
		t.Fatalf("the cookie: %+v", k)
	}
	if a := c.SignIn(w, "minji"); a.SetCookie(knownDevice) != nil {
		t.Error("the cookie is set at each sign-in")
	}
	lockedOut(n, "other")
	c.Post("/session/login", []string{"username", "other", "password", handlerstest.Password}).Want(http.StatusTooManyRequests)

	thief := n.Client()
	thief.SetCookie(knownDevice, c.Cookie("/", knownDevice))
	if _, tries := thief.Wrong(w, "minji", 50); tries != 11 {
		t.Errorf("a copy of the cookie is worth %d guesses", tries)
	}
	c.Post("/session/login", []string{"username", "minji", "password", handlerstest.Password}).Want(http.StatusTooManyRequests) // by the copy
	n.Client().SignIn(w, "minji")                                                                                               // and nobody else
}

// TestKnownDeviceOfSome: one browser is known for some users at once; who was here longest ago is forgotten.
func TestKnownDeviceOfSome(t *testing.T) {
	n := handlerstest.NewNode(t)
	w := handlerstest.Way{Mode: "session"}
	c := n.Client()
	for i := range 5 {
		n.User(fmt.Sprint("user-", i), "member")
		c.SignIn(w, fmt.Sprint("user-", i))
	}
	for i := range 5 {
		name, want := fmt.Sprint("user-", i), http.StatusSeeOther
		if i == 0 {
			want = http.StatusTooManyRequests
		}
		n.Client().Wrong(w, name, 50)
		c.Copied().Post("/session/login", []string{"username", name, "password", handlerstest.Password}).Want(want)
	}
	if size := len(c.Cookie("/", knownDevice)); size > 350 {
		t.Errorf("the cookie has %d bytes", size)
	}
}

// TestKnownDeviceEnds: after half a year, by the server's clock, and where the cookie was changed.
func TestKnownDeviceEnds(t *testing.T) {
	n := handlerstest.NewNode(t)
	w := handlerstest.Way{Mode: "session"}
	c := n.SignedIn(w, "minji")
	value := c.Cookie("/", knownDevice)
	n.Clock.Move(91 * 24 * time.Hour)
	if c.Copied().SignIn(w, "minji").SetCookie(knownDevice) == nil {
		t.Error("the cookie is not renewed")
	}
	n.Client().Wrong(w, "minji", 50)
	tryWith := func(value string, want int) {
		t.Helper()
		c := n.Client()
		c.SetCookie(knownDevice, value)
		c.Post("/session/login", []string{"username", "minji", "password", handlerstest.Password}).Want(want)
	}
	tryWith(value, http.StatusSeeOther)
	tryWith(value[:len(value)-8]+"AAAAAAAA", http.StatusTooManyRequests)
	tryWith("x", http.StatusTooManyRequests)
	n.Clock.Move(90 * 24 * time.Hour)
	n.Client().Wrong(w, "minji", 50)
	tryWith(value, http.StatusTooManyRequests)
}

// TestKnownDeviceOfDemoAndScripts: neither gets the cookie, as there is no password to guess and no device.
func TestKnownDeviceOfDemoAndScripts(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	c := n.Client()
	if a := c.Demo(handlerstest.Way{Mode: "session"}, "member"); a.SetCookie(knownDevice) != nil {
		t.Error("a demo sign-in set the cookie")
	}
	for _, mode := range []string{"session", "jwt"} {
		a := n.Script().JSON("POST", "/api/"+mode+"/login", map[string]string{"username": "minji", "password": handlerstest.Password}).Want(http.StatusOK)
		if a.SetCookie(knownDevice) != nil {
			t.Errorf("the API of %s set the cookie", mode)
		}
	}
	a := n.Client().Post("/compare/login", []string{"username", "minji", "password", handlerstest.Password}).Want(http.StatusSeeOther)
	if a.SetCookie(knownDevice) == nil {
		t.Error("signing in on both doors did not")
	}
}
