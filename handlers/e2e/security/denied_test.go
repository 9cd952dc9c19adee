package security_test

import (
	"net/http"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// TestDeniedToItsOwnEnd: a server that was started anew with a shorter life of access tokens denies those from before
// until their own end, however their sign-in was ended, and whatever is cleared away meanwhile.
func TestDeniedToItsOwnEnd(t *testing.T) {
	const long, short = time.Hour, time.Minute
	ends := map[string]func(n *handlerstest.Node, c, other *handlerstest.Client, refresh string){
		"signed out": func(_ *handlerstest.Node, c, _ *handlerstest.Client, _ string) {
			c.JSON("POST", "/api/jwt/logout", nil).Want(http.StatusNoContent)
		},
		"ended elsewhere": func(_ *handlerstest.Node, _, other *handlerstest.Client, _ string) {
			other.JSON("DELETE", "/api/jwt/devices", nil).Want(http.StatusNoContent)
		},
		"refreshed, signed out": func(_ *handlerstest.Node, c, _ *handlerstest.Client, refresh string) {
			next := c.WantRefresh(refresh, http.StatusOK, "refreshed")
			c.JSON("POST", "/api/jwt/logout", nil, handlerstest.Header("Authorization", "Bearer "+next.AccessToken)).Want(http.StatusNoContent)
		},
		"reused": func(n *handlerstest.Node, c, _ *handlerstest.Client, refresh string) {
			c.WantRefresh(refresh, http.StatusOK, "refreshed")
			n.Clock.Move(11 * time.Second)
			c.WantRefresh(refresh, http.StatusBadRequest, "used again")
		},
		"password changed elsewhere": func(_ *handlerstest.Node, _, other *handlerstest.Client, _ string) {
			other.JSON("PUT", "/api/jwt/password", map[string]string{"current": handlerstest.Password, "password": "another horse battery"}).Want(http.StatusNoContent)
		},
	}
	for _, l := range []auth.Level{auth.LevelDenylist, auth.LevelVersion} {
		for how, end := range ends {
			for _, limited := range []bool{false, true} {
				n := handlerstest.NewNode(t, handlerstest.Level(l), handlerstest.With(func(cfg *handlers.Config) { cfg.AccessTTL = long }))
				n.User("minji", models.RoleMember)
				c, other, script := n.Script(), n.Script(), n.Script()
				w := handlerstest.Way{Mode: "jwt", Carrier: "header", Level: l}
				tokens := c.APISignIn(w, "minji")
				other.APISignIn(w, "minji")
				if limited {
					if how != "ended elsewhere" && how != "password changed elsewhere" {
						continue // a limited token is ended by no sign-in's end
					}
					script.Bearer = c.Issue("profile", 3600).AccessToken
				} else {
					script.Bearer = tokens.AccessToken
				}
				again := handlerstest.NewNode(t, handlerstest.Beside(n), handlerstest.With(func(cfg *handlers.Config) { cfg.AccessTTL = short }))
				for _, one := range []*handlerstest.Client{c, other, script} {
					one.Node = again
				}
				script.JSON("GET", "/api/jwt/me", nil).Want(http.StatusOK)
				end(again, c, other, tokens.RefreshToken)
				for range int(long/time.Minute) + 1 {
					if a := script.JSON("GET", "/api/jwt/me", nil); a.Status != http.StatusUnauthorized {
						t.Errorf("%s, %s, limited %v: good again", l, how, limited)
						break
					}
					n.Clock.Move(time.Minute)
					if _, err := n.DB.Cleanup(handlerstest.Background(), n.Clock.Now(), 100); err != nil {
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
	n := handlerstest.NewNode(t, handlerstest.Level(auth.LevelDenylist))
	n.User("minji", models.RoleMember)
	c := n.Script()
	tokens := c.APISignIn(handlerstest.ByHeader, "minji")
	first := c.WantRefresh(tokens.RefreshToken, http.StatusOK, "the first use")
	n.Clock.Move(9 * time.Second)
	retry := c.WantRefresh(tokens.RefreshToken, http.StatusOK, "a retry")
	if a, b := claimOf(t, first.AccessToken, "exp"), claimOf(t, retry.AccessToken, "exp"); a != b {
		t.Errorf("the first ends at %s, the retry at %s", a, b)
	}
}
