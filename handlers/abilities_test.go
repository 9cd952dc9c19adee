package handlers_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"twodoors/handlers/auth"
)

// TestAbilities: what a door says that it lacks, it truly lacks; what it does not name, it can do; and its
// devices page says the same to the user.
func TestAbilities(t *testing.T) {
	trials := map[auth.Ability]func(*testing.T, way) bool{
		auth.AbilityOwn: triedOwn, auth.AbilityList: triedList, auth.AbilityEndOne: triedEndOne, auth.AbilityEndAll: triedEndAll,
		auth.AbilityAtOnce: triedAtOnce, auth.AbilitySignOut: triedSignOut, auth.AbilityUser: triedUser, auth.AbilityExpire: triedExpire,
	}
	if len(trials) != len(auth.Abilities()) {
		t.Fatal("an ability that nobody tries")
	}
	for _, w := range append(ways(), moreWays()...) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.node(t)
			n.user("minji", "member")
			for _, language := range []string{"en", "ko"} {
				c := n.client()
				c.language = language
				c.signIn(w, "minji")
				page := c.get(w.page("/devices")).want(http.StatusOK)
				for ability, tried := range trials {
					said := page.page().Find("[data-lacks="+string(ability)+"]").Length() == 1
					if language == "en" {
						if can := tried(t, w); can == said {
							t.Errorf("%s: tried %v, and the page says that it lacks it: %v", ability, can, said)
						}
					}
					if said && page.text("[data-lacks="+string(ability)+"]") == "" {
						t.Errorf("%s: said without words", ability)
					}
				}
			}
		})
	}
}

// two are two browsers of one user, signed in through the same door.
func two(t *testing.T, w way) (n *testNode, a, b *client) {
	n = w.node(t)
	n.user("minji", "member")
	a, b = n.client(), n.client()
	a.signIn(w, "minji")
	b.signIn(w, "minji")
	return n, a, b
}

// secret is what opens the door, taken out of whatever it travels in.
func (c *client) secret(w way) string {
	if w.mode == "token" && w.carrier == "cookie" {
		c = c.copied()
		c.unwrap()
	}
	if c.bearer != "" {
		return c.bearer
	}
	return c.cookie("/", map[string]string{"session": "twodoors-session", "jwt": "twodoors-access", "cookie": "twodoors-content"}[w.mode])
}

func triedOwn(t *testing.T, w way) bool {
	_, a, b := two(t, w)
	return a.secret(w) != b.secret(w)
}

// triedList: a sign-in shows in the list that another one sees.
func triedList(t *testing.T, w way) bool {
	_, a, b := two(t, w)
	return len(a.devices(w)) == 2 && len(b.devices(w)) == 2
}

// outlived is past the life of an access token, and of nothing else.
const outlived = 15*time.Minute + auth.Leeway + time.Second

func triedEndOne(t *testing.T, w way) bool {
	n, a, b := two(t, w)
	third := n.client()
	third.signIn(w, "minji")
	for _, d := range others(a.devices(w), w.mode) {
		a.json("DELETE", w.api("/devices/"+strconv.FormatInt(d.ID, 10)), nil).want(http.StatusNoContent)
		break
	}
	n.clock.move(outlived)
	out := 0
	for _, c := range []*client{a, b, third} {
		if !c.lasts(w) {
			out++
		}
	}
	return out == 1
}

// lasts reports whether the sign-in still stands: a token that merely ran out is renewed first.
func (c *client) lasts(w way) bool {
	if w.mode == "jwt" {
		if c.post("/jwt/refresh", nil, header("Accept", "application/json")).Status != http.StatusOK {
			return false
		}
		c.pickUp(w)
	}
	return c.isIn(w)
}

// triedEndAll: from another door, everything through this one can be ended.
func triedEndAll(t *testing.T, w way) bool {
	n, a, b := two(t, w)
	n.endedFromElsewhere(w)
	n.clock.move(outlived)
	return !a.lasts(w) && !b.lasts(w)
}

func triedAtOnce(t *testing.T, w way) bool {
	n, a, b := two(t, w)
	n.endedFromElsewhere(w)
	return !a.isIn(w) && !b.isIn(w)
}

// endedFromElsewhere ends all of the user's other sign-ins from a door that is not this one.
func (n *testNode) endedFromElsewhere(w way) {
	from := way{mode: "session"}
	if w.mode == "session" {
		from = way{mode: "jwt", carrier: "cookie", level: n.cfg.Level}
	}
	c := n.client()
	c.signIn(from, "minji")
	c.json("DELETE", from.api("/devices"), nil).want(http.StatusNoContent)
}

func triedSignOut(t *testing.T, w way) bool {
	_, a, _ := two(t, w)
	thief := a.copied()
	a.post("/"+w.mode+"/logout", nil).want(http.StatusSeeOther)
	return !thief.isIn(w)
}

// triedUser: a role that the database has changed shows at the next request.
func triedUser(t *testing.T, w way) bool {
	n, a, _ := two(t, w)
	var who me
	a.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&who)
	if err := n.db.SetRole(background(), 0, who.ID, "admin"); err != nil {
		t.Fatal(err)
	}
	a.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&who)
	return who.Role == "admin"
}

// triedExpire: what opens the door, and not what it travels in, has an end.
func triedExpire(t *testing.T, w way) bool {
	n, a, _ := two(t, w)
	if w.mode == "token" && w.carrier == "cookie" {
		a.unwrap()
	}
	n.clock.move(1000 * 24 * time.Hour)
	return !a.isIn(w)
}
