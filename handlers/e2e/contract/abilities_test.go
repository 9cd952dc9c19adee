package contract_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// TestAbilities: what a door says that it lacks, it truly lacks; what it does not name, it can do; and its
// devices page says the same to the user.
func TestAbilities(t *testing.T) {
	trials := map[auth.Ability]func(*testing.T, handlerstest.Way) bool{
		auth.AbilityOwn: triedOwn, auth.AbilityList: triedList, auth.AbilityEndOne: triedEndOne, auth.AbilityEndAll: triedEndAll,
		auth.AbilityAtOnce: triedAtOnce, auth.AbilitySignOut: triedSignOut, auth.AbilityUser: triedUser, auth.AbilityExpire: triedExpire,
	}
	if len(trials) != len(auth.Abilities()) {
		t.Fatal("an ability that nobody tries")
	}
	for _, w := range append(handlerstest.Ways(), handlerstest.MoreWays()...) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			n.User("minji", "member")
			for _, language := range []string{"en", "ko"} {
				c := n.Client()
				c.Language = language
				c.SignIn(w, "minji")
				page := c.Get(w.Page("/devices")).Want(http.StatusOK)
				for ability, tried := range trials {
					said := page.Page().Find("[data-lacks="+string(ability)+"]").Length() == 1
					if language == "en" {
						if can := tried(t, w); can == said {
							t.Errorf("%s: tried %v, and the page says that it lacks it: %v", ability, can, said)
						}
					}
					if said && page.Text("[data-lacks="+string(ability)+"]") == "" {
						t.Errorf("%s: said without words", ability)
					}
				}
			}
		})
	}
}

// two are two browsers of one user, signed in through the same door.
func two(t *testing.T, w handlerstest.Way) (n *handlerstest.Node, a, b *handlerstest.Client) {
	n = w.Node(t)
	n.User("minji", "member")
	a, b = n.Client(), n.Client()
	a.SignIn(w, "minji")
	b.SignIn(w, "minji")
	return n, a, b
}

// secretOf is what opens the door, taken out of whatever it travels in.
func secretOf(c *handlerstest.Client, w handlerstest.Way) string {
	if w.Mode == "token" && w.Carrier == "cookie" {
		c = c.Copied()
		c.Unwrap()
	}
	if c.Bearer != "" {
		return c.Bearer
	}
	return c.Cookie("/", map[string]string{"session": "twodoors-session", "jwt": "twodoors-access", "cookie": "twodoors-content"}[w.Mode])
}

func triedOwn(t *testing.T, w handlerstest.Way) bool {
	_, a, b := two(t, w)
	return secretOf(a, w) != secretOf(b, w)
}

// triedList: a sign-in shows in the list that another one sees.
func triedList(t *testing.T, w handlerstest.Way) bool {
	_, a, b := two(t, w)
	return len(a.Devices(w)) == 2 && len(b.Devices(w)) == 2
}

// outlived is past the life of an access token, and of nothing else.
const outlived = 15*time.Minute + auth.Leeway + time.Second

func triedEndOne(t *testing.T, w handlerstest.Way) bool {
	n, a, b := two(t, w)
	third := n.Client()
	third.SignIn(w, "minji")
	for _, d := range others(a.Devices(w), w.Mode) {
		a.JSON("DELETE", w.API("/devices/"+strconv.FormatInt(d.ID, 10)), nil).Want(http.StatusNoContent)
		break
	}
	n.Clock.Move(outlived)
	out := 0
	for _, c := range []*handlerstest.Client{a, b, third} {
		if !lasts(c, w) {
			out++
		}
	}
	return out == 1
}

// lasts reports whether the sign-in still stands: a token that merely ran out is renewed first.
func lasts(c *handlerstest.Client, w handlerstest.Way) bool {
	if w.Mode == "jwt" {
		if c.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Status != http.StatusOK {
			return false
		}
		c.PickUp(w)
	}
	return c.IsIn(w)
}

// triedEndAll: from another door, everything through this one can be ended.
func triedEndAll(t *testing.T, w handlerstest.Way) bool {
	n, a, b := two(t, w)
	endedFromElsewhere(n, w)
	n.Clock.Move(outlived)
	return !lasts(a, w) && !lasts(b, w)
}

func triedAtOnce(t *testing.T, w handlerstest.Way) bool {
	n, a, b := two(t, w)
	endedFromElsewhere(n, w)
	return !a.IsIn(w) && !b.IsIn(w)
}

// endedFromElsewhere ends all of the user's other sign-ins from a door that is not this one.
func endedFromElsewhere(n *handlerstest.Node, w handlerstest.Way) {
	from := handlerstest.Way{Mode: "session"}
	if w.Mode == "session" {
		from = handlerstest.Way{Mode: "jwt", Carrier: "cookie", Level: n.Config.Level}
	}
	c := n.Client()
	c.SignIn(from, "minji")
	c.JSON("DELETE", from.API("/devices"), nil).Want(http.StatusNoContent)
}

func triedSignOut(t *testing.T, w handlerstest.Way) bool {
	_, a, _ := two(t, w)
	thief := a.Copied()
	a.Post("/"+w.Mode+"/logout", nil).Want(http.StatusSeeOther)
	return !thief.IsIn(w)
}

// triedUser: a role that the database has changed shows at the next request.
func triedUser(t *testing.T, w handlerstest.Way) bool {
	n, a, _ := two(t, w)
	var who handlerstest.Me
	a.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&who)
	if err := n.DB.SetRole(handlerstest.Background(), 0, who.ID, "admin"); err != nil {
		t.Fatal(err)
	}
	a.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&who)
	return who.Role == "admin"
}

// triedExpire: what opens the door, and not what it travels in, has an end.
func triedExpire(t *testing.T, w handlerstest.Way) bool {
	n, a, _ := two(t, w)
	if w.Mode == "token" && w.Carrier == "cookie" {
		a.Unwrap()
	}
	n.Clock.Move(1000 * 24 * time.Hour)
	return !a.IsIn(w)
}
