package contract_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// TestAnswerAfterTheSignOut: the server has renewed a token, or changed the password, and its answer reaches the browser
// after a sign-out that was answered earlier. The refresh cookie in it is dead. The access cookie works as long as the
// level cannot know of the sign-out, and the page says at its next renewal that the sign-in has ended.
func TestAnswerAfterTheSignOut(t *testing.T) {
	const changed = "another battery staple"
	asked := map[string]func(c *handlerstest.Client){
		"refresh": func(c *handlerstest.Client) {
			c.Post("/jwt/refresh?via=page&next=/jwt/member", nil).WantTo("/jwt/member")
		},
		"password": func(c *handlerstest.Client) {
			c.Post("/jwt/member/account", []string{"current", handlerstest.Password, "password", changed}).Want(http.StatusSeeOther)
		},
	}
	for _, at := range []auth.Level{auth.LevelSignature, auth.LevelUser, auth.LevelDenylist, auth.LevelVersion} {
		for what, ask := range asked {
			t.Run(string(at)+"/"+what, func(t *testing.T) {
				t.Parallel()
				w := handlerstest.Way{Mode: "jwt", Carrier: "cookie", Level: at}
				n := w.Node(t)
				browser := n.SignedIn(w, "minji")
				late := browser.Copied() // gets the cookies of the late answer
				ask(late)
				browser.Post("/jwt/logout", nil).Want(http.StatusSeeOther)

				late.WantIn(w, at == auth.LevelSignature || at == auth.LevelUser, "with the late access cookie")
				n.Clock.Move(15*time.Minute + 6*time.Second)
				if to := late.Get("/jwt/member").Location(); !strings.HasPrefix(to, "/jwt/refresh") && !strings.HasPrefix(to, "/jwt/login") {
					t.Errorf("the late access cookie's end leads to %q", to)
				}
				a := follow(late, "/jwt/refresh?via=page&next=/jwt/member")
				if a.URL.Path != "/jwt/login" || a.Text("main .said") == "" {
					t.Errorf("the late refresh cookie leads to %s, which says %q", a.URL, a.Text("main .said"))
				}
				late.WantIn(w, false, "after the late access cookie's end")
			})
		}
	}
}
