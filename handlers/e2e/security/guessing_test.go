package security_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/handlers/handlerstest"
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
	n := handlerstest.NewNode(t)
	n.User("minji", models.RoleMember)
	for i := range 2100 {
		name := []string{"minji", "nobody"}[i%2]
		if code := attempt(n, name, overlong, fmt.Sprintf("198.51.100.%d:443", i%6), nil); code != http.StatusUnauthorized {
			t.Fatalf("over-long password %d: %d", i, code)
		}
	}
	known := n.Client().Post("/session/login", []string{"username", "minji", "password", overlong}).Want(http.StatusUnauthorized)
	unknown := n.Client().Post("/session/login", []string{"username", "nobody", "password", overlong}).Want(http.StatusUnauthorized)
	if a, b := known.Text("main .said"), unknown.Text("main .said"); a != b || a == "" {
		t.Errorf("a name that exists is told %q, another %q", a, b)
	}
	for _, mode := range []string{"session", "jwt", "token", "cookie"} {
		for _, name := range []string{"minji", "nobody"} {
			a := n.Script().JSON("POST", "/api/"+mode+"/login", map[string]string{"username": name, "password": overlong}).Want(http.StatusUnauthorized)
			if a.Lookups() != "auth=0, data=0" {
				t.Errorf("%s, %s: an over-long password cost %s", mode, name, a.Lookups())
			}
		}
	}
	n.Client().SignIn(handlerstest.Way{Mode: "session"}, "minji")

	// Behind a sign-in they are wrong as well, and count for nothing.
	c := n.Client()
	c.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	for range 20 {
		c.Post("/session/member/account", []string{"current", overlong, "password", "another battery staple"}).Want(http.StatusUnprocessableEntity)
	}
	c.Post("/session/member/account", []string{"current", handlerstest.Password, "password", "another battery staple"}).Want(http.StatusSeeOther)
}

// TestNoTimesBeforeSignIn: no answer to a name and a password that were not right has a time in it, so that what was
// done for a name cannot be told from the figures; the answer to the right ones has.
func TestNoTimesBeforeSignIn(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	n.User("minji", models.RoleMember)
	told := func(a *handlerstest.Answer) string { return a.Header.Get("Server-Timing") + " | " + a.Lookups() }
	for _, attempt := range []struct{ what, password string }{{"wrong", "not this one"}, {"over-long", overlong}, {"empty", ""}} {
		for _, path := range []string{"/session/login", "/jwt/login", "/token/login", "/cookie/login", "/compare/login"} {
			known := n.Client().Post(path, []string{"username", "minji", "password", attempt.password})
			unknown := n.Client().Post(path, []string{"username", "nobody", "password", attempt.password})
			if a, b := told(known), told(unknown); a != b {
				t.Errorf("%s, %s: a name that exists is told by %q, another by %q", path, attempt.what, a, b)
			}
		}
		known := n.Script().JSON("POST", "/api/jwt/login", map[string]string{"username": "minji", "password": attempt.password})
		unknown := n.Script().JSON("POST", "/api/jwt/login", map[string]string{"username": "nobody", "password": attempt.password})
		if a, b := told(known), told(unknown); a != b {
			t.Errorf("API, %s: a name that exists is told by %q, another by %q", attempt.what, a, b)
		}
		n.Clock.Move(24 * 60 * 60e9)
	}
	a := n.Client().Post("/session/login", []string{"username", "minji", "password", handlerstest.Password}).Want(http.StatusSeeOther)
	if timing := a.Header.Get("Server-Timing"); strings.Contains(timing, "total;dur=0;") {
		t.Errorf("who has signed in is told %q", timing)
	}
}

// TestFewAddressesLeaveGuessesToOthers: as many wrong passwords as forty addresses get, for as many accounts, keep
// nobody elsewhere from signing in at a new device.
func TestFewAddressesLeaveGuessesToOthers(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	n.User("minji", models.RoleMember)
	wrong := 0
	for address := range 20 {
		for guess := range 401 {
			if attempt(n, fmt.Sprintf("user%d-%d", address, guess), "wrong", fmt.Sprintf("198.51.100.%d:443", address), nil) == http.StatusUnauthorized {
				wrong++
			}
		}
	}
	if wrong != 20*400 {
		t.Errorf("twenty addresses had %d guesses", wrong)
	}
	if code := attempt(n, "minji", handlerstest.Password, "203.0.113.9:443", nil); code != http.StatusSeeOther {
		t.Errorf("a new device elsewhere: %d", code)
	}
	// One customer has many networks of IPv6.
	for network := range 50 {
		for guess := range 50 {
			attempt(n, fmt.Sprintf("six%d-%d", network, guess), "wrong", fmt.Sprintf("[2001:db8:1:%x::1]:443", network), nil)
		}
	}
	if code := attempt(n, "minji", handlerstest.Password, "203.0.113.9:443", nil); code != http.StatusSeeOther {
		t.Errorf("a new device, while a whole /48 guesses: %d", code)
	}
}

// guessAt tries wrong passwords with a known-device cookie, from an address of its own, until no more is tried.
func guessAt(n *handlerstest.Node, name, cookie, address string) (tries int) {
	for tries = 0; tries < 100; tries++ {
		r := httptest.NewRequest(http.MethodPost, n.Config.BaseURL.String()+"/session/login", strings.NewReader(fmt.Sprintf("username=%s&password=wrong+%d", name, tries)))
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
func knownCookies(n *handlerstest.Node, name string, count int) (list []string) {
	for range count {
		c := n.Client()
		c.SignIn(handlerstest.Way{Mode: "session"}, name)
		list = append(list, c.Cookie("/", knownDevice))
	}
	return list
}

// TestKnownDevicesAreFew: sixty known devices of one account have thirty guesses together, and not ten each.
func TestKnownDevicesAreFew(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	n.User("minji", models.RoleMember)
	tries := 0
	for i, cookie := range knownCookies(n, "minji", 60) {
		tries += guessAt(n, "minji", cookie, fmt.Sprintf("198.51.100.%d", i))
	}
	if tries != 30 {
		t.Errorf("sixty known devices had %d guesses", tries)
	}
}

// TestKnownDevicesAreCounted: guesses from known devices of many accounts use up what their address has.
func TestKnownDevicesAreCounted(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	tries := 0
	for i := range 40 {
		name := fmt.Sprint("user", i)
		n.User(name, models.RoleMember)
		tries += guessAt(n, name, knownCookies(n, name, 1)[0], "198.51.100.7")
	}
	if tries != 400 {
		t.Fatalf("forty known devices had %d guesses", tries)
	}
	if code := attempt(n, "somebody", "wrong", "198.51.100.7:443", nil); code != http.StatusTooManyRequests {
		t.Errorf("an unknown device at the same address: %d", code)
	}
}

// TestKnownDevicesEnd: with the password, with signing out everywhere, and with the user; the browser that changed the
// password stays known.
func TestKnownDevicesEnd(t *testing.T) {
	t.Parallel()
	const other = "another battery staple"
	for name, end := range map[string]func(n *handlerstest.Node, c *handlerstest.Client){
		"new password": func(_ *handlerstest.Node, c *handlerstest.Client) {
			c.Post("/session/member/account", []string{"current", handlerstest.Password, "password", other}).Want(http.StatusSeeOther)
		},
		"new password, by the one who runs it": func(n *handlerstest.Node, _ *handlerstest.Client) {
			hash, _ := n.Hasher.Hash(handlerstest.Background(), other)
			u, err := n.DB.UserByName(handlerstest.Background(), "minji", n.Clock.Now())
			if err == nil {
				_, err = n.DB.SetPassword(handlerstest.Background(), u.ID, hash)
			}
			if err != nil {
				t.Error(err)
			}
		},
		"signing out everywhere": func(_ *handlerstest.Node, c *handlerstest.Client) {
			c.Post("/session/member/account/sign-out-everywhere", nil).Want(http.StatusSeeOther)
		},
		"signing out everywhere by the API": func(_ *handlerstest.Node, c *handlerstest.Client) {
			c.JSON("POST", "/api/session/account/sign-out-everywhere", nil).Want(http.StatusNoContent)
		},
		"another user of the same name": func(n *handlerstest.Node, c *handlerstest.Client) {
			c.Post("/session/member/account/close", []string{"do", "delete", "confirm", handlerstest.Password}).Want(http.StatusSeeOther)
			n.Clock.Move(1e9)
			n.User("minji", models.RoleMember)
		},
	} {
		n := handlerstest.NewNode(t)
		n.User("minji", models.RoleMember)
		old := knownCookies(n, "minji", 3)
		owner := n.Client()
		owner.SignIn(handlerstest.Way{Mode: "session"}, "minji")
		end(n, owner)
		tries := 0
		for _, cookie := range old {
			tries += guessAt(n, "minji", cookie, "198.51.100.7")
		}
		if tries != 10 { // what anybody has
			t.Errorf("%s: three old known devices had %d guesses", name, tries)
		}
		if name != "new password" {
			continue
		}
		owner.Post("/session/logout", nil).Want(http.StatusSeeOther)
		owner.SignInWith(handlerstest.Way{Mode: "session"}, "minji", other)
	}
}
