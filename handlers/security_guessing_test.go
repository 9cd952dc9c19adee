package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/models"
)

// Those who guess passwords, and what they must not be able to do to others:
//
//	over-long passwords spend nobody's guesses         TestOverlongPasswords
//	  and tell no names apart, by text or by figures   TestOverlongPasswords, TestNoTimesBeforeSignIn
//	a few addresses do not spend everybody's guesses   TestFewAddressesLeaveGuessesToOthers
//	known devices are few, counted, and end with the   TestKnownDevicesAreFew, TestKnownDevicesAreCounted,
//	  password and by signing out everywhere             TestKnownDevicesEnd

// overlong is longer than any password can be.
var overlong = strings.Repeat("k", 1025)

// TestOverlongPasswords: however many are sent, by page and API, they are refused without any lookup, with the same
// answer for names that exist and names that do not, and everybody else goes on signing in.
func TestOverlongPasswords(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.user("minji", models.RoleMember)
	for i := range 2100 {
		name := []string{"minji", "nobody"}[i%2]
		if code := n.attempt(name, overlong, fmt.Sprintf("198.51.100.%d:443", i%6), nil); code != http.StatusUnauthorized {
			t.Fatalf("over-long password %d: %d", i, code)
		}
	}
	known := n.client().post("/session/login", []string{"username", "minji", "password", overlong}).want(http.StatusUnauthorized)
	unknown := n.client().post("/session/login", []string{"username", "nobody", "password", overlong}).want(http.StatusUnauthorized)
	if a, b := known.text("main .said"), unknown.text("main .said"); a != b || a == "" {
		t.Errorf("a name that exists is told %q, another %q", a, b)
	}
	for _, mode := range []string{"session", "jwt", "token", "cookie"} {
		for _, name := range []string{"minji", "nobody"} {
			a := n.script().json("POST", "/api/"+mode+"/login", map[string]string{"username": name, "password": overlong}).want(http.StatusUnauthorized)
			if a.lookups() != "auth=0, data=0" {
				t.Errorf("%s, %s: an over-long password cost %s", mode, name, a.lookups())
			}
		}
	}
	n.client().signIn(way{mode: "session"}, "minji")

	// Behind a sign-in they are wrong as well, and count for nothing.
	c := n.client()
	c.signIn(way{mode: "session"}, "minji")
	for range 20 {
		c.post("/session/member/account", []string{"current", overlong, "password", "another battery staple"}).want(http.StatusUnprocessableEntity)
	}
	c.post("/session/member/account", []string{"current", password, "password", "another battery staple"}).want(http.StatusSeeOther)
}

// TestNoTimesBeforeSignIn: no answer to a name and a password that were not right has a time in it, so that what was
// done for a name cannot be told from the figures; the answer to the right ones has.
func TestNoTimesBeforeSignIn(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.user("minji", models.RoleMember)
	told := func(a *answer) string { return a.Header.Get("Server-Timing") + " | " + a.lookups() }
	for _, attempt := range []struct{ what, password string }{{"wrong", "not this one"}, {"over-long", overlong}, {"empty", ""}} {
		for _, path := range []string{"/session/login", "/jwt/login", "/token/login", "/cookie/login", "/compare/login"} {
			known := n.client().post(path, []string{"username", "minji", "password", attempt.password})
			unknown := n.client().post(path, []string{"username", "nobody", "password", attempt.password})
			if a, b := told(known), told(unknown); a != b {
				t.Errorf("%s, %s: a name that exists is told by %q, another by %q", path, attempt.what, a, b)
			}
		}
		known := n.script().json("POST", "/api/jwt/login", map[string]string{"username": "minji", "password": attempt.password})
		unknown := n.script().json("POST", "/api/jwt/login", map[string]string{"username": "nobody", "password": attempt.password})
		if a, b := told(known), told(unknown); a != b {
			t.Errorf("API, %s: a name that exists is told by %q, another by %q", attempt.what, a, b)
		}
		n.clock.move(24 * 60 * 60e9)
	}
	a := n.client().post("/session/login", []string{"username", "minji", "password", password}).want(http.StatusSeeOther)
	if timing := a.Header.Get("Server-Timing"); strings.Contains(timing, "total;dur=0;") {
		t.Errorf("who has signed in is told %q", timing)
	}
}

// TestFewAddressesLeaveGuessesToOthers: as many wrong passwords as forty addresses get, for as many accounts, keep
// nobody elsewhere from signing in at a new device.
func TestFewAddressesLeaveGuessesToOthers(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.user("minji", models.RoleMember)
	wrong := 0
	for address := range 20 {
		for guess := range 401 {
			if n.attempt(fmt.Sprintf("user%d-%d", address, guess), "wrong", fmt.Sprintf("198.51.100.%d:443", address), nil) == http.StatusUnauthorized {
				wrong++
			}
		}
	}
	if wrong != 20*400 {
		t.Errorf("twenty addresses had %d guesses", wrong)
	}
	if code := n.attempt("minji", password, "203.0.113.9:443", nil); code != http.StatusSeeOther {
		t.Errorf("a new device elsewhere: %d", code)
	}
	// One customer has many networks of IPv6.
	for network := range 50 {
		for guess := range 50 {
			n.attempt(fmt.Sprintf("six%d-%d", network, guess), "wrong", fmt.Sprintf("[2001:db8:1:%x::1]:443", network), nil)
		}
	}
	if code := n.attempt("minji", password, "203.0.113.9:443", nil); code != http.StatusSeeOther {
		t.Errorf("a new device, while a whole /48 guesses: %d", code)
	}
}

// guessAt tries wrong passwords with a known-device cookie, from an address of its own, until no more is tried.
func (n *testNode) guessAt(name, cookie, address string) (tries int) {
	for tries = 0; tries < 100; tries++ {
		r := httptest.NewRequest(http.MethodPost, n.cfg.BaseURL.String()+"/session/login", strings.NewReader(fmt.Sprintf("username=%s&password=wrong+%d", name, tries)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: knownDevice, Value: cookie})
		r.RemoteAddr = address + ":443"
		w := httptest.NewRecorder()
		if n.ServeHTTP(w, r); w.Code != http.StatusUnauthorized {
			break
		}
	}
	return tries
}

// knownCookies are known-device cookies of many browsers, made by who knows the password.
func (n *testNode) knownCookies(name string, count int) (list []string) {
	for range count {
		c := n.client()
		c.signIn(way{mode: "session"}, name)
		list = append(list, c.cookie("/", knownDevice))
	}
	return list
}

// TestKnownDevicesAreFew: sixty known devices of one account have thirty guesses together, and not ten each.
func TestKnownDevicesAreFew(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.user("minji", models.RoleMember)
	tries := 0
	for i, cookie := range n.knownCookies("minji", 60) {
		tries += n.guessAt("minji", cookie, fmt.Sprintf("198.51.100.%d", i))
	}
	if tries != 30 {
		t.Errorf("sixty known devices had %d guesses", tries)
	}
}

// TestKnownDevicesAreCounted: guesses from known devices of many accounts use up what their address has.
func TestKnownDevicesAreCounted(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	tries := 0
	for i := range 40 {
		name := fmt.Sprint("user", i)
		n.user(name, models.RoleMember)
		tries += n.guessAt(name, n.knownCookies(name, 1)[0], "198.51.100.7")
	}
	if tries != 400 {
		t.Fatalf("forty known devices had %d guesses", tries)
	}
	if code := n.attempt("somebody", "wrong", "198.51.100.7:443", nil); code != http.StatusTooManyRequests {
		t.Errorf("an unknown device at the same address: %d", code)
	}
}

// TestKnownDevicesEnd: with the password, with signing out everywhere, and with the user; the browser that changed the
// password stays known.
func TestKnownDevicesEnd(t *testing.T) {
	t.Parallel()
	const other = "another battery staple"
	for name, end := range map[string]func(n *testNode, c *client){
		"new password": func(_ *testNode, c *client) {
			c.post("/session/member/account", []string{"current", password, "password", other}).want(http.StatusSeeOther)
		},
		"new password, by the one who runs it": func(n *testNode, _ *client) {
			hash, _ := n.hasher.Hash(background(), other)
			u, err := n.db.UserByName(background(), "minji", n.clock.Now())
			if err == nil {
				_, err = n.db.SetPassword(background(), u.ID, hash)
			}
			if err != nil {
				t.Error(err)
			}
		},
		"signing out everywhere": func(_ *testNode, c *client) {
			c.post("/session/member/account/sign-out-everywhere", nil).want(http.StatusSeeOther)
		},
		"signing out everywhere by the API": func(_ *testNode, c *client) {
			c.json("POST", "/api/session/account/sign-out-everywhere", nil).want(http.StatusNoContent)
		},
		"another user of the same name": func(n *testNode, c *client) {
			c.post("/session/member/account/close", []string{"do", "delete", "confirm", password}).want(http.StatusSeeOther)
			n.clock.move(1e9)
			n.user("minji", models.RoleMember)
		},
	} {
		n := newNode(t)
		n.user("minji", models.RoleMember)
		old := n.knownCookies("minji", 3)
		owner := n.client()
		owner.signIn(way{mode: "session"}, "minji")
		end(n, owner)
		tries := 0
		for _, cookie := range old {
			tries += n.guessAt("minji", cookie, "198.51.100.7")
		}
		if tries != 10 { // what anybody has
			t.Errorf("%s: three old known devices had %d guesses", name, tries)
		}
		if name != "new password" {
			continue
		}
		owner.post("/session/logout", nil).want(http.StatusSeeOther)
		owner.signInWith(way{mode: "session"}, "minji", other)
	}
}
