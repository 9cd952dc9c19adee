package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
)

// TestAnswerAfterTheSignOut: the server has renewed a token, or changed the password, and its answer reaches the browser
// after a sign-out that was answered earlier. The refresh cookie in it is dead. The access cookie works as long as the
// level cannot know of the sign-out, and the page says at its next renewal that the sign-in has ended.
func TestAnswerAfterTheSignOut(t *testing.T) {
	const changed = "another battery staple"
	asked := map[string]func(c *client){
		"refresh": func(c *client) { c.post("/jwt/refresh?via=page&next=/jwt/member", nil).wantTo("/jwt/member") },
		"password": func(c *client) {
			c.post("/jwt/member/account", []string{"current", password, "password", changed}).want(http.StatusSeeOther)
		},
	}
	for _, at := range []auth.Level{auth.LevelSignature, auth.LevelUser, auth.LevelDenylist, auth.LevelVersion} {
		for what, ask := range asked {
			t.Run(string(at)+"/"+what, func(t *testing.T) {
				t.Parallel()
				w := way{mode: "jwt", carrier: "cookie", level: at}
				n := w.node(t)
				browser := n.signedIn(w, "minji")
				late := browser.copied() // gets the cookies of the late answer
				ask(late)
				browser.post("/jwt/logout", nil).want(http.StatusSeeOther)

				late.wantIn(w, at == auth.LevelSignature || at == auth.LevelUser, "with the late access cookie")
				n.clock.move(15*time.Minute + 6*time.Second)
				if to := late.get("/jwt/member").location(); !strings.HasPrefix(to, "/jwt/refresh") && !strings.HasPrefix(to, "/jwt/login") {
					t.Errorf("the late access cookie's end leads to %q", to)
				}
				a := late.follow("/jwt/refresh?via=page&next=/jwt/member")
				if a.URL.Path != "/jwt/login" || a.text("main .said") == "" {
					t.Errorf("the late refresh cookie leads to %s, which says %q", a.URL, a.text("main .said"))
				}
				late.wantIn(w, false, "after the late access cookie's end")
			})
		}
	}
}
