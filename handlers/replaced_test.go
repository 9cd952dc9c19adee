package handlers_test

import (
	"net/http"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
)

// TestSignInReplacesTheOneBefore: a browser that signs in again, whoever as and by whichever form, has one sign-in, and
// what the first one gave out is refused where the door can know. Other browsers are left alone.
func TestSignInReplacesTheOneBefore(t *testing.T) {
	forms := map[string]func(c *client, w way) *answer{
		"sign-in": func(c *client, w way) *answer {
			return c.post("/"+w.mode+"/login", []string{"username", "minji", "password", password, "carrier", w.carrier})
		},
		"another user's": func(c *client, w way) *answer {
			return c.post("/"+w.mode+"/login", []string{"username", "other", "password", password, "carrier", w.carrier})
		},
		"compare": func(c *client, w way) *answer {
			return c.post("/compare/login", []string{"username", "minji", "password", password, "carrier", w.carrier})
		},
		"demo": func(c *client, w way) *answer {
			return c.post("/"+w.mode+"/demo", []string{"as", "member", "carrier", w.carrier})
		},
		"compare demo": func(c *client, w way) *answer {
			return c.post("/compare/demo", []string{"as", "member", "carrier", w.carrier})
		},
		"the other carrier": func(c *client, w way) *answer {
			other := map[string]string{"cookie": "header", "header": "cookie"}[w.carrier]
			return c.post("/jwt/login", []string{"username", "minji", "password", password, "carrier", other})
		},
	}
	for _, w := range ways() {
		for form, again := range forms {
			if w.mode == "session" && form == "the other carrier" {
				continue
			}
			for _, expired := range []bool{false, true} {
				if expired && w.mode == "session" {
					continue
				}
				n := w.node(t)
				u := n.user("minji", models.RoleMember)
				n.user("other", models.RoleMember)
				c, elsewhere := n.client(), n.client()
				c.signIn(w, "minji")
				elsewhere.signIn(w, "minji")
				if expired {
					n.clock.move(16 * time.Minute)
				}
				before := c.copied()
				c.bearer = "" // a form is sent without the page's memory
				again(c, w).want(http.StatusSeeOther)
				if !expired {
					before.wantIn(w, !w.knowsEnd(), w.String()+", "+form+": the sign-in before")
				}
				if w.mode == "jwt" {
					if a := before.post("/jwt/refresh", nil, header("Accept", "application/json")); a.Status != http.StatusBadRequest {
						t.Errorf("%s, %s: the refresh token before: %d", w, form, a.Status)
					}
					families, err := n.db.FamiliesOfUser(background(), u.ID, n.clock.Now())
					want := 2
					if form == "another user's" || form == "demo" || form == "compare demo" {
						want = 1
					}
					if err != nil || len(families) != want {
						t.Errorf("%s, %s, expired %v: %d sign-ins, want %d, %v", w, form, expired, len(families), want, err)
					}
				}
				if !expired {
					elsewhere.wantIn(w, true, w.String()+", "+form+": another browser")
				}
			}
		}
	}
}

// TestLookupsOfReplacing: ending the sign-in that a browser came with costs two statements, and nothing where there is
// none.
func TestLookupsOfReplacing(t *testing.T) {
	for _, w := range []way{byCookie, byHeader} {
		n := w.node(t)
		n.user("minji", models.RoleMember)
		c := n.client()
		first, second := c.signIn(w, "minji").lookups(), c.signIn(w, "minji").lookups()
		if first != "auth=4, data=0" || second != "auth=6, data=0" {
			t.Errorf("%s: %q, then %q", w, first, second)
		}
	}
}

// TestNamedSignIn: a cookie that names a sign-in, changed or of another database, ends none.
func TestNamedSignIn(t *testing.T) {
	n := newNode(t, level(auth.LevelVersion))
	w := way{mode: "jwt", carrier: "header", level: auth.LevelVersion}
	victim := n.signedIn(w, "minji")
	n.user("thief", models.RoleMember)
	value := victim.cookie("/", "twodoors-family")
	if value == "" {
		t.Fatal("no such cookie")
	}
	for _, forged := range []string{value[:len(value)-2] + "AA", "1234", ""} {
		c := n.client()
		c.setCookie("twodoors-family", forged)
		c.signIn(w, "thief")
		victim.wantIn(w, true, "after a forged name")
	}
	victim.post("/jwt/logout", nil)
	if left := victim.cookie("/", "twodoors-family"); left != "" {
		t.Error("it stays after signing out")
	}
}
