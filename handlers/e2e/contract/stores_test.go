package contract_test

import (
	"context"
	"database/sql"
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
	"twodoors/models/memorystore"
)

// TestCopiedUser: what happens to a user behind the app's back is not seen by a session with a copy, but on
// the pages that ask; a session that is joined with its user sees it at once.
func TestCopiedUser(t *testing.T) {
	for _, w := range append(handlerstest.StoreWays(), handlerstest.Way{Mode: "session", Carrier: "cookie"}) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			copies := w.Store != ""
			n.User("boss", models.RoleAdmin)
			second, out := n.User("second", models.RoleAdmin), n.User("out", models.RoleMember)
			c, gone := n.Client(), n.Client()
			c.SignIn(w, "second")
			gone.SignIn(w, "out")
			if err := n.DB.SetRole(handlerstest.Background(), 0, second.ID, models.RoleMember); err != nil {
				t.Fatal(err)
			}
			if err := n.DB.SetActive(handlerstest.Background(), 0, out.ID, false); err != nil {
				t.Fatal(err)
			}
			var who handlerstest.Me
			c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&who)
			if want := map[bool]string{true: models.RoleAdmin, false: models.RoleMember}[copies]; who.Role != want {
				t.Errorf("the role is %s, want %s", who.Role, want)
			}
			c.Get(w.Page("/admin")).Want(http.StatusForbidden)
			gone.WantIn(w, copies, "deactivated behind the app's back")
			if copies {
				home := gone.Get(w.Page("")).Want(http.StatusOK)
				for _, said := range []string{"the copy that this session was given", "behind this app"} {
					if !strings.Contains(home.Text("main"), said) {
						t.Errorf("the page does not say %q", said)
					}
				}
				if a := gone.Get(w.Page("/account")); a.Status != http.StatusSeeOther || a.SetCookie("twodoors-session").MaxAge >= 0 {
					t.Errorf("the account page let a deactivated user in: %d", a.Status)
				}
			}
			boss := n.Client()
			boss.SignIn(w, "boss")
			boss.Administer(w, second.ID, "role", "admin").WantTo(w.Page("/admin"))
			boss.Administer(w, second.ID, "role", "member").WantTo(w.Page("/admin")) // by the app: the copy follows
			c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK).Into(&who)
			if who.Role != models.RoleMember {
				t.Errorf("changed by the app itself, the role is %s", who.Role)
			}
			if hint := boss.Get(w.Page("/admin")).Text("main"); strings.Contains(hint, "with a copy of the user") != copies {
				t.Errorf("the admin's page: %s", hint)
			}
		})
	}
}

// TestAnotherNode: a session in memory is known to its own node alone; in the database and in Redis to all.
func TestAnotherNode(t *testing.T) {
	for _, w := range append(handlerstest.StoreWays(), handlerstest.Way{Mode: "session", Carrier: "cookie"}) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			n.User("minji", models.RoleMember)
			options := []handlerstest.Option{handlerstest.Beside(n)}
			if w.Store == auth.StoreMemory {
				options = append(options, handlerstest.OnStore(auth.StoreMemory))
			}
			second := handlerstest.NewNode(t, options...)
			c := n.Client()
			c.SignIn(w, "minji")
			there := second.Client()
			there.SetCookie("twodoors-session", c.Cookie("/", "twodoors-session"))
			there.WantIn(w, w.Store != auth.StoreMemory, "at the other node")
			c.WantIn(w, true, "at its own node")
		})
	}
}

// TestRedisAway: that nobody can be asked is not "signed out". The token's door stands open, and the
// session's again as soon as Redis is back.
func TestRedisAway(t *testing.T) {
	w := handlerstest.StoreWays()[1]
	n := w.Node(t)
	n.User("minji", models.RoleMember)
	c, token := n.Client(), n.Client()
	c.SignIn(w, "minji")
	token.SignIn(handlerstest.ByCookie, "minji")
	n.Redis.Off()
	for _, a := range []*handlerstest.Answer{
		c.Get(w.Page("")), c.Get(w.Page("/account")), c.JSON("GET", w.API("/me"), nil), c.Post("/session/logout", nil),
		c.Post("/session/login", []string{"username", "minji", "password", handlerstest.Password}), token.Get("/jwt/member/devices"),
	} {
		if a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || len(a.Header.Values("Set-Cookie")) != 0 {
			t.Errorf("%s: status %d, Retry-After %q, cookies %q", a.URL, a.Status, a.Header.Get("Retry-After"), a.Header.Values("Set-Cookie"))
		}
	}
	token.Get("/jwt/member").Want(http.StatusOK)
	n.Redis.On()
	c.WantIn(w, true, "Redis is back")
}

// TestPanelOfStores: the panel says where the session lies and what it took to find it.
func TestPanelOfStores(t *testing.T) {
	for _, w := range handlerstest.StoreWays() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			n.User("minji", models.RoleMember)
			c := n.Client()
			c.SignIn(w, "minji")
			home := c.Get(w.Page("?panel=open")).Want(http.StatusOK)
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
					if store == w.Store && !strings.Contains(home.Text(selector), text) {
						t.Errorf("%s does not say %q: %s", selector, text, home.Text(selector))
					}
				}
			}
			if bytes := home.Page().Find("[data-panel]").AttrOr("data-server-bytes", "0"); bytes == "0" {
				t.Error("the entry has no bytes")
			}
			c.Language = "ko"
			c.Get(w.Page("/account?panel=open")).Want(http.StatusOK) // a message that is missing fails every answer
			front := measured(t, n, "en")
			if got, want := fact(front, "lookups", "session"), map[string]string{auth.StoreMemory: "0", auth.StoreRedis: "1"}[w.Store]; !strings.HasPrefix(got, want+" ") {
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
			w, want := handlerstest.Way{Mode: "session", Carrier: "cookie"}, figures(1, 0, 0)
			if store == auth.StoreMemory {
				w.Store, want = store, figures(0, 0, 0)
			}
			n := w.Node(t)
			u := n.User("minji", models.RoleMember)
			const rows = 1200 // more than two batches
			for i := range rows {
				s := models.Session{DeviceID: int64(8 * (i + 1)), UserID: u.ID, ExpiresAt: models.At(n.Clock.Now())}
				s.IDHash[0], s.IDHash[1] = byte(i), byte(i>>8)
				if err := n.Sessions.CreateSession(handlerstest.Background(), s, u); err != nil {
					t.Fatal(err)
				}
			}
			c := n.Client()
			c.SignIn(w, "minji")
			ctx, cancel := context.WithCancel(handlerstest.Background())
			defer cancel()
			n.Start(ctx)
			for limit := time.After(3 * time.Minute); storedSessions(n) > 10; { // the front page's own sign in, too
				if a := c.Get(w.Page("?panel=folded")).Want(http.StatusOK); a.Lookups() != want {
					t.Fatalf("a request beside the clean-up: %s, want %s", a.Lookups(), want)
				}
				select {
				case <-limit:
					t.Fatalf("%d sessions are left", storedSessions(n))
				default:
				}
			}
			c.WantIn(w, true, "afterwards")
		})
	}
}

// storedSessions counts what is kept, from outside of the app.
func storedSessions(n *handlerstest.Node) (count int) {
	n.T.Helper()
	if m, ok := n.Sessions.(*memorystore.Store); ok {
		return m.Len()
	}
	db, err := sql.Open("sqlite3", "file:"+strings.TrimPrefix(n.DatabaseURL, "sqlite:")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		n.T.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(n.T.Context(), "SELECT count(*) FROM sessions").Scan(&count); err != nil {
		n.T.Fatal(err)
	}
	return count
}
