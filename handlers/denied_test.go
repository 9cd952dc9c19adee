package handlers_test

import (
	"net/http"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/models"
)

// TestDeniedToItsOwnEnd: a server that was started anew with a shorter life of access tokens denies those from before
// until their own end, however their sign-in was ended, and whatever is cleared away meanwhile.
func TestDeniedToItsOwnEnd(t *testing.T) {
	const long, short = time.Hour, time.Minute
	ends := map[string]func(n *testNode, c, other *client, refresh string){
		"signed out": func(_ *testNode, c, _ *client, _ string) {
			c.json("POST", "/api/jwt/logout", nil).want(http.StatusNoContent)
		},
		"ended elsewhere": func(_ *testNode, _, other *client, _ string) {
			other.json("DELETE", "/api/jwt/devices", nil).want(http.StatusNoContent)
		},
		"refreshed, signed out": func(_ *testNode, c, _ *client, refresh string) {
			next := c.wantRefresh(refresh, http.StatusOK, "refreshed")
			c.json("POST", "/api/jwt/logout", nil, header("Authorization", "Bearer "+next.AccessToken)).want(http.StatusNoContent)
		},
		"reused": func(n *testNode, c, _ *client, refresh string) {
			c.wantRefresh(refresh, http.StatusOK, "refreshed")
			n.clock.move(11 * time.Second)
			c.wantRefresh(refresh, http.StatusBadRequest, "used again")
		},
		"password changed elsewhere": func(_ *testNode, _, other *client, _ string) {
			other.json("PUT", "/api/jwt/password", map[string]string{"current": password, "password": "another horse battery"}).want(http.StatusNoContent)
		},
	}
	for _, l := range []auth.Level{auth.LevelDenylist, auth.LevelVersion} {
		for how, end := range ends {
			for _, limited := range []bool{false, true} {
				n := newNode(t, level(l), with(func(cfg *handlers.Config) { cfg.AccessTTL = long }))
				n.user("minji", models.RoleMember)
				c, other, script := n.script(), n.script(), n.script()
				w := way{mode: "jwt", carrier: "header", level: l}
				tokens := c.apiSignIn(w, "minji")
				other.apiSignIn(w, "minji")
				if limited {
					if how != "ended elsewhere" && how != "password changed elsewhere" {
						continue // a limited token is ended by no sign-in's end
					}
					script.bearer = c.issue("profile", 3600).AccessToken
				} else {
					script.bearer = tokens.AccessToken
				}
				again := newNode(t, beside(n), with(func(cfg *handlers.Config) { cfg.AccessTTL = short }))
				for _, one := range []*client{c, other, script} {
					one.node = again
				}
				script.json("GET", "/api/jwt/me", nil).want(http.StatusOK)
				end(again, c, other, tokens.RefreshToken)
				for range int(long/time.Minute) + 1 {
					if a := script.json("GET", "/api/jwt/me", nil); a.Status != http.StatusUnauthorized {
						t.Errorf("%s, %s, limited %v: good again", l, how, limited)
						break
					}
					n.clock.move(time.Minute)
					if _, err := n.db.Cleanup(background(), n.clock.Now(), 100); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}

// TestRetryWithinTheGraceIsDeniedToItsEnd: a retry gets an access token that ends with the one it stands for, so that
// no token outlives its denial.
func TestRetryWithinTheGraceIsDeniedToItsEnd(t *testing.T) {
	n := newNode(t, level(auth.LevelDenylist))
	n.user("minji", models.RoleMember)
	c := n.script()
	tokens := c.apiSignIn(byHeader, "minji")
	first := c.wantRefresh(tokens.RefreshToken, http.StatusOK, "the first use")
	n.clock.move(9 * time.Second)
	retry := c.wantRefresh(tokens.RefreshToken, http.StatusOK, "a retry")
	if a, b := claimOf(t, first.AccessToken, "exp"), claimOf(t, retry.AccessToken, "exp"); a != b {
		t.Errorf("the first ends at %s, the retry at %s", a, b)
	}
}
