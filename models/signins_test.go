package models_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"twodoors/models"
)

func signIn(at time.Time, agent string) models.SignIn {
	return models.SignIn{At: models.At(at), Mode: "session", Address: "192.0.2.1", UserAgent: agent}
}

func TestSignIns(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		ada, bob := MustUser(t, db, "ada", models.RoleMember), MustUser(t, db, "bob", models.RoleMember)
		if u, list, err := db.Account(ctx, ada.ID, now); err != nil || len(list) != 0 || u.ID != ada.ID || u.Name != "ada" || u.PasswordHash != "" {
			t.Fatalf("before the first: %+v, %v, %v", u, list, err)
		}
		Must(t, db.NoteSignIn(ctx, bob, signIn(now, "bob's")))
		for i := range models.SignInsKept + 7 {
			Must(t, db.NoteSignIn(ctx, ada, signIn(now.Add(time.Duration(i)*time.Minute), fmt.Sprint("no. ", i))))
		}
		last := now.Add(time.Duration(models.SignInsKept+6) * time.Minute)
		_, list, err := db.Account(ctx, ada.ID, last)
		Must(t, err)
		if len(list) != models.SignInsKept {
			t.Fatalf("%d are kept", len(list))
		}
		for i, s := range list {
			if want := signIn(last.Add(time.Duration(-i)*time.Minute), fmt.Sprint("no. ", models.SignInsKept+6-i)); s != want {
				t.Errorf("sign-in %d: %+v, want %+v", i, s, want)
			}
		}
		if _, list, err := db.Account(ctx, bob.ID, last); err != nil || len(list) != 1 {
			t.Errorf("another user's: %v, %v", list, err)
		}
		old := ada
		old.TokenVersion--
		for what, u := range map[string]models.User{"nobody": {ID: 999, TokenVersion: 1}, "a user whose password is another": old} {
			if err := db.NoteSignIn(ctx, u, signIn(now, "")); !errors.Is(err, models.ErrChanged) {
				t.Errorf("of %s: %v", what, err)
			}
		}
		if _, _, err := db.Account(ctx, 999, now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("account of nobody: %v", err)
		}

		// What is too old is not shown, and goes when it is cleared away.
		late := now.Add(models.SignInsLife + 10*time.Minute)
		if _, list, err := db.Account(ctx, ada.ID, late); err != nil || len(list) != models.SignInsKept-4 {
			t.Errorf("shown of the old ones: %d, %v", len(list), err)
		}
		if n, err := db.Cleanup(t.Context(), late, 2); n != 1+4 || err != nil {
			t.Errorf("cleared away: %d, %v", n, err)
		}
		Must(t, db.NoteSignIn(ctx, ada, signIn(late, "after")))
		if _, list, err := db.Account(ctx, ada.ID, late); err != nil || len(list) != models.SignInsKept-3 || list[0].UserAgent != "after" {
			t.Errorf("after clearing away: %+v, %v", list, err)
		}
	})
}

// TestSignInsAtOnce: of many at the same moment none is lost.
func TestSignInsAtOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ada := MustUser(t, db, "ada", models.RoleMember)
		var all sync.WaitGroup
		for i := range models.SignInsKept {
			all.Go(func() {
				if err := db.NoteSignIn(request(t), ada, signIn(now, fmt.Sprint("no. ", i))); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		_, list, err := db.Account(request(t), ada.ID, now)
		Must(t, err)
		seen := map[string]bool{}
		for _, s := range list {
			seen[s.UserAgent] = true
		}
		if len(seen) != models.SignInsKept {
			t.Errorf("%d of %d are left", len(seen), models.SignInsKept)
		}
	})
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		ada, bob := MustUser(t, db, "ada", models.RoleAdmin), MustUser(t, db, "bob", models.RoleMember)
		Must(t, db.SetDisplayName(ctx, bob.ID, "밥 <b>'"))
		if u, err := db.UserInTeam(ctx, 0, bob.ID); err != nil || u.DisplayName != "밥 <b>'" || u.PasswordHash != "" {
			t.Errorf("the user of the team: %+v, %v", u, err)
		}
		for name, err := range map[string]error{
			"a user of another team":     second(db.UserInTeam(ctx, 7, bob.ID)),
			"the name of nobody":         db.SetDisplayName(ctx, 999, "x"),
			"deleting nobody":            db.DeleteUser(ctx, 0, 999),
			"deleting from another team": db.DeleteUser(ctx, 7, bob.ID),
		} {
			if !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := db.DeleteUser(ctx, 0, ada.ID); !errors.Is(err, models.ErrLastAdmin) {
			t.Errorf("deleting the last admin: %v", err)
		}
		Must(t, db.CreateSession(ctx, models.Session{IDHash: hash("s"), DeviceID: 8, UserID: bob.ID, CreatedAt: models.At(now), LastSeen: models.At(now), ExpiresAt: models.At(now.Add(time.Hour))}))
		Must(t, db.NoteSignIn(ctx, bob, signIn(now, "")))
		Must(t, db.DeleteUser(ctx, 0, bob.ID))
		if _, err := db.SessionRow(ctx, hash("s")); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("the session of a deleted user: %v", err)
		}
		Must(t, db.SetRole(ctx, 0, MustUser(t, db, "cyd", models.RoleMember).ID, models.RoleAdmin))
		Must(t, db.DeleteUser(ctx, 0, ada.ID))
	})
}

func second[T any](_ T, err error) error { return err }
