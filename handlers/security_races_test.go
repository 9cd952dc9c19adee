package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"twodoors/handlers/auth"
	"twodoors/models"
)

// interrupted is the context of a request beside which something happens just before its statement number at. The
// models ask a context whether it is over before each statement, and hold nothing while they do.
type interrupted struct {
	context.Context
	at     int64
	asked  atomic.Int64
	happen func()
}

// Err is what the models ask.
func (i *interrupted) Err() error {
	if i.asked.Add(1) == i.at {
		i.happen()
	}
	return i.Context.Err()
}

// interrupting has happen called before a request's statement number at.
func interrupting(t *testing.T, at int64, happen func()) (change, *interrupted) {
	i := &interrupted{Context: t.Context(), at: at, happen: happen}
	return func(r *http.Request) { *r = *r.WithContext(i) }, i
}

// mostStatements is more than any request below makes.
const mostStatements = 20

// TestSignInBesideAChange: while somebody signs in with the right password, the user gets another one, is kept out
// or deleted, between any two statements of the sign-in. Nothing is given out then, by any door, and nothing stays
// that the change was to end: neither the password's change nor what it ends has seen this sign-in yet.
func TestSignInBesideAChange(t *testing.T) {
	changes := map[string]func(n *testNode, owner, boss *client, u models.User){
		"password": func(n *testNode, owner, _ *client, _ models.User) {
			owner.post("/session/member/account", []string{"current", password, "password", newPassword}).wantTo("/session/member/account")
		},
		"kept out": func(n *testNode, _, boss *client, u models.User) {
			boss.administer(way{mode: "session"}, u.ID, "active", "false").wantTo("/session/member/admin")
		},
		"deleted": func(n *testNode, owner, _ *client, _ models.User) {
			owner.post("/session/member/account/close", []string{"do", "delete", "confirm", password}).want(http.StatusSeeOther)
		},
	}
	for _, database := range databases() {
		for _, w := range []way{
			{mode: "session", carrier: "cookie"}, {mode: "session", carrier: "cookie", store: auth.StoreMemory}, {mode: "jwt", carrier: "cookie", level: auth.LevelVersion},
			{mode: "jwt", carrier: "header", level: auth.LevelSignature}, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"},
		} {
			t.Run(database.name+"/"+w.String(), func(t *testing.T) {
				t.Parallel()
				n := w.node(t, database.option(t))
				n.user("boss", "admin")
				boss := n.client()
				boss.signIn(way{mode: "session"}, "boss")
				for what, change := range changes {
					for at := int64(1); at < mostStatements; at++ {
						name := fmt.Sprint(what[:2], at, "-user")
						u := n.user(name, "member")
						owner, late := n.client(), n.client()
						owner.signIn(way{mode: "session"}, name)
						meanwhile, i := interrupting(t, at, func() { change(n, owner, boss, u) })
						a := late.post("/"+w.mode+"/login", []string{"username", name, "password", password, "carrier", w.carrier}, meanwhile)
						if i.asked.Load() < at {
							a.want(http.StatusSeeOther) // nothing happened: that was all of its statements
							break
						}
						if a.Status != http.StatusUnauthorized {
							t.Errorf("%s before statement %d: status %d", what, at, a.Status)
						}
						for kept := range late.credentials() {
							t.Errorf("%s before statement %d: %s was given out", what, at, kept)
						}
						if list := owner.copied(); what == "password" && w.mode != "token" && len(list.devices(way{mode: "session"})) != 1 {
							t.Errorf("before statement %d: the list shows a sign-in that nobody has", at)
						}
					}
				}
			})
		}
	}
}

// TestLimitedTokenBesideAChange: the same for a limited token, which would outlive the password, and the sign-in, that
// it was issued under.
func TestLimitedTokenBesideAChange(t *testing.T) {
	for what, change := range map[string]func(owner *client){
		"password": func(owner *client) {
			owner.post("/session/member/account", []string{"current", password, "password", newPassword}).wantTo("/session/member/account")
		},
		"everywhere": func(owner *client) {
			owner.post("/session/member/account/sign-out-everywhere", nil).wantTo("/session/login")
		},
	} {
		for _, database := range databases() {
			t.Run(what+"/"+database.name, func(t *testing.T) {
				t.Parallel()
				limitedBesideAChange(t, newNode(t, database.option(t), level(auth.LevelVersion)), change)
			})
		}
	}
}

func limitedBesideAChange(t *testing.T, n *testNode, change func(owner *client)) {
	for at := int64(1); ; at++ {
		name := fmt.Sprint("user", at)
		n.user(name, "member")
		thief, owner := n.client(), n.client()
		thief.signIn(way{mode: "jwt", carrier: "header"}, name)
		owner.signIn(way{mode: "session"}, name)
		meanwhile, i := interrupting(t, at, func() { change(owner) })
		a := thief.json("POST", "/api/jwt/tokens", map[string]any{"name": "script", "scope": auth.ScopeProfile, "expires_in": 3600, "password": password}, meanwhile)
		if i.asked.Load() < at {
			a.want(http.StatusCreated)
			return
		}
		// Signed out, or the password that came along is no longer the right one.
		if a.Status != http.StatusUnauthorized && a.Status != http.StatusUnprocessableEntity {
			t.Errorf("before statement %d: status %d", at, a.Status)
		}
	}
}

// TestTwoPasswordsAtOnce: of two who change a password at the same moment, both with the right one, one is told that it
// was not the right one any more, and the other's password holds.
func TestTwoPasswordsAtOnce(t *testing.T) {
	for _, database := range databases() {
		t.Run(database.name, func(t *testing.T) {
			t.Parallel()
			n := newNode(t, database.option(t))
			for at := int64(1); at < mostStatements; at++ {
				name := fmt.Sprint("user", at)
				n.user(name, "member")
				thief, owner := n.client(), n.client()
				thief.signIn(way{mode: "jwt", carrier: "cookie"}, name)
				owner.signIn(way{mode: "session"}, name)
				told := false // the owner may have been signed out by the other change, and is told so then
				meanwhile, i := interrupting(t, at, func() {
					a := owner.post("/session/member/account", []string{"current", password, "password", newPassword}).want(http.StatusSeeOther)
					told = a.Header.Get("Location") == "/session/member/account"
				})
				a := thief.post("/jwt/member/account", []string{"current", password, "password", "the thief's own one"}, meanwhile)
				if i.asked.Load() < at {
					a.want(http.StatusSeeOther)
					break
				}
				holds := "the thief's own one"
				if told {
					holds = newPassword
				}
				if told == (a.Status == http.StatusSeeOther && a.Header.Get("Location") == "/jwt/member/account") {
					t.Errorf("before statement %d: the owner was told %v, the other got %d", at, told, a.Status)
				}
				n.client().signInWith(way{mode: "session"}, name, holds)
			}
		})
	}
}

// TestOldPasswordBesideItsChange: somebody signs in with the old password between any two statements of its change, and
// is out when the change has been answered.
func TestOldPasswordBesideItsChange(t *testing.T) {
	for _, w := range []way{
		{mode: "session", carrier: "cookie"}, {mode: "session", carrier: "cookie", store: auth.StoreMemory},
		{mode: "jwt", carrier: "cookie", level: auth.LevelVersion}, {mode: "token", carrier: "cookie"},
	} {
		for _, by := range []string{"session", "jwt", "token"} {
			t.Run(w.String()+" beside "+by, func(t *testing.T) {
				t.Parallel()
				n := w.node(t)
				for at := int64(1); at < mostStatements; at++ {
					name := fmt.Sprint("user", at)
					n.user(name, "member")
					owner, thief := n.client(), n.client()
					owner.signIn(way{mode: by, carrier: "cookie"}, name)
					meanwhile, i := interrupting(t, at, func() {
						thief.post("/"+w.mode+"/login", []string{"username", name, "password", password, "carrier", w.carrier})
					})
					owner.post("/"+by+"/member/account", []string{"current", password, "password", newPassword}, meanwhile).wantTo("/" + by + "/member/account")
					if i.asked.Load() < at {
						break
					}
					thief.wantIn(w, false, fmt.Sprint("signed in before statement ", at))
					if w.mode == "jwt" {
						thief.post("/jwt/refresh", nil, asJSON).want(http.StatusBadRequest)
					}
				}
			})
		}
	}
}
