package handlers_test

import (
	"context"
	"database/sql"
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/memorystore"
	"twodoors/models/modelstest"
	"twodoors/models/redisstore"
)

// onStore keeps the node's sessions outside of the database. Beside another node it is a store of the node's
// own.
func onStore(kind string) option { return func(s *setup) { s.store = kind } }

func openStore(n *testNode, kind string) auth.SessionRows {
	n.t.Helper()
	if kind == auth.StoreMemory {
		return memorystore.New(memorystore.Sessions)
	}
	if n.redisURL == "" {
		n.redisURL = modelstest.Redis(n.t)
	}
	store, err := redisstore.Open(n.t.Context(), redisstore.Options{URL: n.redisURL, Database: n.db.ID(), Orphan: n.orphan, Switch: &n.redis})
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { store.Close() })
	return store
}

// TestCopiedUser: what happens to a user behind the app's back is not seen by a session with a copy, but on
// the pages that ask; a session that is joined with its user sees it at once.
func TestCopiedUser(t *testing.T) {
	for _, w := range append(storeWays(), way{mode: "session", carrier: "cookie"}) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.node(t)
			copies := w.store != ""
			n.user("boss", models.RoleAdmin)
			second, out := n.user("second", models.RoleAdmin), n.user("out", models.RoleMember)
			c, gone := n.client(), n.client()
			c.signIn(w, "second")
			gone.signIn(w, "out")
			if err := n.db.SetRole(background(), 0, second.ID, models.RoleMember); err != nil {
				t.Fatal(err)
			}
			if err := n.db.SetActive(background(), 0, out.ID, false); err != nil {
				t.Fatal(err)
			}
			var who me
			c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&who)
			if want := map[bool]string{true: models.RoleAdmin, false: models.RoleMember}[copies]; who.Role != want {
				t.Errorf("the role is %s, want %s", who.Role, want)
			}
			c.get(w.page("/admin")).want(http.StatusForbidden)
			gone.wantIn(w, copies, "deactivated behind the app's back")
			if copies {
				home := gone.get(w.page("")).want(http.StatusOK)
				for _, said := range []string{"the copy that this session was given", "behind this app"} {
					if !strings.Contains(home.text("main"), said) {
						t.Errorf("the page does not say %q", said)
					}
				}
				if a := gone.get(w.page("/account")); a.Status != http.StatusSeeOther || a.setCookie("twodoors-session").MaxAge >= 0 {
					t.Errorf("the account page let a deactivated user in: %d", a.Status)
				}
			}
			boss := n.client()
			boss.signIn(w, "boss")
			boss.administer(w, second.ID, "role", "admin").wantTo(w.page("/admin"))
			boss.administer(w, second.ID, "role", "member").wantTo(w.page("/admin")) // by the app: the copy follows
			c.json("GET", w.api("/me"), nil).want(http.StatusOK).into(&who)
			if who.Role != models.RoleMember {
				t.Errorf("changed by the app itself, the role is %s", who.Role)
			}
			if hint := boss.get(w.page("/admin")).text("main"); strings.Contains(hint, "with a copy of the user") != copies {
				t.Errorf("the admin's page: %s", hint)
			}
		})
	}
}

// TestAnotherNode: a session in memory is known to its own node alone; in the database and in Redis to all.
func TestAnotherNode(t *testing.T) {
	for _, w := range append(storeWays(), way{mode: "session", carrier: "cookie"}) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.node(t)
			n.user("minji", models.RoleMember)
			options := []option{beside(n)}
			if w.store == auth.StoreMemory {
				options = append(options, onStore(auth.StoreMemory))
			}
			second := newNode(t, options...)
			c := n.client()
			c.signIn(w, "minji")
			there := second.client()
			there.setCookie("twodoors-session", c.cookie("/", "twodoors-session"))
			there.wantIn(w, w.store != auth.StoreMemory, "at the other node")
			c.wantIn(w, true, "at its own node")
		})
	}
}

// TestRedisAway: that nobody can be asked is not "signed out". The token's door stands open, and the
// session's again as soon as Redis is back.
func TestRedisAway(t *testing.T) {
	w := storeWays()[1]
	n := w.node(t)
	n.user("minji", models.RoleMember)
	c, token := n.client(), n.client()
	c.signIn(w, "minji")
	token.signIn(byCookie, "minji")
	n.redis.Off()
	for _, a := range []*answer{
		c.get(w.page("")), c.get(w.page("/account")), c.json("GET", w.api("/me"), nil), c.post("/session/logout", nil),
		c.post("/session/login", []string{"username", "minji", "password", password}), token.get("/jwt/member/devices"),
	} {
		if a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || len(a.Header.Values("Set-Cookie")) != 0 {
			t.Errorf("%s: status %d, Retry-After %q, cookies %q", a.URL, a.Status, a.Header.Get("Retry-After"), a.Header.Values("Set-Cookie"))
		}
	}
	token.get("/jwt/member").want(http.StatusOK)
	n.redis.On()
	c.wantIn(w, true, "Redis is back")
}

// TestPanelOfStores: the panel says where the session lies and what it took to find it.
func TestPanelOfStores(t *testing.T) {
	for _, w := range storeWays() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.node(t)
			n.user("minji", models.RoleMember)
			c := n.client()
			c.signIn(w, "minji")
			home := c.get(w.page("?panel=open")).want(http.StatusOK)
			texts := map[string][]string{ // by selector
				auth.StoreMemory + " .band-steps":   {"found in this process's memory", "database"},
				auth.StoreMemory + " .band-lookups": {"Nothing was sent"},
				auth.StoreMemory + " .band-state":   {"It lies in this process alone", "id_hash", "user_role"},
				auth.StoreRedis + " .band-steps":    {"Redis", "1 entry", "whose session is this?"},
				auth.StoreRedis + " .band-lookups":  {"HGETALL twodoors:session:?", "EVALSHA show-session 1 twodoors:session:?", "to Redis", "1 entry"},
				auth.StoreRedis + " .band-state":    {"Redis keeps it", "PTTL", "user_role", "idle_seconds"},
			}
			for where, said := range texts {
				store, selector, _ := strings.Cut(where, " ")
				for _, text := range said {
					if store == w.store && !strings.Contains(home.text(selector), text) {
						t.Errorf("%s does not say %q: %s", selector, text, home.text(selector))
					}
				}
			}
			if bytes := home.page().Find("[data-panel]").AttrOr("data-server-bytes", "0"); bytes == "0" {
				t.Error("the entry has no bytes")
			}
			c.language = "ko"
			c.get(w.page("/account?panel=open")).want(http.StatusOK) // a message that is missing fails every answer
			front := measured(t, n, "en")
			if got, want := front.fact("lookups", "session"), map[string]string{auth.StoreMemory: "0", auth.StoreRedis: "1"}[w.store]; !strings.HasPrefix(got, want+" ") {
				t.Errorf("the front page has measured %q lookups, want %q", got, want)
			}
		})
	}
}

// TestCleanupIsNobodysLookup: while the node clears away what is over, every request costs what it always
// does. (A statement made without a request fails every test.)
func TestCleanupIsNobodysLookup(t *testing.T) {
	for _, store := range []string{auth.StoreDatabase, auth.StoreMemory} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w, want := way{mode: "session", carrier: "cookie"}, figures(1, 0, 0)
			if store == auth.StoreMemory {
				w.store, want = store, figures(0, 0, 0)
			}
			n := w.node(t)
			u := n.user("minji", models.RoleMember)
			const rows = 1200 // more than two batches
			for i := range rows {
				s := models.Session{DeviceID: int64(8 * (i + 1)), UserID: u.ID, ExpiresAt: models.At(n.clock.Now())}
				s.IDHash[0], s.IDHash[1] = byte(i), byte(i>>8)
				if err := n.Sessions.CreateSession(background(), s, u); err != nil {
					t.Fatal(err)
				}
			}
			c := n.client()
			c.signIn(w, "minji")
			ctx, cancel := context.WithCancel(background())
			defer cancel()
			n.Start(ctx)
			for limit := time.After(3 * time.Minute); n.storedSessions() > 10; { // the front page's own sign in, too
				if a := c.get(w.page("?panel=folded")).want(http.StatusOK); a.lookups() != want {
					t.Fatalf("a request beside the clean-up: %s, want %s", a.lookups(), want)
				}
				select {
				case <-limit:
					t.Fatalf("%d sessions are left", n.storedSessions())
				default:
				}
			}
			c.wantIn(w, true, "afterwards")
		})
	}
}

// storedSessions counts what is kept, from outside of the app.
func (n *testNode) storedSessions() (count int) {
	n.t.Helper()
	if m, ok := n.Sessions.(*memorystore.Store); ok {
		return m.Len()
	}
	db, err := sql.Open("sqlite3", "file:"+strings.TrimPrefix(n.dbURL, "sqlite:")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		n.t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(n.t.Context(), "SELECT count(*) FROM sessions").Scan(&count); err != nil {
		n.t.Fatal(err)
	}
	return count
}
