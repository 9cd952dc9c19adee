package security_test

import (
	"fmt"
	"net/http"
	"testing"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// TestSignInBesideAChange: while somebody signs in with the right password, the user gets another one, is kept out
// or deleted, between any two statements of the sign-in. Nothing is given out then, by any door, and nothing stays
// that the change was to end: neither the password's change nor what it ends has seen this sign-in yet.
func TestSignInBesideAChange(t *testing.T) {
	changes := map[string]func(n *handlerstest.Node, owner, boss *handlerstest.Client, u models.User){
		"password": func(n *handlerstest.Node, owner, _ *handlerstest.Client, _ models.User) {
			owner.Post("/session/member/account", []string{"current", handlerstest.Password, "password", handlerstest.NewPassword}).WantTo("/session/member/account")
		},
		"kept out": func(n *handlerstest.Node, _, boss *handlerstest.Client, u models.User) {
			boss.Administer(handlerstest.Way{Mode: "session"}, u.ID, "active", "false").WantTo("/session/member/admin")
		},
		"deleted": func(n *handlerstest.Node, owner, _ *handlerstest.Client, _ models.User) {
			owner.Post("/session/member/account/close", []string{"do", "delete", "confirm", handlerstest.Password}).Want(http.StatusSeeOther)
		},
	}
	for _, database := range handlerstest.Databases() {
		for _, w := range []handlerstest.Way{
			{Mode: "session", Carrier: "cookie"}, {Mode: "session", Carrier: "cookie", Store: auth.StoreMemory}, {Mode: "jwt", Carrier: "cookie", Level: auth.LevelVersion},
			{Mode: "jwt", Carrier: "header", Level: auth.LevelSignature}, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"},
		} {
			t.Run(database.Name+"/"+w.String(), func(t *testing.T) {
				t.Parallel()
				n := w.Node(t, database.Option(t))
				n.User("boss", "admin")
				boss := n.Client()
				boss.SignIn(handlerstest.Way{Mode: "session"}, "boss")
				for what, change := range changes {
					for at := int64(1); at < handlerstest.MostStatements; at++ {
						name := fmt.Sprint(what[:2], at, "-user")
						u := n.User(name, "member")
						owner, late := n.Client(), n.Client()
						owner.SignIn(handlerstest.Way{Mode: "session"}, name)
						meanwhile, i := handlerstest.Interrupting(t, at, func() { change(n, owner, boss, u) })
						a := late.Post("/"+w.Mode+"/login", []string{"username", name, "password", handlerstest.Password, "carrier", w.Carrier}, meanwhile)
						if i.Asked.Load() < at {
							a.Want(http.StatusSeeOther) // nothing happened: that was all of its statements
							break
						}
						if a.Status != http.StatusUnauthorized {
							t.Errorf("%s before statement %d: status %d", what, at, a.Status)
						}
						for kept := range credentialsOf(late) {
							t.Errorf("%s before statement %d: %s was given out", what, at, kept)
						}
						if list := owner.Copied(); what == "password" && w.Mode != "token" && len(list.Devices(handlerstest.Way{Mode: "session"})) != 1 {
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
	for what, change := range map[string]func(owner *handlerstest.Client){
		"password": func(owner *handlerstest.Client) {
			owner.Post("/session/member/account", []string{"current", handlerstest.Password, "password", handlerstest.NewPassword}).WantTo("/session/member/account")
		},
		"everywhere": func(owner *handlerstest.Client) {
			owner.Post("/session/member/account/sign-out-everywhere", nil).WantTo("/session/login")
		},
	} {
		for _, database := range handlerstest.Databases() {
			t.Run(what+"/"+database.Name, func(t *testing.T) {
				t.Parallel()
				limitedBesideAChange(t, handlerstest.NewNode(t, database.Option(t), handlerstest.Level(auth.LevelVersion)), change)
			})
		}
	}
}

func limitedBesideAChange(t *testing.T, n *handlerstest.Node, change func(owner *handlerstest.Client)) {
	for at := int64(1); ; at++ {
		name := fmt.Sprint("user", at)
		n.User(name, "member")
		thief, owner := n.Client(), n.Client()
		thief.SignIn(handlerstest.Way{Mode: "jwt", Carrier: "header"}, name)
		owner.SignIn(handlerstest.Way{Mode: "session"}, name)
		meanwhile, i := handlerstest.Interrupting(t, at, func() { change(owner) })
		a := thief.JSON("POST", "/api/jwt/tokens", map[string]any{"name": "script", "scope": auth.ScopeProfile, "expires_in": 3600, "password": handlerstest.Password}, meanwhile)
		if i.Asked.Load() < at {
			a.Want(http.StatusCreated)
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
	for _, database := range handlerstest.Databases() {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			n := handlerstest.NewNode(t, database.Option(t))
			for at := int64(1); at < handlerstest.MostStatements; at++ {
				name := fmt.Sprint("user", at)
				n.User(name, "member")
				thief, owner := n.Client(), n.Client()
				thief.SignIn(handlerstest.Way{Mode: "jwt", Carrier: "cookie"}, name)
				owner.SignIn(handlerstest.Way{Mode: "session"}, name)
				told := false // the owner may have been signed out by the other change, and is told so then
				meanwhile, i := handlerstest.Interrupting(t, at, func() {
					a := owner.Post("/session/member/account", []string{"current", handlerstest.Password, "password", handlerstest.NewPassword}).Want(http.StatusSeeOther)
					told = a.Header.Get("Location") == "/session/member/account"
				})
				a := thief.Post("/jwt/member/account", []string{"current", handlerstest.Password, "password", "the thief's own one"}, meanwhile)
				if i.Asked.Load() < at {
					a.Want(http.StatusSeeOther)
					break
				}
				holds := "the thief's own one"
				if told {
					holds = handlerstest.NewPassword
				}
				if told == (a.Status == http.StatusSeeOther && a.Header.Get("Location") == "/jwt/member/account") {
					t.Errorf("before statement %d: the owner was told %v, the other got %d", at, told, a.Status)
				}
				n.Client().SignInWith(handlerstest.Way{Mode: "session"}, name, holds)
			}
		})
	}
}

// TestOldPasswordBesideItsChange: somebody signs in with the old password between any two statements of its change, and
// is out when the change has been answered.
func TestOldPasswordBesideItsChange(t *testing.T) {
	for _, w := range []handlerstest.Way{
		{Mode: "session", Carrier: "cookie"}, {Mode: "session", Carrier: "cookie", Store: auth.StoreMemory},
		{Mode: "jwt", Carrier: "cookie", Level: auth.LevelVersion}, {Mode: "token", Carrier: "cookie"},
	} {
		for _, by := range []string{"session", "jwt", "token"} {
			t.Run(w.String()+" beside "+by, func(t *testing.T) {
				t.Parallel()
				n := w.Node(t)
				for at := int64(1); at < handlerstest.MostStatements; at++ {
					name := fmt.Sprint("user", at)
					n.User(name, "member")
					owner, thief := n.Client(), n.Client()
					owner.SignIn(handlerstest.Way{Mode: by, Carrier: "cookie"}, name)
					meanwhile, i := handlerstest.Interrupting(t, at, func() {
						thief.Post("/"+w.Mode+"/login", []string{"username", name, "password", handlerstest.Password, "carrier", w.Carrier})
					})
					owner.Post("/"+by+"/member/account", []string{"current", handlerstest.Password, "password", handlerstest.NewPassword}, meanwhile).WantTo("/" + by + "/member/account")
					if i.Asked.Load() < at {
						break
					}
					thief.WantIn(w, false, fmt.Sprint("signed in before statement ", at))
					if w.Mode == "jwt" {
						thief.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusBadRequest)
					}
				}
			})
		}
	}
}

// TestRefreshBesideASignOut: a token is renewed between any two statements of the sign-out, and the other way round. When
// both have been answered, no credential of that sign-in is good any more: neither those from before nor what the renewal
// gave.
func TestRefreshBesideASignOut(t *testing.T) {
	w := handlerstest.Way{Mode: "jwt", Carrier: "header", Level: auth.LevelDenylist}
	for _, database := range handlerstest.Databases() {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			n := w.Node(t, database.Option(t))
			renew := func(c *handlerstest.Client, changes ...handlerstest.Change) {
				a := c.Post("/jwt/refresh", nil, append(changes, handlerstest.AsJSON)...)
				var given struct {
					Access string `json:"access_token"`
				}
				if a.Status == http.StatusOK {
					a.Into(&given)
					c.Bearer = given.Access
				}
			}
			users := 0
			signOut := func(c *handlerstest.Client, changes ...handlerstest.Change) { c.Post("/jwt/logout", nil, changes...) }
			for what, race := range map[string]struct {
				first, meanwhile func(*handlerstest.Client, ...handlerstest.Change)
			}{"a renewal beside a sign-out": {signOut, renew}, "a sign-out beside a renewal": {renew, signOut}} {
				for at := int64(1); at < handlerstest.MostStatements; at++ {
					users++
					owner := n.SignedIn(w, fmt.Sprint("user", users))
					before, tab := owner.Copied(), owner.Copied()
					change, i := handlerstest.Interrupting(t, at, func() { race.meanwhile(tab) })
					race.first(owner, change)
					if i.Asked.Load() < at {
						if at == 1 {
							t.Errorf("%s: no statement was made", what)
						}
						break
					}
					for holder, c := range map[string]*handlerstest.Client{"a copy": before, "the one": owner, "the other": tab} {
						c.WantIn(w, false, fmt.Sprint(what, ", statement ", at, ", ", holder))
						if a := c.Post("/jwt/refresh", nil, handlerstest.AsJSON); a.Status != http.StatusBadRequest {
							t.Errorf("%s, statement %d: the refresh token of %s: status %d", what, at, holder, a.Status)
						}
					}
				}
			}
		})
	}
}
