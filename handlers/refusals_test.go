package handlers_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/metrics"
)

// TestRefusalsAreCounted: each reason once, under the mode whose door was knocked at.
func TestRefusalsAreCounted(t *testing.T) {
	set := metrics.New("test")
	n := newNode(t, countedIn(set), level(auth.LevelVersion))
	n.user("minji", "member")
	n.user("suho", "member")
	cookie, bySession := byCookie, way{mode: "session", carrier: "cookie"}
	jwt, session := n.client(), n.client()
	jwt.signIn(cookie, "minji")
	session.signIn(bySession, "minji")
	before := map[string]float64{}
	once := func(mode, reason string, does func()) {
		t.Helper()
		does()
		after := map[string]float64{}
		for _, s := range shown(t, set) {
			if s.name == "twodoors_refusals_total" {
				after[s.labels["mode"]+" "+s.labels["reason"]] = s.value
			}
		}
		want := maps.Clone(before)
		want[mode+" "+reason]++
		if !maps.Equal(after, want) {
			t.Errorf("%s, %s: counted %v, before %v", mode, reason, after, before)
		}
		before = after
	}
	once("session", "no-credential", func() { n.client().get("/session/member") })
	once("jwt", "no-credential", func() { n.client().get("/api/jwt/me").want(401) })
	once("jwt", "tampered", func() {
		n.presenting(cookie, flip(credential(jwt, cookie), len(credential(jwt, cookie))-9)).get("/api/jwt/me").want(401)
	})
	once("jwt", "malformed", func() { n.presenting(cookie, "x.y").get("/jwt/member") })
	once("session", "tampered", func() { n.presenting(bySession, "x").get("/session/member") })
	once("jwt", "two-carriers", func() {
		c := jwt.copied()
		c.bearer = c.cookie("/", "twodoors-access")
		c.get("/jwt/member").want(400)
	})
	once("jwt", "wrong-password", func() {
		n.client().post("/jwt/login", []string{"username", "minji", "password", "x"}).want(401)
	})
	once("session", "wrong-password", func() {
		n.client().json("POST", "/api/session/login", map[string]string{"username": "nobody", "password": "x"}).want(401)
	})
	once("session", "wrong-password", func() {
		session.post("/session/member/account", []string{"current", "x", "password", "another long one"}).want(422)
	})
	once("session", "admin-only", func() { session.get("/session/member/admin").want(403) })
	once("none", "wrong-host", func() {
		n.client().get("/", func(r *http.Request) { r.Host = "elsewhere.example" }).want(421)
	})
	once("session", "cross-origin", func() {
		session.post("/session/logout", nil, header("Sec-Fetch-Site", "cross-site"), header("Origin", "https://elsewhere.example")).want(403)
	})
	once("jwt", "no-credential", func() { n.client().post("/jwt/refresh", nil) })
	once("jwt", "unknown", func() {
		n.client().json("POST", "/api/jwt/refresh", map[string]string{"refresh_token": strings.Repeat("A", 43)}).want(400)
	})
	once("jwt", "no-credential", func() {
		n.client().json("POST", "/api/jwt/refresh", map[string]string{}).want(400)
	})
	once("jwt", "malformed", func() {
		n.client().json("POST", "/api/jwt/refresh", map[string]string{"refresh_token": "x"}).want(400)
	})
	var script struct {
		RefreshToken string `json:"refresh_token"`
	}
	n.client().json("POST", "/api/jwt/login", map[string]string{"username": "minji", "password": password}).want(200).into(&script)
	n.client().json("POST", "/api/jwt/refresh", script).want(200)
	n.clock.move(time.Minute) // beyond the grace
	once("jwt", "reused", func() { n.client().json("POST", "/api/jwt/refresh", script).want(400) })
	once("jwt", "ended", func() { n.client().json("POST", "/api/jwt/refresh", script).want(400) })
	once("jwt", "reused", func() { // a browser's, by its page's script
		thief := jwt.copied()
		jwt.post("/jwt/refresh?via=page", nil).want(303)
		n.clock.move(time.Minute)
		thief.post("/jwt/refresh", nil, header("Accept", "application/json")).want(400)
		jwt.signIn(cookie, "minji")
	})
	once("jwt", "expired", func() {
		n.clock.move(16 * time.Minute)
		jwt.get("/api/jwt/me").want(401)
	})
	once("jwt", "denied", func() {
		jwt.post("/jwt/refresh?via=page", nil).want(303)
		thief := jwt.copied()
		jwt.post("/jwt/logout", nil)
		thief.get("/api/jwt/me").want(401)
	})
	once("session", "unknown", func() {
		thief := session.copied()
		session.post("/session/logout", nil)
		thief.get("/session/member")
	})
	for range 10 {
		n.client().post("/session/login", []string{"username", "suho", "password", "x"}).want(401)
	}
	before["session wrong-password"] += 10
	once("session", "throttled", func() {
		n.client().post("/session/login", []string{"username", "suho", "password", "x"}).want(429)
	})
	once("session", "throttled", func() {
		n.client().json("POST", "/api/session/login", map[string]string{"username": "suho", "password": "x"}).want(429)
	})
	if got := sum(shown(t, set), "twodoors_throttle_entries", "of", "accounts"); got < 1 {
		t.Errorf("%v accounts are remembered", got)
	}
	checkLabels(t, n, set)
}

// TestRefusedHalfwayIsCounted: whose sign-in is ended while they change their password is refused as well, wherever in
// the change that is found out.
func TestRefusedHalfwayIsCounted(t *testing.T) {
	set := metrics.New("test")
	n := newNode(t, countedIn(set))
	refused := func() float64 { return sum(shown(t, set), "twodoors_refusals_total", "mode", "jwt") }
	found := 0
	for at := int64(1); at < mostStatements; at++ {
		name := fmt.Sprint("user", at)
		n.user(name, "member")
		owner, other := n.client(), n.client()
		owner.signIn(byCookie, name)
		other.signIn(way{mode: "session"}, name)
		meanwhile, i := interrupting(t, at, func() { other.post("/session/member/devices/revoke-others", nil) })
		before := refused()
		a := owner.post("/jwt/member/account", []string{"current", password, "password", newPassword}, meanwhile).want(http.StatusSeeOther)
		if i.asked.Load() < at {
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
