package handlers_test

import (
	"database/sql"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"twodoors/handlers/auth"
	"twodoors/models"
)

// Keys outlive a database: it is deleted and made anew, or goes back to an older state. What was signed for the users of
// the one must not be good for those of the other.

// succeeding makes a node that has everything of another one but its database: clock, keys, and Redis.
func succeeding(n *testNode) option {
	return func(s *setup) { s.cfg, s.keys, s.redis = n.cfg, n.keys, n.redisURL }
}

// raw runs a statement behind the app's back.
func (n *testNode) raw(query string, args ...any) {
	n.t.Helper()
	driver, name := "pgx", n.dbURL
	if path, ok := strings.CutPrefix(n.dbURL, "sqlite:"); ok {
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
		n.t.Fatal(err)
	}
}

// keepingWays are all ways of being signed in that can outlive a database.
func keepingWays() []way {
	return append(append(ways(), moreWays()...), way{mode: "session", carrier: "cookie", store: auth.StoreRedis})
}

// TestCredentialsOfADeletedDatabase: a database is deleted, its keys stay, and somebody else gets the very row number of
// a user who was there. Nothing that this user held opens anything.
func TestCredentialsOfADeletedDatabase(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		for _, w := range keepingWays() {
			t.Run(kind+"/"+w.String(), func(t *testing.T) {
				t.Parallel()
				on := func(*setup) {}
				if kind == "postgres" {
					on = onPostgres(t)
				}
				before := w.node(t, on)
				gone := before.user("gone", models.RoleAdmin)
				c, script := before.client(), before.script()
				c.signIn(w, "gone", "remember", "on")
				c.wantIn(w, true, "in the database that issued it")
				tokens := script.apiSignIn(w, "gone")

				if kind == "postgres" {
					on = onPostgres(t)
				}
				after := w.node(t, on, succeeding(before))
				heir := after.user("heir", models.RoleAdmin)
				other := after.user("other", models.RoleMember)
				after.raw(`UPDATE users SET id = ? WHERE id = ?`, gone.ID, heir.ID)

				for who, c := range map[string]*client{"browser": c, "script": script} {
					c.node = after
					c.wantIn(w, false, who)
					for what, a := range map[string]*answer{
						"me":       c.json("GET", w.api("/me"), nil),
						"a note":   c.json("POST", w.api("/notes"), map[string]string{"body": "by the heir?"}),
						"the name": c.post(w.page("/account/name"), []string{"name", "taken over"}),
						"users":    c.get(w.page("/admin")),
						"a role":   c.administer(w, other.ID, "role", models.RoleAdmin),
						"a token":  c.json("POST", w.api("/tokens"), map[string]any{"name": "x", "scope": "profile", "expires_in": 3600}),
						"sign-ins": c.json("GET", w.api("/devices"), nil),
					} {
						if a.Status < 300 || a.Status == http.StatusSeeOther && strings.Contains(a.location(), "/member") && !strings.Contains(a.location(), "?next=") {
							t.Errorf("%s, %s: %d to %s", who, what, a.Status, a.location())
						}
					}
				}
				if w.mode == "jwt" {
					script.bearer = ""
					script.wantRefresh(tokens.RefreshToken, http.StatusBadRequest, "the refresh token")
				}
				now, err := after.db.UserByID(background(), other.ID, after.clock.Now())
				if err != nil || now.Role != models.RoleMember {
					t.Errorf("the other user: %+v, %v", now, err)
				}
				if notes, err := after.db.Notes(background(), gone.ID, 10); err != nil || len(notes) != 0 {
					t.Errorf("the heir's notes: %+v, %v", notes, err)
				}
				c.bearer = ""
				c.signIn(w, "heir") // the browser itself is not kept out
				c.wantIn(w, true, "the heir")
			})
		}
	}
}

// TestLimitedTokenOfADeletedDatabase: a limited token has nothing that could renew it, and is refused all the same.
func TestLimitedTokenOfADeletedDatabase(t *testing.T) {
	for _, l := range auth.Levels() {
		before := newNode(t, level(l))
		gone := before.user("gone", models.RoleMember)
		c := before.script()
		c.bearer = c.apiSignIn(byHeader, "gone").AccessToken
		c.bearer = c.issue("notes:read notes:write profile", 3600).AccessToken
		c.json("GET", "/api/jwt/me", nil).want(http.StatusOK)
		after := newNode(t, succeeding(before))
		heir := after.user("heir", models.RoleMember)
		after.raw(`UPDATE users SET id = ? WHERE id = ?`, gone.ID, heir.ID)
		c.node = after
		for _, path := range []string{"/me", "/notes"} {
			c.json("GET", "/api/jwt"+path, nil).want(http.StatusUnauthorized)
		}
		c.json("POST", "/api/jwt/notes", map[string]string{"body": "by the heir?"}).want(http.StatusUnauthorized)
	}
}

// TestRestoredBackup: the database goes back to a copy from before somebody signed up, and somebody else signs up now.
// The first is nobody there, never the second: a level that asks refuses, and one that does not sees no data.
func TestRestoredBackup(t *testing.T) {
	for _, w := range keepingWays() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.node(t)
			n.user("first", models.RoleAdmin)
			backup := t.TempDir() + "/backup.db"
			n.raw(`VACUUM INTO ?`, backup)
			n.user("gone", models.RoleAdmin)
			c := n.client()
			c.signIn(w, "gone", "remember", "on")

			restored := w.node(t, succeeding(n), func(s *setup) { s.dbURL = "sqlite:" + backup })
			if restored.db.ID() != n.db.ID() {
				t.Fatal("a copy has another id than its original")
			}
			heir := restored.user("zelda", models.RoleAdmin)
			restored.note(heir.ID, "private to the heir")
			c.node = restored
			keeps := w.level == auth.LevelSignature || w.mode == "cookie" || w.store != ""
			c.wantIn(w, keeps, "a user who is not in the backup")
			c.json("POST", w.api("/notes"), map[string]string{"body": "by the heir?"})
			for _, path := range []string{"", "/notes", "/account", "/devices", "/admin"} {
				if a := c.get(w.page(path)); strings.Contains(a.Body, "zelda") || strings.Contains(a.Body, "private to the heir") {
					t.Errorf("%q shows the heir", path)
				}
			}
			if a := c.get(w.page("/admin")); a.Status == http.StatusOK {
				t.Error("the admin page let a user in who is not there")
			}
			if notes, err := restored.db.Notes(background(), heir.ID, 10); err != nil || len(notes) != 1 {
				t.Errorf("the heir's notes: %+v, %v", notes, err)
			}
		})
	}
}

// TestPasswordVersionAfterRestoring: in a restored database versions do not come again that had been used since the
// backup: a token that a change of password had refused stays refused after the next change.
func TestPasswordVersionAfterRestoring(t *testing.T) {
	for _, w := range []way{{mode: "jwt", carrier: "header", level: auth.LevelVersion}, {mode: "token", carrier: "header"}} {
		n := w.node(t)
		n.user("minji", models.RoleMember)
		first := n.script()
		first.apiSignIn(w, "minji")
		backup := t.TempDir() + "/backup.db"
		n.raw(`VACUUM INTO ?`, backup)
		change := func(c *client) {
			a := c.json("PUT", w.api("/password"), map[string]string{"current": password, "password": "another horse battery"})
			if a.Status >= 300 {
				t.Fatalf("%s: the password was not changed: %d", w, a.Status)
			}
		}
		change(first)
		thief := n.script()
		var stolen apiTokens
		thief.json("POST", w.api("/login"), map[string]any{"username": "minji", "password": "another horse battery"}).want(http.StatusOK).into(&stolen)
		thief.bearer = stolen.AccessToken + stolen.Token
		thief.wantIn(w, true, "stolen after the change")

		restored := w.node(t, succeeding(n), func(s *setup) { s.dbURL = "sqlite:" + backup })
		owner := restored.script()
		owner.apiSignIn(w, "minji")
		change(owner)
		thief.node = restored
		thief.wantIn(w, false, w.String()+": a token of a version that the restored database never gave out")
	}
}

// TestTokensFromBeforeTheDatabaseHadAnId: an access token that does not name this database is refused, and renewed where
// its refresh token is good: nobody is asked to sign in, and no form is lost.
func TestTokensFromBeforeTheDatabaseHadAnId(t *testing.T) {
	for _, w := range ways() {
		if w.mode != "jwt" {
			continue
		}
		n := w.node(t)
		n.user("minji", models.RoleMember)
		c := n.client()
		c.signIn(w, "minji")
		n.raw(`UPDATE installation SET id = 'fedcba9876543210'`)
		later := w.node(t, succeeding(n), func(s *setup) { s.dbURL = n.dbURL })
		c.node = later
		c.json("GET", "/api/jwt/me", nil).want(http.StatusUnauthorized)
		if w.carrier == "header" {
			c.wantIn(w, false, "before it is renewed")
			c.pickUp(w)
		} else {
			c.get("/jwt/member").wantTo("/jwt/refresh?next=%2Fjwt%2Fmember")
			c.follows = true
			c.post("/jwt/member/notes", []string{"body", "kept"})
			if notes := c.get("/jwt/member/notes").want(http.StatusOK).text(".note-body"); notes != "kept" {
				t.Errorf("%s: the note became %q", w, notes)
			}
		}
		c.wantIn(w, true, w.String()+": renewed")
	}
}

// TestDemoTeamOfADeletedDatabase: the cookie that names a visitor's demo team names none of another database.
func TestDemoTeamOfADeletedDatabase(t *testing.T) {
	before := newNode(t)
	w := way{mode: "session", carrier: "cookie"}
	c, victim := before.client(), before.client()
	c.demo(w, models.RoleAdmin)
	after := newNode(t, succeeding(before))
	victim.node = after
	victim.demo(w, models.RoleAdmin)
	after.raw(`UPDATE users SET team_id = ?`, 77)
	after.raw(`UPDATE teams SET id = ?`, 77)
	before.raw(`UPDATE users SET team_id = ?`, 77)
	before.raw(`UPDATE teams SET id = ?`, 77)
	c.dropCookie("twodoors-team")
	c.demo(w, models.RoleAdmin)
	c.node = after
	c.demo(w, models.RoleAdmin)
	if mine, theirs := c.names(w), victim.names(w); mine == theirs {
		t.Errorf("both see %q", mine)
	}
}

// TestKnownDeviceOfADeletedDatabase: a browser that was known for a name is not known for the next user of that name.
func TestKnownDeviceOfADeletedDatabase(t *testing.T) {
	before := newNode(t)
	w := way{mode: "session", carrier: "cookie"}
	c := before.signedIn(w, "minji")
	c.wantKnown("minji", http.StatusSeeOther)
	after := newNode(t, succeeding(before))
	after.user("minji", models.RoleMember)
	c.node = after
	c.wantKnown("minji", http.StatusTooManyRequests)
}

// wantKnown has others guess a password until no more is tried, and then tries the right one from this browser.
func (c *client) wantKnown(name string, status int) {
	c.t.Helper()
	c.node.client().wrong(way{mode: "session"}, name, 50)
	c.post("/session/login", []string{"username", name, "password", password}).want(status)
}

// TestUserNumbers: users' numbers say nothing about how many there are, and every reader of JSON keeps them.
func TestUserNumbers(t *testing.T) {
	n := newNode(t)
	seen := map[int64]bool{}
	for i := range 20 {
		c := n.script()
		var made struct{ ID int64 }
		c.json("POST", "/api/signup", map[string]string{"username": "user-" + strconv.Itoa(i), "password": password}).want(http.StatusCreated).into(&made)
		if made.ID <= 1000 || made.ID >= 1<<50 || seen[made.ID] || seen[made.ID-1] || seen[made.ID+1] {
			t.Errorf("id %d", made.ID)
		}
		seen[made.ID] = true
	}
}
