package handlers_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
)

// refreshing is a script that holds a refresh token.
func (c *client) refresh(token string) (status int, next apiTokens) {
	c.t.Helper()
	a := c.json("POST", "/api/jwt/refresh", map[string]string{"refresh_token": token})
	if a.Status == http.StatusOK {
		a.into(&next)
	}
	return a.Status, next
}

// wantRefresh fails the test if a refresh token is not accepted as it should be.
func (c *client) wantRefresh(token string, want int, when string) apiTokens {
	c.t.Helper()
	status, next := c.refresh(token)
	if status != want {
		c.t.Errorf("%s: status %d, want %d", when, status, want)
	}
	return next
}

// TestGrace: a retry within the grace gets the same successor; after it, a second use is theft, and ends the
// sign-in (RFC 9700, section 4.14.2).
func TestGrace(t *testing.T) {
	for _, c := range []struct {
		name  string
		grace time.Duration
		after time.Duration // between the first and the second use
		used  bool          // whether the successor was used in between
		reuse bool
	}{
		{"at once", 10 * time.Second, 0, false, false},
		{"last moment", 10 * time.Second, 10 * time.Second, false, false},
		{"too late", 10 * time.Second, 10*time.Second + time.Microsecond, false, true},
		{"successor used", 10 * time.Second, time.Second, true, true},
		{"no grace", 0, 0, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t, level(auth.LevelDenylist), with(func(cfg *handlers.Config) { cfg.RefreshGrace = c.grace }))
			n.user("minji", "member")
			script, other := n.script(), n.script()
			w := way{mode: "jwt", carrier: "header", level: auth.LevelDenylist}
			first := script.apiSignIn(w, "minji")
			elsewhere := other.apiSignIn(w, "minji")
			second := script.wantRefresh(first.RefreshToken, 200, "the first use")
			newest := second
			if c.used {
				newest = script.wantRefresh(second.RefreshToken, 200, "the successor")
			}
			n.clock.move(c.after)
			want := http.StatusOK
			if c.reuse {
				want = http.StatusBadRequest
			}
			again := script.wantRefresh(first.RefreshToken, want, "the second use")
			if !c.reuse && again.RefreshToken != second.RefreshToken {
				t.Error("the retry got another successor")
			}
			script.wantRefresh(newest.RefreshToken, want, "the newest token afterwards")
			script.bearer = newest.AccessToken
			script.wantIn(w, !c.reuse, "the access token afterwards")
			other.wantIn(w, true, "another sign-in")
			other.wantRefresh(elsewhere.RefreshToken, 200, "another sign-in's refresh")
		})
	}
}

// TestManyRefreshAtOnce: two tabs, or forty, use one token in the same moment. Nobody is signed out, and
// there is one successor, never a second.
func TestManyRefreshAtOnce(t *testing.T) {
	for _, database := range databases() {
		t.Run(database.name, func(t *testing.T) {
			n := newNode(t, database.option(t))
			n.user("minji", "member")
			c := n.script()
			first := c.apiSignIn(byHeader, "minji")
			var wg sync.WaitGroup
			answers := make([]*answer, 40)
			for i := range answers {
				wg.Go(func() {
					body, _ := json.Marshal(map[string]string{"refresh_token": first.RefreshToken})
					answers[i] = n.script().send("POST", "/api/jwt/refresh", string(body), "application/json")
				})
			}
			wg.Wait()
			successors := map[string]int{}
			for _, a := range answers {
				var tokens apiTokens
				a.want(http.StatusOK).into(&tokens)
				successors[tokens.RefreshToken]++
			}
			if len(successors) != 1 {
				t.Fatalf("%d successors", len(successors))
			}
			for successor := range successors {
				c.wantRefresh(successor, 200, "the successor")
			}
		})
	}
}

// TestTwoTabs: the same with cookies: both tabs go on.
func TestTwoTabs(t *testing.T) {
	for _, w := range []way{byCookie, byHeader} {
		n := newNode(t)
		one := n.signedIn(w, "minji")
		n.clock.move(20 * time.Minute)
		two := one.copied() // what the second tab sent before the first had its answer
		one.post("/jwt/refresh", nil, asJSON).want(http.StatusOK)
		n.clock.move(3 * time.Second)
		two.post("/jwt/refresh", nil, asJSON).want(http.StatusOK)
		if one.cookie("/jwt/refresh", "twodoors-refresh") != two.cookie("/jwt/refresh", "twodoors-refresh") {
			t.Errorf("%s: the tabs hold different refresh tokens", w)
		}
		one.pickUp(w)
		two.bearer = one.bearer
		one.wantIn(w, true, "the first tab")
		two.wantIn(w, true, "the second tab")
		n.clock.move(time.Hour)
		one.post("/jwt/refresh", nil, asJSON).want(http.StatusOK)
	}
}

// TestRefreshTokensAreNoCredential: neither token stands in for the other.
func TestRefreshTokensAreNoCredential(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	c := n.script()
	tokens := c.apiSignIn(byHeader, "minji")
	c.wantRefresh(tokens.AccessToken, 400, "an access token")
	c.wantRefresh("", 400, "nothing")
	for name, value := range garbage(tokens.RefreshToken) {
		if value != tokens.RefreshToken {
			status, _ := c.refresh(value)
			if status != http.StatusBadRequest {
				t.Errorf("%s: status %d", name, status)
			}
		}
	}
	c.bearer = tokens.RefreshToken
	c.get("/api/jwt/me").want(http.StatusUnauthorized)
	c.wantRefresh(tokens.RefreshToken, 200, "the genuine one")
}

// TestAccessTokenEndsWithItsSignIn: a token issued just before the sign-in's absolute end does not outlive it.
func TestAccessTokenEndsWithItsSignIn(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	script := n.script()
	w := way{mode: "jwt", carrier: "header", level: auth.LevelSignature}
	first := script.apiSignIn(w, "minji")
	n.clock.move(8*time.Hour - time.Minute)
	last := script.wantRefresh(first.RefreshToken, 200, "a minute before the end")
	if last.ExpiresIn != 60 {
		t.Errorf("the last token lives %d s, want 60", last.ExpiresIn)
	}
	n.clock.move(time.Minute + auth.Leeway)
	script.get("/api/jwt/me", header("Authorization", "Bearer "+last.AccessToken)).want(http.StatusUnauthorized)
}
