package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twodoors/models"
)

func limitedToken(user, id int64, life time.Duration) models.LimitedToken {
	return models.LimitedToken{Name: "backup", Scope: "notes:read", Family: models.Family{
		ID: id, UserID: user, CreatedAt: models.At(now), LastSeen: models.At(now), ExpiresAt: models.At(now.Add(life)),
	}}
}

func TestLimitedTokens(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		ada, bob := MustUser(t, db, "ada", models.RoleMember), MustUser(t, db, "bob", models.RoleMember)
		MustFamily(t, db, ada.ID, 1, "a")
		short, long := limitedToken(ada.ID, 2, time.Hour), limitedToken(ada.ID, 3, 24*time.Hour)
		Must(t, db.CreateLimitedToken(ctx, short))
		Must(t, db.CreateLimitedToken(ctx, long))
		Must(t, db.CreateLimitedToken(ctx, limitedToken(bob.ID, 4, time.Hour)))
		if err := db.CreateLimitedToken(ctx, limitedToken(999, 5, time.Hour)); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("of nobody: %v", err)
		}
		if err := db.CreateLimitedToken(ctx, long); !errors.Is(err, models.ErrTaken) {
			t.Errorf("the same id: %v", err)
		}
		short.Carrier, long.Carrier = "script", "script"
		list, err := db.LimitedTokens(ctx, ada.ID, now)
		Must(t, err)
		if diff := cmp.Diff([]models.LimitedToken{short, long}, list); diff != "" {
			t.Errorf("list: %s", diff)
		}
		if list, _ := db.LimitedTokens(ctx, ada.ID, now.Add(time.Hour)); len(list) != 1 {
			t.Errorf("after one has expired: %+v", list)
		}
		families, err := db.FamiliesOfUser(ctx, ada.ID, now)
		Must(t, err)
		if len(families) != 3 || families[0].Label != "" || families[1].Label != "backup" {
			t.Errorf("among the sign-ins: %+v", families)
		}
		if trees, _ := db.FamilyTrees(ctx, ada.ID, now, 10, 10); len(trees) != 1 {
			t.Errorf("trees: %+v", trees)
		}

		deny := now.Add(15 * time.Minute)
		for what, err := range map[string]error{
			"a sign-in": db.EndLimitedToken(ctx, 1, ada.ID, "revoked", now, deny), "another user's": db.EndLimitedToken(ctx, 4, ada.ID, "revoked", now, deny),
			"nothing": db.EndLimitedToken(ctx, 99, ada.ID, "revoked", now, deny),
		} {
			if !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		Must(t, db.EndLimitedToken(ctx, 2, ada.ID, "revoked", now, deny))
		if n, err := db.EndOtherFamilies(ctx, ada.ID, 1, "revoked", now, deny); n != 1 || err != nil {
			t.Errorf("ended %d others, %v", n, err)
		}
		Must(t, db.EndFamily(ctx, 4, bob.ID, "revoked", now, deny))
		// Each is denied as long as it could live: until its own end, and the margin of the others after it.
		denied := func(user, id int64) bool {
			t.Helper()
			_, denied, err := db.UserForToken(ctx, user, id, true, now)
			Must(t, err)
			return denied
		}
		sweep := func(after time.Duration) {
			t.Helper()
			_, err := db.Cleanup(t.Context(), now.Add(after), 100)
			Must(t, err)
		}
		sweep(75*time.Minute - time.Microsecond)
		if !denied(ada.ID, 2) || !denied(ada.ID, 3) || !denied(bob.ID, 4) {
			t.Error("one is not denied until its end")
		}
		sweep(75 * time.Minute)
		if denied(ada.ID, 2) || denied(bob.ID, 4) {
			t.Error("one is denied for ever")
		}
		sweep(24*time.Hour + 15*time.Minute - time.Microsecond)
		if !denied(ada.ID, 3) {
			t.Error("the long one is not denied until its end")
		}
	})
}

func TestLimitedTokensAreFew(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		for i := range int64(models.LimitedTokensKept) {
			Must(t, db.CreateLimitedToken(ctx, limitedToken(u.ID, i+1, time.Hour)))
		}
		if err := db.CreateLimitedToken(ctx, limitedToken(u.ID, 100, time.Hour)); !errors.Is(err, models.ErrTooMany) {
			t.Errorf("one more: %v", err)
		}
		Must(t, db.EndLimitedToken(ctx, 1, u.ID, "revoked", now, time.Time{}))
		Must(t, db.CreateLimitedToken(ctx, limitedToken(u.ID, 100, time.Hour)))
	})
}
