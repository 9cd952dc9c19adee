package contract_test

import (
	"database/sql"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// Keys outlive a database: it is deleted and made anew, or goes back to an older state. What was signed for the users of
// the one must not be good for those of the other.

// succeeding makes a node that has everything of another one but its database: clock, keys, and Redis.
func succeeding(n *handlerstest.Node) handlerstest.Option {
	return func(s *handlerstest.Setup) { s.Config, s.Keys, s.Redis = n.Config, n.Keys, n.RedisURL }
}

// rawDatabase runs a statement behind the app's back.
func rawDatabase(n *handlerstest.Node, query string, args ...any) {
	n.T.Helper()
	driver, name := "pgx", n.DatabaseURL
	if path, ok := strings.CutPrefix(n.DatabaseURL, "sqlite:"); ok {
		driver, name = "sqlite3", "file:"+path+"?_pragma=busy_timeout(5000)"
	} else {
		query = strings.Replace(strings.Replace(query, "?", "$1", 1), "?", "$2", 1)
	}
	db, err := sql.Open(driver, name)
	if err == nil {
		_, err = db.Exec(query, args...)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		n.T.Fatal(err)
	}
}

// keepingWays are all ways of being signed in that can outlive a database.
func keepingWays() []handlerstest.Way {
	return append(append(handlerstest.Ways(), handlerstest.MoreWays()...), handlerstest.Way{Mode: "session", Carrier: "cookie", Store: auth.StoreRedis})
}

// TestCredentialsOfADeletedDatabase: a database is deleted, its keys stay, and somebody else gets the very row number of
// a user who was there. Nothing that this user held opens anything.
func TestCredentialsOfADeletedDatabase(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		for _, w := range keepingWays() {
			t.Run(kind+"/"+w.String(), func(t *testing.T) {
				t.Parallel()
				on := func(*handlerstest.Setup) {}
				if kind == "postgres" {
					on = handlerstest.OnPostgres(t)
				}
				before := w.Node(t, on)
				gone := before.User("gone", models.RoleAdmin)
				c, script := before.Client(), before.Script()
				c.SignIn(w, "gone", "remember", "on")
				c.WantIn(w, true, "in the database that issued it")
				tokens := script.APISignIn(w, "gone")

				if kind == "postgres" {
					on = handlerstest.OnPostgres(t)
				}
				after := w.Node(t, on, succeeding(before))
				heir := after.User("heir", models.RoleAdmin)
				other := after.User("other", models.RoleMember)
				rawDatabase(after, `UPDATE users SET id = ? WHERE id = ?`, gone.ID, heir.ID)

				for who, c := range map[string]*handlerstest.Client{"browser": c, "script": script} {
					c.Node = after
					c.WantIn(w, false, who)
					for what, a := range map[string]*handlerstest.Answer{
						"me":       c.JSON("GET", w.API("/me"), nil),
						"a note":   c.JSON("POST", w.API("/notes"), map[string]string{"body": "by the heir?"}),
						"the name": c.Post(w.Page("/account/name"), []string{"name", "taken over"}),
						"users":    c.Get(w.Page("/admin")),
						"a role":   c.Administer(w, other.ID, "role", models.RoleAdmin),
						"a token":  c.JSON("POST", w.API("/tokens"), map[string]any{"name": "x", "scope": "profile", "expires_in": 3600}),
						"sign-ins": c.JSON("GET", w.API("/devices"), nil),
					} {
						if a.Status < 300 || a.Status == http.StatusSeeOther && strings.Contains(a.Location(), "/member") && !strings.Contains(a.Location(), "?next=") {
							t.Errorf("%s, %s: %d to %s", who, what, a.Status, a.Location())
						}
					}
				}
				if w.Mode == "jwt" {
					script.Bearer = ""
					script.WantRefresh(tokens.RefreshToken, http.StatusBadRequest, "the refresh token")
				}
				now, err := after.DB.UserByID(handlerstest.Background(), other.ID, after.Clock.Now())
				if err != nil || now.Role != models.RoleMember {
					t.Errorf("the other user: %+v, %v", now, err)
				}
				if notes, err := after.DB.Notes(handlerstest.Background(), gone.ID, 10); err != nil || len(notes) != 0 {
					t.Errorf("the heir's notes: %+v, %v", notes, err)
				}
				c.Bearer = ""
				c.SignIn(w, "heir") // the browser itself is not kept out
				c.WantIn(w, true, "the heir")
			})
		}
	}
}

// TestLimitedTokenOfADeletedDatabase: a limited token has nothing that could renew it, and is refused all the same.
func TestLimitedTokenOfADeletedDatabase(t *testing.T) {
	for _, l := range auth.Levels() {
		before := handlerstest.NewNode(t, handlerstest.Level(l))
		gone := before.User("gone", models.RoleMember)
		c := before.Script()
		c.Bearer = c.APISignIn(handlerstest.ByHeader, "gone").AccessToken
		c.Bearer = c.Issue("notes:read notes:write profile", 3600).AccessToken
		c.JSON("GET", "/api/jwt/me", nil).Want(http.StatusOK)
		after := handlerstest.NewNode(t, succeeding(before))
		heir := after.User("heir", models.RoleMember)
		rawDatabase(after, `UPDATE users SET id = ? WHERE id = ?`, gone.ID, heir.ID)
		c.Node = after
		for _, path := range []string{"/me", "/notes"} {
			c.JSON("GET", "/api/jwt"+path, nil).Want(http.StatusUnauthorized)
		}
		c.JSON("POST", "/api/jwt/notes", map[string]string{"body": "by the heir?"}).Want(http.StatusUnauthorized)
	}
}

// TestRestoredBackup: the database goes back to a copy from before somebody signed up, and somebody else signs up now.
// The first is nobody there, never the second: a level that asks refuses, and one that does not sees no data.
func TestRestoredBackup(t *testing.T) {
	for _, w := range keepingWays() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			n.User("first", models.RoleAdmin)
			backup := t.TempDir() + "/backup.db"
			rawDatabase(n, `VACUUM INTO ?`, backup)
			n.User("gone", models.RoleAdmin)
			c := n.Client()
			c.SignIn(w, "gone", "remember", "on")

			restored := w.Node(t, succeeding(n), func(s *handlerstest.Setup) { s.DatabaseURL = "sqlite:" + backup })
			if restored.DB.ID() != n.DB.ID() {
				t.Fatal("a copy has another id than its original")
			}
			heir := restored.User("zelda", models.RoleAdmin)
			restored.Note(heir.ID, "private to the heir")
			c.Node = restored
			keeps := w.Level == auth.LevelSignature || w.Mode == "cookie" || w.Store != ""
			c.WantIn(w, keeps, "a user who is not in the backup")
			c.JSON("POST", w.API("/notes"), map[string]string{"body": "by the heir?"})
			for _, path := range []string{"", "/notes", "/account", "/devices", "/admin"} {
				if a := c.Get(w.Page(path)); strings.Contains(a.Body, "zelda") || strings.Contains(a.Body, "private to the heir") {
					t.Errorf("%q shows the heir", path)
				}
			}
			if a := c.Get(w.Page("/admin")); a.Status == http.StatusOK {
				t.Error("the admin page let a user in who is not there")
			}
			if notes, err := restored.DB.Notes(handlerstest.Background(), heir.ID, 10); err != nil || len(notes) != 1 {
				t.Errorf("the heir's notes: %+v, %v", notes, err)
			}
		})
	}
}

// TestPasswordVersionAfterRestoring: in a restored database versions do not come again that had been used since the
// backup: a token that a change of password had refused stays refused after the next change.
func TestPasswordVersionAfterRestoring(t *testing.T) {
	for _, w := range []handlerstest.Way{{Mode: "jwt", Carrier: "header", Level: auth.LevelVersion}, {Mode: "token", Carrier: "header"}} {
		n := w.Node(t)
		n.User("minji", models.RoleMember)
		first := n.Script()
		first.APISignIn(w, "minji")
		backup := t.TempDir() + "/backup.db"
		rawDatabase(n, `VACUUM INTO ?`, backup)
		change := func(c *handlerstest.Client) {
			a := c.JSON("PUT", w.API("/password"), map[string]string{"current": handlerstest.Password, "password": "another horse battery"})
			if a.Status >= 300 {
				t.Fatalf("%s: the password was not changed: %d", w, a.Status)
			}
		}
		change(first)
		thief := n.Script()
		var stolen handlerstest.APITokens
		thief.JSON("POST", w.API("/login"), map[string]any{"username": "minji", "password": "another horse battery"}).Want(http.StatusOK).Into(&stolen)
		thief.Bearer = stolen.AccessToken + stolen.Token
		thief.WantIn(w, true, "stolen after the change")

		restored := w.Node(t, succeeding(n), func(s *handlerstest.Setup) { s.DatabaseURL = "sqlite:" + backup })
		owner := restored.Script()
		owner.APISignIn(w, "minji")
		change(owner)
		thief.Node = restored
		thief.WantIn(w, false, w.String()+": a token of a version that the restored database never gave out")
	}
}

// TestTokensFromBeforeTheDatabaseHadAnId: an access token that does not name this database is refused, and renewed where
// its refresh token is good: nobody is asked to sign in, and no form is lost.
func TestTokensFromBeforeTheDatabaseHadAnId(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		if w.Mode != "jwt" {
			continue
		}
		n := w.Node(t)
		n.User("minji", models.RoleMember)
		c := n.Client()
		c.SignIn(w, "minji")
		rawDatabase(n, `UPDATE installation SET id = 'fedcba9876543210'`)
		later := w.Node(t, succeeding(n), func(s *handlerstest.Setup) { s.DatabaseURL = n.DatabaseURL })
		c.Node = later
		c.JSON("GET", "/api/jwt/me", nil).Want(http.StatusUnauthorized)
		if w.Carrier == "header" {
			c.WantIn(w, false, "before it is renewed")
			c.PickUp(w)
		} else {
			c.Get("/jwt/member").WantTo("/jwt/refresh?next=%2Fjwt%2Fmember")
			c.Follows = true
			c.Post("/jwt/member/notes", []string{"body", "kept"})
			if notes := c.Get("/jwt/member/notes").Want(http.StatusOK).Text(".note-body"); notes != "kept" {
				t.Errorf("%s: the note became %q", w, notes)
			}
		}
		c.WantIn(w, true, w.String()+": renewed")
	}
}

// TestDemoTeamOfADeletedDatabase: the cookie that names a visitor's demo team names none of another database.
func TestDemoTeamOfADeletedDatabase(t *testing.T) {
	before := handlerstest.NewNode(t)
	w := handlerstest.Way{Mode: "session", Carrier: "cookie"}
	c, victim := before.Client(), before.Client()
	c.Demo(w, models.RoleAdmin)
	after := handlerstest.NewNode(t, succeeding(before))
	victim.Node = after
	victim.Demo(w, models.RoleAdmin)
	rawDatabase(after, `UPDATE users SET team_id = ?`, 77)
	rawDatabase(after, `UPDATE teams SET id = ?`, 77)
	rawDatabase(before, `UPDATE users SET team_id = ?`, 77)
	rawDatabase(before, `UPDATE teams SET id = ?`, 77)
	c.DropCookie("twodoors-team")
	c.Demo(w, models.RoleAdmin)
	c.Node = after
	c.Demo(w, models.RoleAdmin)
	if mine, theirs := namesOf(c, w), namesOf(victim, w); mine == theirs {
		t.Errorf("both see %q", mine)
	}
}

// TestKnownDeviceOfADeletedDatabase: a browser that was known for a name is not known for the next user of that name.
func TestKnownDeviceOfADeletedDatabase(t *testing.T) {
	before := handlerstest.NewNode(t)
	w := handlerstest.Way{Mode: "session", Carrier: "cookie"}
	c := before.SignedIn(w, "minji")
	wantKnown(c, "minji", http.StatusSeeOther)
	after := handlerstest.NewNode(t, succeeding(before))
	after.User("minji", models.RoleMember)
	c.Node = after
	wantKnown(c, "minji", http.StatusTooManyRequests)
}

// wantKnown has others guess a password until no more is tried, and then tries the right one from this browser.
func wantKnown(c *handlerstest.Client, name string, status int) {
	c.T.Helper()
	c.Node.Client().Wrong(handlerstest.Way{Mode: "session"}, name, 50)
	c.Post("/session/login", []string{"username", name, "password", handlerstest.Password}).Want(status)
}

// TestUserNumbers: users' numbers say nothing about how many there are, and every reader of JSON keeps them.
func TestUserNumbers(t *testing.T) {
	n := handlerstest.NewNode(t)
	seen := map[int64]bool{}
	for i := range 20 {
		c := n.Script()
		var made struct{ ID int64 }
		c.JSON("POST", "/api/signup", map[string]string{"username": "user-" + strconv.Itoa(i), "password": handlerstest.Password}).Want(http.StatusCreated).Into(&made)
		if made.ID <= 1000 || made.ID >= 1<<50 || seen[made.ID] || seen[made.ID-1] || seen[made.ID+1] {
			t.Errorf("id %d", made.ID)
		}
		seen[made.ID] = true
	}
}
