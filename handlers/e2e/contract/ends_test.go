package contract_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
	"twodoors/models/redisstore"
)

// losing is a Redis that is lost after so many endings of a user's sessions.
type losing struct {
	*redisstore.Store
	left  int
	after func() // the first ending; nil: nothing
	lost  bool
}

func (l *losing) EndOtherSessions(ctx context.Context, user, keep int64) (int64, error) {
	if l.lost || l.left == 0 {
		l.lost = true
		return 0, &models.Away{Err: errors.New("lost")}
	}
	l.left--
	n, err := l.Store.EndOtherSessions(ctx, user, keep)
	if after := l.after; after != nil {
		l.after = nil
		after()
	}
	return n, err
}

func (l *losing) EndSession(ctx context.Context, user, device int64) error {
	if l.lost {
		return &models.Away{Err: errors.New("lost")}
	}
	return l.Store.EndSession(ctx, user, device)
}

func (l *losing) ChangeCopies(ctx context.Context, u models.User) error {
	if l.lost {
		return &models.Away{Err: errors.New("lost")}
	}
	return l.Store.ChangeCopies(ctx, u)
}

func (l *losing) RenameSession(ctx context.Context, old, renamed [32]byte, now time.Time) error {
	if l.lost {
		return &models.Away{Err: errors.New("lost")}
	}
	return l.Store.RenameSession(ctx, old, renamed, now)
}

// ending is a way in which sign-ins end together with something else.
type ending struct {
	name string
	do   func(c *handlerstest.Client, w handlerstest.Way, user models.User) *handlerstest.Answer
	// who asks for it: the user, or an admin.
	admin bool
	// again tells whether the user may sign in afterwards, and with which password.
	again string
}

const changedPassword = "another horse battery"

func endings() []ending {
	return []ending{
		{"deactivate", func(c *handlerstest.Client, w handlerstest.Way, _ models.User) *handlerstest.Answer {
			return c.Post(w.Page("/account/close"), []string{"do", "deactivate", "confirm", handlerstest.Password})
		}, false, ""},
		{"delete by the API", func(c *handlerstest.Client, w handlerstest.Way, _ models.User) *handlerstest.Answer {
			return c.JSON("POST", w.API("/account/close"), map[string]string{"do": "delete", "password": handlerstest.Password})
		}, false, ""},
		{"sign out everywhere", func(c *handlerstest.Client, w handlerstest.Way, _ models.User) *handlerstest.Answer {
			return c.Post(w.Page("/account/sign-out-everywhere"), nil)
		}, false, handlerstest.Password},
		{"change the password", func(c *handlerstest.Client, w handlerstest.Way, _ models.User) *handlerstest.Answer {
			return c.Post(w.Page("/account"), []string{"current", handlerstest.Password, "password", changedPassword})
		}, false, changedPassword},
		{"an admin deactivates", func(c *handlerstest.Client, w handlerstest.Way, u models.User) *handlerstest.Answer {
			return c.Administer(w, u.ID, "active", "false")
		}, true, ""},
		{"an admin ends all sign-ins", func(c *handlerstest.Client, w handlerstest.Way, u models.User) *handlerstest.Answer {
			return c.Administer(w, u.ID, "end", "sign-ins")
		}, true, handlerstest.Password},
	}
}

// TestEndedWhileRedisIsAway: where sessions cannot be ended nothing else happens either, and whoever asked for it asks
// once more.
func TestEndedWhileRedisIsAway(t *testing.T) {
	for _, e := range endings() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			w := handlerstest.StoreWays()[1]
			n := w.Node(t)
			n.User("boss", models.RoleAdmin)
			user := n.User("minji", models.RoleMember)
			session, asking := n.Client(), n.Client()
			session.SignIn(w, "minji")
			asking.SignIn(handlerstest.ByCookie, map[bool]string{true: "boss", false: "minji"}[e.admin])
			n.Redis.Off()
			for range 2 {
				a := e.do(asking, handlerstest.ByCookie, user).Want(http.StatusServiceUnavailable)
				if a.Header.Get("Retry-After") == "" || len(a.Header.Values("Set-Cookie")) != 0 {
					t.Errorf("Retry-After %q, cookies %q", a.Header.Get("Retry-After"), a.Header.Values("Set-Cookie"))
				}
			}
			n.Redis.On()
			session.WantIn(w, true, "nothing has happened")
			asking.WantIn(handlerstest.ByCookie, true, "nothing has happened")
			if a := e.do(asking, handlerstest.ByCookie, user); a.Status >= http.StatusBadRequest {
				t.Fatalf("with Redis back: status %d", a.Status)
			}
			session.WantIn(w, false, "it was ended")
		})
	}
}

// TestEndedLater: Redis is lost in the middle, when the change has been made. The answer says that it was made; the
// session that began meanwhile is ended as soon as Redis is back, by another node if need be.
func TestEndedLater(t *testing.T) {
	for _, e := range endings()[:5] {
		for _, w := range []handlerstest.Way{handlerstest.ByCookie, handlerstest.StoreWays()[1]} {
			if e.admin && w.Mode == "session" {
				continue // as the others
			}
			t.Run(e.name+" by "+w.Mode, func(t *testing.T) {
				t.Parallel()
				sessions := handlerstest.StoreWays()[1]
				var store *losing
				n := sessions.Node(t, func(s *handlerstest.Setup) {
					s.Wrap = func(rows auth.SessionRows) auth.SessionRows {
						store = &losing{Store: rows.(*redisstore.Store), left: 1}
						return store
					}
				})
				n.User("boss", models.RoleAdmin)
				user := n.User("minji", models.RoleMember)
				meanwhile, asking := n.Client(), n.Client()
				asking.SignIn(w, map[bool]string{true: "boss", false: "minji"}[e.admin])
				store.after = func() { meanwhile.SignIn(sessions, "minji") }
				if a := e.do(asking, w, user); a.Status >= http.StatusBadRequest {
					t.Fatalf("the change was made, and the answer is %d", a.Status)
				}
				meanwhile.WantIn(sessions, true, "Redis has not been told yet")
				second := handlerstest.NewNode(t, handlerstest.Beside(n)) // as after a restart: nothing but what was stored is known
				second.FinishEnds(t.Context())
				meanwhile.WantIn(sessions, true, "Redis is still lost")
				store.lost, store.left = false, 10
				second.FinishEnds(t.Context())
				meanwhile.WantIn(sessions, false, "Redis is back")
				if left, err := n.DB.PendingEnds(handlerstest.Background()); len(left) != 0 || err != nil {
					t.Errorf("left: %+v (%v)", left, err)
				}
				if e.again != "" {
					c := n.Client()
					c.SignInWith(sessions, "minji", e.again)
					second.FinishEnds(t.Context())
					c.WantIn(sessions, true, "signed in afterwards")
				}
			})
		}
	}
}

// TestCopiesChangedLater: a change of the role or the name stands, and the sessions' copies follow when Redis is back.
func TestCopiesChangedLater(t *testing.T) {
	t.Parallel()
	w := handlerstest.StoreWays()[1]
	n := w.Node(t)
	n.User("boss", models.RoleAdmin)
	second := n.User("second", models.RoleAdmin)
	c, boss := n.Client(), n.Client()
	c.SignIn(w, "second")
	boss.SignIn(handlerstest.ByCookie, "boss")
	n.Redis.Off()
	boss.Administer(handlerstest.ByCookie, second.ID, "role", "member").WantTo(handlerstest.ByCookie.Page("/admin"))
	n.Redis.On()
	var who handlerstest.Me
	c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&who)
	if who.Role != models.RoleAdmin {
		t.Errorf("the copy knew already: %s", who.Role)
	}
	n.FinishEnds(t.Context())
	if c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&who); who.Role != models.RoleMember {
		t.Errorf("the role is %s", who.Role)
	}
}

// TestSignInWaitsOnce: another program holds the lock of SQLite. Whoever signs in waits for it once and is told to come
// back; what was half made is gone when the lock is.
func TestSignInWaitsOnce(t *testing.T) {
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}} {
		t.Run(w.Mode, func(t *testing.T) {
			t.Parallel()
			n := handlerstest.NewNode(t)
			n.User("minji", models.RoleMember)
			other := rawSQLite(n)
			mustExec(t, other, "BEGIN IMMEDIATE")
			c := n.Client()
			began := time.Now()
			a := c.Post("/"+w.Mode+"/login", []string{"username", "minji", "password", handlerstest.Password, "carrier", w.Carrier})
			if took := time.Since(began); a.Want(http.StatusServiceUnavailable).Header.Get("Retry-After") == "" || took > 8*time.Second {
				t.Errorf("Retry-After %q after %v", a.Header.Get("Retry-After"), took)
			}
			mustExec(t, other, "ROLLBACK")
			n.FinishEnds(t.Context())
			c.SignIn(w, "minji")
			var list struct{ Devices []struct{ ID int64 } }
			c.JSON("GET", w.API("/devices"), nil).Want(http.StatusOK).Into(&list)
			if len(list.Devices) != 1 {
				t.Errorf("%d devices are listed", len(list.Devices))
			}
		})
	}
}
