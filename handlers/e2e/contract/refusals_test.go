package contract_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/handlers/metrics"
)

// TestRefusalsAreCounted: each reason once, under the mode whose door was knocked at.
func TestRefusalsAreCounted(t *testing.T) {
	set := metrics.New("test")
	n := handlerstest.NewNode(t, handlerstest.CountedIn(set), handlerstest.Level(auth.LevelVersion))
	n.User("minji", "member")
	n.User("suho", "member")
	cookie, bySession := handlerstest.ByCookie, handlerstest.Way{Mode: "session", Carrier: "cookie"}
	jwt, session := n.Client(), n.Client()
	jwt.SignIn(cookie, "minji")
	session.SignIn(bySession, "minji")
	before := map[string]float64{}
	once := func(mode, reason string, does func()) {
		t.Helper()
		does()
		after := map[string]float64{}
		for _, s := range handlerstest.Shown(t, set) {
			if s.Name == "twodoors_refusals_total" {
				after[s.Labels["mode"]+" "+s.Labels["reason"]] = s.Value
			}
		}
		want := maps.Clone(before)
		want[mode+" "+reason]++
		if !maps.Equal(after, want) {
			t.Errorf("%s, %s: counted %v, before %v", mode, reason, after, before)
		}
		before = after
	}
	once("session", "no-credential", func() { n.Client().Get("/session/member") })
	once("jwt", "no-credential", func() { n.Client().Get("/api/jwt/me").Want(401) })
	once("jwt", "tampered", func() {
		presenting(n, cookie, handlerstest.Flip(handlerstest.Credential(jwt, cookie), len(handlerstest.Credential(jwt, cookie))-9)).Get("/api/jwt/me").Want(401)
	})
	once("jwt", "malformed", func() { presenting(n, cookie, "x.y").Get("/jwt/member") })
	once("session", "tampered", func() { presenting(n, bySession, "x").Get("/session/member") })
	once("jwt", "two-carriers", func() {
		c := jwt.Copied()
		c.Bearer = c.Cookie("/", "twodoors-access")
		c.Get("/jwt/member").Want(400)
	})
	once("jwt", "wrong-password", func() {
		n.Client().Post("/jwt/login", []string{"username", "minji", "password", "x"}).Want(401)
	})
	once("session", "wrong-password", func() {
		n.Client().JSON("POST", "/api/session/login", map[string]string{"username": "nobody", "password": "x"}).Want(401)
	})
	once("session", "wrong-password", func() {
		session.Post("/session/member/account", []string{"current", "x", "password", "another long one"}).Want(422)
	})
	once("session", "admin-only", func() { session.Get("/session/member/admin").Want(403) })
	once("none", "wrong-host", func() {
		n.Client().Get("/", func(r *http.Request) { r.Host = "elsewhere.example" }).Want(421)
	})
	once("session", "cross-origin", func() {
		session.Post("/session/logout", nil, handlerstest.Header("Sec-Fetch-Site", "cross-site"), handlerstest.Header("Origin", "https://elsewhere.example")).Want(403)
	})
	once("jwt", "no-credential", func() { n.Client().Post("/jwt/refresh", nil) })
	once("jwt", "unknown", func() {
		n.Client().JSON("POST", "/api/jwt/refresh", map[string]string{"refresh_token": strings.Repeat("A", 43)}).Want(400)
	})
	once("jwt", "no-credential", func() {
		n.Client().JSON("POST", "/api/jwt/refresh", map[string]string{}).Want(400)
	})
	once("jwt", "malformed", func() {
		n.Client().JSON("POST", "/api/jwt/refresh", map[string]string{"refresh_token": "x"}).Want(400)
	})
	var script struct {
		RefreshToken string `json:"refresh_token"`
	}
	n.Client().JSON("POST", "/api/jwt/login", map[string]string{"username": "minji", "password": handlerstest.Password}).Want(200).Into(&script)
	n.Client().JSON("POST", "/api/jwt/refresh", script).Want(200)
	n.Clock.Move(time.Minute) // beyond the grace
	once("jwt", "reused", func() { n.Client().JSON("POST", "/api/jwt/refresh", script).Want(400) })
	once("jwt", "ended", func() { n.Client().JSON("POST", "/api/jwt/refresh", script).Want(400) })
	once("jwt", "reused", func() { // a browser's, by its page's script
		thief := jwt.Copied()
		jwt.Post("/jwt/refresh?via=page", nil).Want(303)
		n.Clock.Move(time.Minute)
		thief.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(400)
		jwt.SignIn(cookie, "minji")
	})
	once("jwt", "expired", func() {
		n.Clock.Move(16 * time.Minute)
		jwt.Get("/api/jwt/me").Want(401)
	})
	once("jwt", "denied", func() {
		jwt.Post("/jwt/refresh?via=page", nil).Want(303)
		thief := jwt.Copied()
		jwt.Post("/jwt/logout", nil)
		thief.Get("/api/jwt/me").Want(401)
	})
	once("session", "unknown", func() {
		thief := session.Copied()
		session.Post("/session/logout", nil)
		thief.Get("/session/member")
	})
	for range 10 {
		n.Client().Post("/session/login", []string{"username", "suho", "password", "x"}).Want(401)
	}
	before["session wrong-password"] += 10
	once("session", "throttled", func() {
		n.Client().Post("/session/login", []string{"username", "suho", "password", "x"}).Want(429)
	})
	once("session", "throttled", func() {
		n.Client().JSON("POST", "/api/session/login", map[string]string{"username": "suho", "password": "x"}).Want(429)
	})
	if got := handlerstest.Sum(handlerstest.Shown(t, set), "twodoors_throttle_entries", "of", "accounts"); got < 1 {
		t.Errorf("%v accounts are remembered", got)
	}
	checkLabels(t, n, set)
}

// TestRefusedHalfwayIsCounted: whose sign-in is ended while they change their password is refused as well, wherever in
// the change that is found out.
func TestRefusedHalfwayIsCounted(t *testing.T) {
	set := metrics.New("test")
	n := handlerstest.NewNode(t, handlerstest.CountedIn(set))
	refused := func() float64 {
		return handlerstest.Sum(handlerstest.Shown(t, set), "twodoors_refusals_total", "mode", "jwt")
	}
	found := 0
	for at := int64(1); at < handlerstest.MostStatements; at++ {
		name := fmt.Sprint("user", at)
		n.User(name, "member")
		owner, other := n.Client(), n.Client()
		owner.SignIn(handlerstest.ByCookie, name)
		other.SignIn(handlerstest.Way{Mode: "session"}, name)
		meanwhile, i := handlerstest.Interrupting(t, at, func() { other.Post("/session/member/devices/revoke-others", nil) })
		before := refused()
		a := owner.Post("/jwt/member/account", []string{"current", handlerstest.Password, "password", handlerstest.NewPassword}, meanwhile).Want(http.StatusSeeOther)
		if i.Asked.Load() < at {
			break
		}
		if strings.HasPrefix(a.Header.Get("Location"), "/jwt/login") {
			found++
			if got := refused() - before; got != 1 {
				t.Errorf("ended before statement %d: %v refusals were counted", at, got)
			}
		}
	}
	if found == 0 {
		t.Error("nobody was refused halfway")
	}
}
