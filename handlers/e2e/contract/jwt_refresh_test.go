package contract_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

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
			n := handlerstest.NewNode(t, handlerstest.Level(auth.LevelDenylist), handlerstest.With(func(cfg *handlers.Config) { cfg.RefreshGrace = c.grace }))
			n.User("minji", "member")
			script, other := n.Script(), n.Script()
			w := handlerstest.Way{Mode: "jwt", Carrier: "header", Level: auth.LevelDenylist}
			first := script.APISignIn(w, "minji")
			elsewhere := other.APISignIn(w, "minji")
			second := script.WantRefresh(first.RefreshToken, 200, "the first use")
			newest := second
			if c.used {
				newest = script.WantRefresh(second.RefreshToken, 200, "the successor")
			}
			n.Clock.Move(c.after)
			want := http.StatusOK
			if c.reuse {
				want = http.StatusBadRequest
			}
			again := script.WantRefresh(first.RefreshToken, want, "the second use")
			if !c.reuse && again.RefreshToken != second.RefreshToken {
				t.Error("the retry got another successor")
			}
			script.WantRefresh(newest.RefreshToken, want, "the newest token afterwards")
			script.Bearer = newest.AccessToken
			script.WantIn(w, !c.reuse, "the access token afterwards")
			other.WantIn(w, true, "another sign-in")
			other.WantRefresh(elsewhere.RefreshToken, 200, "another sign-in's refresh")
		})
	}
}

// TestManyRefreshAtOnce: two tabs, or forty, use one token in the same moment. Nobody is signed out, and
// there is one successor, never a second.
func TestManyRefreshAtOnce(t *testing.T) {
	for _, database := range handlerstest.Databases() {
		t.Run(database.Name, func(t *testing.T) {
			n := handlerstest.NewNode(t, database.Option(t))
			n.User("minji", "member")
			c := n.Script()
			first := c.APISignIn(handlerstest.ByHeader, "minji")
			var wg sync.WaitGroup
			answers := make([]*handlerstest.Answer, 40)
			for i := range answers {
				wg.Go(func() {
					body, _ := json.Marshal(map[string]string{"refresh_token": first.RefreshToken})
					answers[i] = n.Script().Send("POST", "/api/jwt/refresh", string(body), "application/json")
				})
			}
			wg.Wait()
			successors := map[string]int{}
			for _, a := range answers {
				var tokens handlerstest.APITokens
				a.Want(http.StatusOK).Into(&tokens)
				successors[tokens.RefreshToken]++
			}
			if len(successors) != 1 {
				t.Fatalf("%d successors", len(successors))
			}
			for successor := range successors {
				c.WantRefresh(successor, 200, "the successor")
			}
		})
	}
}

// TestTwoTabs: the same with cookies: both tabs go on.
func TestTwoTabs(t *testing.T) {
	for _, w := range []handlerstest.Way{handlerstest.ByCookie, handlerstest.ByHeader} {
		n := handlerstest.NewNode(t)
		one := n.SignedIn(w, "minji")
		n.Clock.Move(20 * time.Minute)
		two := one.Copied() // what the second tab sent before the first had its answer
		one.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusOK)
		n.Clock.Move(3 * time.Second)
		two.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusOK)
		if one.Cookie("/jwt/refresh", "twodoors-refresh") != two.Cookie("/jwt/refresh", "twodoors-refresh") {
			t.Errorf("%s: the tabs hold different refresh tokens", w)
		}
		one.PickUp(w)
		two.Bearer = one.Bearer
		one.WantIn(w, true, "the first tab")
		two.WantIn(w, true, "the second tab")
		n.Clock.Move(time.Hour)
		one.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusOK)
	}
}

// TestRefreshTokensAreNoCredential: neither token stands in for the other.
func TestRefreshTokensAreNoCredential(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	c := n.Script()
	tokens := c.APISignIn(handlerstest.ByHeader, "minji")
	c.WantRefresh(tokens.AccessToken, 400, "an access token")
	c.WantRefresh("", 400, "nothing")
	for name, value := range handlerstest.Garbage(tokens.RefreshToken) {
		if value != tokens.RefreshToken {
			status, _ := c.Refresh(value)
			if status != http.StatusBadRequest {
				t.Errorf("%s: status %d", name, status)
			}
		}
	}
	c.Bearer = tokens.RefreshToken
	c.Get("/api/jwt/me").Want(http.StatusUnauthorized)
	c.WantRefresh(tokens.RefreshToken, 200, "the genuine one")
}

// TestAccessTokenEndsWithItsSignIn: a token issued just before the sign-in's absolute end does not outlive it.
func TestAccessTokenEndsWithItsSignIn(t *testing.T) {
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	script := n.Script()
	w := handlerstest.Way{Mode: "jwt", Carrier: "header", Level: auth.LevelSignature}
	first := script.APISignIn(w, "minji")
	n.Clock.Move(8*time.Hour - time.Minute)
	last := script.WantRefresh(first.RefreshToken, 200, "a minute before the end")
	if last.ExpiresIn != 60 {
		t.Errorf("the last token lives %d s, want 60", last.ExpiresIn)
	}
	n.Clock.Move(time.Minute + auth.Leeway)
	script.Get("/api/jwt/me", handlerstest.Header("Authorization", "Bearer "+last.AccessToken)).Want(http.StatusUnauthorized)
}
