package contract_test

import (
	"net/http"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// TestSignInReplacesTheOneBefore: a browser that signs in again, whoever as and by whichever form, has one sign-in, and
// what the first one gave out is refused where the door can know. Other browsers are left alone.
func TestSignInReplacesTheOneBefore(t *testing.T) {
	forms := map[string]func(c *handlerstest.Client, w handlerstest.Way) *handlerstest.Answer{
		"sign-in": func(c *handlerstest.Client, w handlerstest.Way) *handlerstest.Answer {
			return c.Post("/"+w.Mode+"/login", []string{"username", "minji", "password", handlerstest.Password, "carrier", w.Carrier})
		},
		"another user's": func(c *handlerstest.Client, w handlerstest.Way) *handlerstest.Answer {
			return c.Post("/"+w.Mode+"/login", []string{"username", "other", "password", handlerstest.Password, "carrier", w.Carrier})
		},
		"compare": func(c *handlerstest.Client, w handlerstest.Way) *handlerstest.Answer {
			return c.Post("/compare/login", []string{"username", "minji", "password", handlerstest.Password, "carrier", w.Carrier})
		},
		"demo": func(c *handlerstest.Client, w handlerstest.Way) *handlerstest.Answer {
			return c.Post("/"+w.Mode+"/demo", []string{"as", "member", "carrier", w.Carrier})
		},
		"compare demo": func(c *handlerstest.Client, w handlerstest.Way) *handlerstest.Answer {
			return c.Post("/compare/demo", []string{"as", "member", "carrier", w.Carrier})
		},
		"the other carrier": func(c *handlerstest.Client, w handlerstest.Way) *handlerstest.Answer {
			other := map[string]string{"cookie": "header", "header": "cookie"}[w.Carrier]
			return c.Post("/jwt/login", []string{"username", "minji", "password", handlerstest.Password, "carrier", other})
		},
	}
	for _, w := range handlerstest.Ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			for form, again := range forms {
				if w.Mode == "session" && form == "the other carrier" {
					continue
				}
				for _, expired := range []bool{false, true} {
					if expired && w.Mode == "session" {
						continue
					}
					n := w.Node(t)
					u := n.User("minji", models.RoleMember)
					n.User("other", models.RoleMember)
					c, elsewhere := n.Client(), n.Client()
					c.SignIn(w, "minji")
					elsewhere.SignIn(w, "minji")
					if expired {
						n.Clock.Move(16 * time.Minute)
					}
					before := c.Copied()
					c.Bearer = "" // a form is sent without the page's memory
					again(c, w).Want(http.StatusSeeOther)
					if !expired {
						before.WantIn(w, !w.KnowsEnd(), w.String()+", "+form+": the sign-in before")
					}
					if w.Mode == "jwt" {
						if a := before.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")); a.Status != http.StatusBadRequest {
							t.Errorf("%s, %s: the refresh token before: %d", w, form, a.Status)
						}
						families, err := n.DB.FamiliesOfUser(handlerstest.Background(), u.ID, n.Clock.Now())
						want := 2
						if form == "another user's" || form == "demo" || form == "compare demo" {
							want = 1
						}
						if err != nil || len(families) != want {
							t.Errorf("%s, %s, expired %v: %d sign-ins, want %d, %v", w, form, expired, len(families), want, err)
						}
					}
					if !expired {
						elsewhere.WantIn(w, true, w.String()+", "+form+": another browser")
					}
				}
			}
		})
	}
}

// TestLookupsOfReplacing: ending the sign-in that a browser came with costs two statements, and nothing where there is
// none.
func TestLookupsOfReplacing(t *testing.T) {
	for _, w := range []handlerstest.Way{handlerstest.ByCookie, handlerstest.ByHeader} {
		n := w.Node(t)
		n.User("minji", models.RoleMember)
		c := n.Client()
		first, second := c.SignIn(w, "minji").Lookups(), c.SignIn(w, "minji").Lookups()
		if first != "auth=4, data=0" || second != "auth=6, data=0" {
			t.Errorf("%s: %q, then %q", w, first, second)
		}
	}
}

// TestNamedSignIn: a cookie that names a sign-in, changed or of another database, ends none.
func TestNamedSignIn(t *testing.T) {
	n := handlerstest.NewNode(t, handlerstest.Level(auth.LevelVersion))
	w := handlerstest.Way{Mode: "jwt", Carrier: "header", Level: auth.LevelVersion}
	victim := n.SignedIn(w, "minji")
	n.User("thief", models.RoleMember)
	value := victim.Cookie("/", "twodoors-family")
	if value == "" {
		t.Fatal("no such cookie")
	}
	for _, forged := range []string{value[:len(value)-2] + "AA", "1234", ""} {
		c := n.Client()
		c.SetCookie("twodoors-family", forged)
		c.SignIn(w, "thief")
		victim.WantIn(w, true, "after a forged name")
	}
	victim.Post("/jwt/logout", nil)
	if left := victim.Cookie("/", "twodoors-family"); left != "" {
		t.Error("it stays after signing out")
	}
}
