package handlers_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"twodoors/handlers/auth"
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
	do   func(c *client, w way, user models.User) *answer
	// who asks for it: the user, or an admin.
	admin bool
	// again tells whether the user may sign in afterwards, and with which password.
	again string
}

const changedPassword = "another horse battery"

func endings() []ending {
	return []ending{
		{"deactivate", func(c *client, w way, _ models.User) *answer {
			return c.post(w.page("/account/close"), []string{"do", "deactivate", "confirm", password})
		}, false, ""},
		{"delete by the API", func(c *client, w way, _ models.User) *answer {
			return c.json("POST", w.api("/account/close"), map[string]string{"do": "delete", "password": password})
		}, false, ""},
		{"sign out everywhere", func(c *client, w way, _ models.User) *answer {
			return c.post(w.page("/account/sign-out-everywhere"), nil)
		}, false, password},
		{"change the password", func(c *client, w way, _ models.User) *answer {
			return c.post(w.page("/account"), []string{"current", password, "password", changedPassword})
		}, false, changedPassword},
		{"an admin deactivates", func(c *client, w way, u models.User) *answer { return c.administer(w, u.ID, "active", "false") }, true, ""},
		{"an admin ends all sign-ins", func(c *client, w way, u models.User) *answer { return c.administer(w, u.ID, "end", "sign-ins") }, true, password},
	}
}

// TestEndedWhileRedisIsAway: where sessions cannot be ended nothing else happens either, and whoever asked for it asks
// once more.
func TestEndedWhileRedisIsAway(t *testing.T) {
	for _, e := range endings() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			w := storeWays()[1]
			n := w.node(t)
			n.user("boss", models.RoleAdmin)
			user := n.user("minji", models.RoleMember)
			session, asking := n.client(), n.client()
			session.signIn(w, "minji")
			asking.signIn(byCookie, map[bool]string{true: "boss", false: "minji"}[e.admin])
			n.redis.Off()
			for range 2 {
				a := e.do(asking, byCookie, user).want(http.StatusServiceUnavailable)
				if a.Header.Get("Retry-After") == "" || len(a.Header.Values("Set-Cookie")) != 0 {
					t.Errorf("Retry-After %q, cookies %q", a.Header.Get("Retry-After"), a.Header.Values("Set-Cookie"))
				}
			}
			n.redis.On()
			session.wantIn(w, true, "nothing has happened")
			asking.wantIn(byCookie, true, "nothing has happened")
			if a := e.do(asking, byCookie, user); a.Status >= http.StatusBadRequest {
				t.Fatalf("with Redis back: status %d", a.Status)
			}
			session.wantIn(w, false, "it was ended")
		})
	}
}

// TestEndedLater: Redis is lost in the middle, when the change has been made. The answer says that it was made; the
// session that began meanwhile is ended as soon as Redis is back, by another node if need be.
func TestEndedLater(t *testing.T) {
	for _, e := range endings()[:5] {
		for _, w := range []way{byCookie, storeWays()[1]} {
			if e.admin && w.mode == "session" {
				continue // as the others
			}
			t.Run(e.name+" by "+w.mode, func(t *testing.T) {
				t.Parallel()
				sessions := storeWays()[1]
				var store *losing
				n := sessions.node(t, func(s *setup) {
					s.wrap = func(rows auth.SessionRows) auth.SessionRows {
						store = &losing{Store: rows.(*redisstore.Store), left: 1}
						return store
					}
				})
				n.user("boss", models.RoleAdmin)
				user := n.user("minji", models.RoleMember)
				meanwhile, asking := n.client(), n.client()
				asking.signIn(w, map[bool]string{true: "boss", false: "minji"}[e.admin])
				store.after = func() { meanwhile.signIn(sessions, "minji") }
				if a := e.do(asking, w, user); a.Status >= http.StatusBadRequest {
					t.Fatalf("the change was made, and the answer is %d", a.Status)
				}
				meanwhile.wantIn(sessions, true, "Redis has not been told yet")
				second := newNode(t, beside(n)) // as after a restart: nothing but what was stored is known
				second.FinishEnds(t.Context())
				meanwhile.wantIn(sessions, true, "Redis is still lost")
				store.lost, store.left = false, 10
				second.FinishEnds(t.Context())
				meanwhile.wantIn(sessions, false, "Redis is back")
				if left, err := n.db.PendingEnds(background()); len(left) != 0 || err != nil {
					t.Errorf("left: %+v (%v)", left, err)
				}
				if e.again != "" {
					c := n.client()
					c.signInWith(sessions, "minji", e.again)
					second.FinishEnds(t.Context())
					c.wantIn(sessions, true, "signed in afterwards")
				}
			})
		}
	}
}

// TestCopiesChangedLater: a change of the role or the name stands, and the sessions' copies follow when Redis is back.
func TestCopiesChangedLater(t *testing.T) {
	t.Parallel()
	w := storeWays()[1]
	n := w.node(t)
	n.user("boss", models.RoleAdmin)
	second := n.user("second", models.RoleAdmin)
	c, boss := n.client(), n.client()
	c.signIn(w, "second")
	boss.signIn(byCookie, "boss")
	n.redis.Off()
	boss.administer(byCookie, second.ID, "role", "member").wantTo(byCookie.page("/admin"))
	n.redis.On()
	var who me
	c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&who)
	if who.Role != models.RoleAdmin {
		t.Errorf("the copy knew already: %s", who.Role)
	}
	n.FinishEnds(t.Context())
	if c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&who); who.Role != models.RoleMember {
		t.Errorf("the role is %s", who.Role)
	}
}

// TestSignInWaitsOnce: another program holds the lock of SQLite. Whoever signs in waits for it once and is told to come
// back; what was half made is gone when the lock is.
func TestSignInWaitsOnce(t *testing.T) {
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}} {
		t.Run(w.mode, func(t *testing.T) {
			t.Parallel()
			n := newNode(t)
			n.user("minji", models.RoleMember)
			other := rawSQLite(n)
			mustExec(t, other, "BEGIN IMMEDIATE")
			c := n.client()
			began := time.Now()
			a := c.post("/"+w.mode+"/login", []string{"username", "minji", "password", password, "carrier", w.carrier})
			if took := time.Since(began); a.want(http.StatusServiceUnavailable).Header.Get("Retry-After") == "" || took > 8*time.Second {
				t.Errorf("Retry-After %q after %v", a.Header.Get("Retry-After"), took)
			}
			mustExec(t, other, "ROLLBACK")
			n.FinishEnds(t.Context())
			c.signIn(w, "minji")
			var list struct{ Devices []struct{ ID int64 } }
			c.json("GET", w.api("/devices"), nil).want(http.StatusOK).into(&list)
			if len(list.Devices) != 1 {
				t.Errorf("%d devices are listed", len(list.Devices))
			}
		})
	}
}
