package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twodoors/models"
)

func TestFamilies(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		ada, bob := MustUser(t, db, "ada", models.RoleMember), MustUser(t, db, "bob", models.RoleMember)
		f := MustFamily(t, db, ada.ID, 1, "a")
		for id, token := range map[int64]string{2: "b", 3: "c"} {
			MustFamily(t, db, ada.ID, id, token)
		}
		MustFamily(t, db, bob.ID, 4, "d")
		if err := db.CreateFamily(ctx, models.Family{ID: 1, UserID: ada.ID}, hash("x")); !errors.Is(err, models.ErrTaken) {
			t.Errorf("the same id: %v", err)
		}
		if err := db.CreateFamily(ctx, models.Family{ID: 9, UserID: ada.ID}, hash("a")); !errors.Is(err, models.ErrTaken) {
			t.Errorf("the same token: %v", err)
		}
		if err := db.CreateFamily(ctx, models.Family{ID: 9, UserID: 999}, hash("x")); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("family of nobody: %v", err)
		}
		list, err := db.FamiliesOfUser(ctx, ada.ID, now)
		Must(t, err)
		if len(list) != 3 || list[0] != f {
			t.Errorf("families: %+v", list)
		}
		if list, _ := db.FamiliesOfUser(ctx, ada.ID, now.Add(8*time.Hour)); len(list) != 0 {
			t.Errorf("after their end: %+v", list)
		}
		if err := db.EndFamily(ctx, 4, ada.ID, "revoked", now, 0); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("another user's: %v", err)
		}
		if n, err := db.EndOtherFamilies(ctx, ada.ID, 2, "revoked", now, 0); n != 2 || err != nil {
			t.Errorf("ended %d others, %v", n, err)
		}
		denied := map[int64]bool{}
		for id := range int64(5) {
			_, denied[id], err = db.UserForToken(ctx, ada.ID, id, true, now)
			Must(t, err)
		}
		if diff := cmp.Diff(map[int64]bool{0: false, 1: true, 2: false, 3: true, 4: false}, denied); diff != "" {
			t.Errorf("denied: %s", diff)
		}
		if n, err := db.EndOtherFamilies(ctx, ada.ID, 0, "revoked", now, 0); n != 1 || err != nil {
			t.Errorf("ended %d of all, %v", n, err)
		}
		if list, _ := db.FamiliesOfUser(ctx, ada.ID, now); len(list) != 0 {
			t.Errorf("alive at the end: %+v", list)
		}
	})
}

func TestEndFamilyKeepsTheFirstEnd(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		MustFamily(t, db, u.ID, 1, "a")
		Must(t, db.EndFamily(ctx, 1, 0, "first", now, 0))
		Must(t, db.EndFamily(ctx, 1, u.ID, "second", now.Add(time.Minute), time.Minute))
		Must(t, db.EndFamilyByToken(ctx, hash("a"), "third", now.Add(2*time.Minute), time.Hour))
		family, token, used, err := db.FamilyRows(ctx, 1)
		Must(t, err)
		if value(family, "end_reason") != "first" || value(family, "ended_at") != "1772321400123456" || len(family) != 12 || len(token) != 10 || used != (models.UsedTokens{}) {
			t.Errorf("family %+v, token %+v, used %+v", family, token, used)
		}
		// The longest denial stands: an hour is over, two are not.
		if n, err := db.Cleanup(t.Context(), now.Add(90*time.Minute), 10); n != 0 || err != nil {
			t.Errorf("removed %d, %v", n, err)
		}
		if _, denied, err := db.UserForToken(ctx, u.ID, 1, true, now); !denied || err != nil {
			t.Errorf("denied %v, %v", denied, err)
		}
		if err := db.EndFamilyByToken(ctx, hash("unknown"), "x", now, 0); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("unknown token: %v", err)
		}
		if _, _, _, err := db.FamilyRows(ctx, 99); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("unknown family: %v", err)
		}
		if _, _, err := db.UserForToken(ctx, 999, 1, true, now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("token of nobody: %v", err)
		}
		if _, denied, err := db.UserForToken(ctx, u.ID, 1, false, now); denied || err != nil {
			t.Errorf("without the denylist: denied %v, %v", denied, err)
		}
	})
}

func TestCleanup(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleAdmin)
		for i := range int64(5) {
			MustSession(t, db, u.ID, i+1, string(rune('a'+i)))
			MustFamily(t, db, u.ID, i+1, string(rune('a'+i)))
			Must(t, db.EndFamily(ctx, i+1, 0, "x", now, 0))
		}
		team, err := db.CreateDemoTeam(ctx, models.NewUser{Name: "d1"}, models.NewUser{Name: "d2"}, "", now, now.Add(2*time.Hour))
		Must(t, err)
		steps := []struct {
			at   time.Time
			want int64
		}{
			{now, 0},
			{now.Add(time.Hour), 5}, // denials
			{now.Add(2*time.Hour - time.Microsecond), 0},
			{now.Add(2 * time.Hour), 1},  // the team
			{now.Add(8 * time.Hour), 10}, // sessions and families
			{now.Add(999 * time.Hour), 0},
		}
		for _, s := range steps {
			if n, err := db.Cleanup(ctx, s.at, 2); n != s.want || err != nil {
				t.Errorf("%v later: removed %d, want %d, %v", s.at.Sub(now), n, s.want, err)
			}
		}
		list, err := db.UsersOfTeam(ctx, team.Team.ID, 0, 0)
		if len(list) != 0 || err != nil {
			t.Errorf("users of the team: %v, %v", list, err)
		}
		if _, err := db.UserByID(ctx, u.ID, now); err != nil {
			t.Errorf("the installation's own user: %v", err)
		}
	})
}
