package models_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"twodoors/models"
)

func TestUsers(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		ada := MustUser(t, db, "ada", models.RoleAdmin)
		if ada.ID == 0 || !ada.Active || ada.TokenVersion != 1 || !ada.ExpiresAt.IsZero() {
			t.Errorf("new user: %+v", ada)
		}
		if _, err := db.CreateUser(ctx, models.NewUser{Name: "ada", Now: now}); !errors.Is(err, models.ErrTaken) {
			t.Errorf("the same name again: %v", err)
		}
		if _, err := db.CreateUser(ctx, models.NewUser{Name: "x", Role: "king", Now: now}); err == nil {
			t.Error("a role that does not exist was accepted")
		}
		got, err := db.UserByName(ctx, "ada", now)
		Must(t, err)
		if got != ada {
			t.Errorf("by name: %+v, want %+v", got, ada)
		}
		if got, err = db.UserByID(ctx, ada.ID, now); err != nil || got != ada {
			t.Errorf("by id: %+v, %v", got, err)
		}
		if _, err := db.UserByName(ctx, "nobody", now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("unknown name: %v", err)
		}
		version, err := db.SetPassword(ctx, ada.ID, "new")
		Must(t, err)
		if got, _ := db.UserByID(ctx, ada.ID, now); version <= 1 || got.TokenVersion != version || got.PasswordHash != "new" {
			t.Errorf("after a new password: version %d, %+v", version, got)
		}
		if _, err := db.ChangePassword(ctx, ada, "late"); !errors.Is(err, models.ErrChanged) {
			t.Errorf("a change by the password before: %v", err)
		}
		ada.TokenVersion = version
		if version, err := db.ChangePassword(ctx, ada, "newer"); version <= ada.TokenVersion || err != nil {
			t.Errorf("a change by the password as it is: version %d, %v", version, err)
		}
		if _, err := db.SetPassword(ctx, 999, "new"); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("password of nobody: %v", err)
		}
		for _, name := range []string{"carl", "bea"} {
			MustUser(t, db, name, models.RoleMember)
		}
		list, err := db.UsersOfTeam(ctx, 0, 2, 1)
		Must(t, err)
		if len(list) != 2 || list[0].Name != "bea" || list[1].Name != "carl" || list[0].PasswordHash != "" {
			t.Errorf("users 2 and 3: %+v", list)
		}
		if list, _ := db.UsersOfTeam(ctx, 0, 0, 0); len(list) != 3 {
			t.Errorf("all users: %d", len(list))
		}
	})
}

func TestExpiredUser(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		end := now.Add(time.Hour)
		u, err := db.CreateUser(ctx, models.NewUser{Name: "demo", ExpiresAt: end, Now: now})
		Must(t, err)
		if _, err := db.UserByName(ctx, "demo", end.Add(-time.Microsecond)); err != nil {
			t.Errorf("just before the end: %v", err)
		}
		_, byName := db.UserByName(ctx, "demo", end)
		_, byID := db.UserByID(ctx, u.ID, end)
		if !errors.Is(byName, models.ErrNotFound) || !errors.Is(byID, models.ErrNotFound) {
			t.Errorf("at the end: %v, %v", byName, byID)
		}
		got, _, err := db.UserForToken(ctx, u.ID, 1, true, end)
		if err != nil || got.Active {
			t.Errorf("at the end, by token: active %v, %v", got.Active, err)
		}
	})
}

func TestLastAdmin(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		admin, member := MustUser(t, db, "admin", models.RoleAdmin), MustUser(t, db, "member", models.RoleMember)
		checks := []struct {
			what string
			err  error
			want error
		}{
			{"demoting the last admin", db.SetRole(ctx, 0, admin.ID, models.RoleMember), models.ErrLastAdmin},
			{"deactivating the last admin", db.SetActive(ctx, 0, admin.ID, false), models.ErrLastAdmin},
			{"the admin stays admin", db.SetRole(ctx, 0, admin.ID, models.RoleAdmin), nil},
			{"another team's user", db.SetRole(ctx, 7, member.ID, models.RoleAdmin), models.ErrNotFound},
			{"nobody", db.SetActive(ctx, 0, 999, false), models.ErrNotFound},
			{"promoting", db.SetRole(ctx, 0, member.ID, models.RoleAdmin), nil},
			{"deactivating one of two", db.SetActive(ctx, 0, member.ID, false), nil},
			{"an inactive admin does not count", db.SetRole(ctx, 0, admin.ID, models.RoleMember), models.ErrLastAdmin},
			{"demoting the inactive one", db.SetRole(ctx, 0, member.ID, models.RoleMember), nil},
			{"activating", db.SetActive(ctx, 0, member.ID, true), nil},
		}
		for _, c := range checks {
			if !errors.Is(c.err, c.want) {
				t.Errorf("%s: %v, want %v", c.what, c.err, c.want)
			}
		}
		if err := db.SetRole(ctx, 0, member.ID, "king"); err == nil {
			t.Error("a role that does not exist was accepted")
		}
	})
}

// TestAdminsDemoteEachOther has all admins of a team demoted at once, again and
// again: one is always left.
func TestAdminsDemoteEachOther(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		admins := []models.User{MustUser(t, db, "a", models.RoleAdmin), MustUser(t, db, "b", models.RoleAdmin), MustUser(t, db, "c", models.RoleAdmin)}
		for range 20 {
			var wg sync.WaitGroup
			errs := make([]error, len(admins))
			for i, u := range admins {
				wg.Go(func() { errs[i] = db.SetRole(ctx, 0, u.ID, models.RoleMember) })
			}
			wg.Wait()
			refused := 0
			for i, err := range errs {
				switch {
				case errors.Is(err, models.ErrLastAdmin):
					refused++
				case err != nil:
					t.Fatal(err)
				}
				Must(t, db.SetRole(ctx, 0, admins[i].ID, models.RoleAdmin))
			}
			if refused != 1 {
				t.Fatalf("%d of %d refused", refused, len(admins))
			}
		}
	})
}
