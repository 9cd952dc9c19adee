package models_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"twodoors/models"
)

// TestID: a database keeps the id that it was made with, and no two have the same.
func TestID(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{16}$`)
	for _, kind := range []string{"sqlite", "postgres"} {
		url := URL(t, kind)
		id := MustOpen(t, url).ID()
		if again, other := MustOpen(t, url).ID(), MustOpen(t, URL(t, kind)).ID(); again != id || other == id || !form.MatchString(id) {
			t.Errorf("%s: %q, opened again %q, another %q", kind, id, again, other)
		}
	}
}

// TestIDIsMissing: a database that has lost its id is not opened, and the reason is one line.
func TestIDIsMissing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "db")
	Must(t, MustOpen(t, "sqlite:"+path).Close())
	raw, err := sql.Open("sqlite3", "file:"+path)
	Must(t, err)
	_, err = raw.Exec(`DELETE FROM installation`)
	Must(t, errors.Join(err, raw.Close()))
	db, err := models.Open(t.Context(), models.Options{URL: "sqlite:" + path})
	if err == nil {
		_ = db.Close()
		t.Fatal("opened")
	}
	if !regexp.MustCompile(`^database .*installation is empty.*$`).MatchString(err.Error()) {
		t.Errorf("error %q", err)
	}
}

// TestRandomIDs: an id that is in use is drawn again, for a user, a team, and a team's two users.
func TestRandomIDs(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		create := func(name string) models.User {
			u, err := db.CreateUser(ctx, models.NewUser{Name: name, Now: now})
			Must(t, err)
			return u
		}
		db.DrawIDs(5, 5, 5, 6)
		if a, b := create("a"), create("b"); a.ID != 5 || b.ID != 6 {
			t.Errorf("ids %d and %d", a.ID, b.ID)
		}
		db.DrawIDs(5, 7)
		if _, err := db.CreateUser(ctx, models.NewUser{Name: "a", Now: now}); !errors.Is(err, models.ErrTaken) {
			t.Errorf("a name that is taken: %v", err)
		}
		team := func(name string) models.DemoTeam {
			made, err := db.CreateDemoTeam(ctx, models.NewUser{Name: "admin-" + name}, models.NewUser{Name: "member-" + name}, "", now, now.AddDate(0, 0, 1))
			Must(t, err)
			return made
		}
		db.DrawIDs(1, 9, 8, 1, 2, 8, 20, 2, 21, 20)
		first, second := team("x"), team("y")
		if first.Team.ID != 1 || first.Admin.ID != 8 || first.Member.ID != 9 || second.Team.ID != 2 || second.Admin.ID != 20 || second.Member.ID != 21 {
			t.Errorf("teams %+v and %+v", first, second)
		}
		if list, err := db.UsersOfTeam(ctx, 2, 0, 0); err != nil || len(list) != 2 {
			t.Errorf("of a try that failed something is left: %+v, %v", list, err)
		}
	})
}

// TestMirror: a replica has the id and the users of its original, and none of their sign-ins.
func TestMirror(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ada := MustUser(t, db, "ada", models.RoleAdmin)
		Must(t, db.StoreToken(request(t), ada.ID, 1, hash("one"), now))
		replica := MustOpen(t, "sqlite::memory:")
		Must(t, replica.Mirror(request(t), db))
		if got, err := replica.UserByName(request(t), "ada", now); err != nil || got != ada || replica.ID() != db.ID() {
			t.Errorf("%+v of %q, %v; want %+v of %q", got, replica.ID(), err, ada, db.ID())
		}
		if _, err := replica.TokenOfUser(request(t), ada.ID); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("a sign-in went along: %v", err)
		}
	})
}

// TestOldCredentialsAreVoided: what was given out before the database had an id, and does not say whose it is, is
// refused from the migration on; sessions and refresh tokens, which are looked up here and nowhere else, stay.
func TestOldCredentialsAreVoided(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"sqlite", "postgres"} {
		url := URL(t, kind)
		db := MustOpen(t, url)
		u := MustUser(t, db, "ada", models.RoleMember)
		ctx := request(t)
		s := MustSession(t, db, u.ID, 8, "session")
		MustFamily(t, db, u.ID, 1, "refresh")
		Must(t, db.StoreToken(ctx, u.ID, 1, hash("opaque"), now))
		Must(t, db.CreateLimitedToken(ctx, models.Issuer{Family: 1, Version: 1}, limitedToken(u.ID, 17, time.Hour)))
		Must(t, db.Close())
		undo(t, url, models.VersionWithoutID())

		db = MustOpen(t, url)
		if _, _, err := db.FindToken(ctx, hash("opaque"), now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: an opaque token: %v", kind, err)
		}
		if row, err := db.TokenOfUser(ctx, u.ID); err != nil || row.Standing() || row.Version <= 1 {
			t.Errorf("%s: its row: %+v, %v", kind, row, err)
		}
		if list, err := db.FamiliesOfUser(ctx, u.ID, now); err != nil || len(list) != 1 || list[0].ID != 1 {
			t.Errorf("%s: sign-ins %+v, %v", kind, list, err)
		}
		if list, err := db.LimitedTokens(ctx, u.ID, now); err != nil || len(list) != 0 {
			t.Errorf("%s: limited tokens %+v, %v", kind, list, err)
		}
		if _, got, err := db.FindSession(ctx, s.IDHash, now); err != nil || got.ID != u.ID {
			t.Errorf("%s: a session: %+v, %v", kind, got, err)
		}
	}
}

// undo takes a database back to a version of its tables.
func undo(t *testing.T, url string, version int) {
	t.Helper()
	driver, name := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, name = "sqlite3", "file:"+path
	}
	raw, err := sql.Open(driver, name)
	Must(t, err)
	for _, statement := range models.Undo(version) {
		_, err := raw.Exec(statement)
		Must(t, err)
	}
	Must(t, raw.Close())
}
