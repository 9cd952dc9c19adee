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
		MustFamily(t, db, bob.ID, 7, "b")
		by := models.Issuer{Family: 1, Version: 1}
		short, long := limitedToken(ada.ID, 2, time.Hour), limitedToken(ada.ID, 3, 24*time.Hour)
		Must(t, db.CreateLimitedToken(ctx, by, short))
		Must(t, db.CreateLimitedToken(ctx, by, long))
		Must(t, db.CreateLimitedToken(ctx, models.Issuer{Family: 7, Version: 1}, limitedToken(bob.ID, 4, time.Hour)))
		for what, err := range map[string]error{
			"nobody":                    db.CreateLimitedToken(ctx, by, limitedToken(999, 5, time.Hour)),
			"another's sign-in":         db.CreateLimitedToken(ctx, by, limitedToken(bob.ID, 5, time.Hour)),
			"an old password's token":   db.CreateLimitedToken(ctx, models.Issuer{Family: 1, Version: 0}, limitedToken(ada.ID, 5, time.Hour)),
			"a sign-in that is no more": db.CreateLimitedToken(ctx, models.Issuer{Family: 8, Version: 1}, limitedToken(ada.ID, 5, time.Hour)),
		} {
			if !errors.Is(err, models.ErrChanged) {
				t.Errorf("of %s: %v", what, err)
			}
		}
		if err := db.CreateLimitedToken(ctx, by, long); !errors.Is(err, models.ErrTaken) {
			t.Errorf("the same id: %v", err)
		}
		short.Carrier, long.Carrier, short.AccessEnds, long.AccessEnds = "script", "script", short.ExpiresAt, long.ExpiresAt
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

		const leeway = 15 * time.Minute
		for what, err := range map[string]error{
			"a sign-in": db.EndLimitedToken(ctx, 1, ada.ID, "revoked", now, leeway), "another user's": db.EndLimitedToken(ctx, 4, ada.ID, "revoked", now, leeway),
			"nothing": db.EndLimitedToken(ctx, 99, ada.ID, "revoked", now, leeway),
		} {
			if !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		Must(t, db.EndLimitedToken(ctx, 2, ada.ID, "revoked", now, leeway))
		if n, err := db.EndOtherFamilies(ctx, ada.ID, 1, "revoked", now, leeway); n != 1 || err != nil {
			t.Errorf("ended %d others, %v", n, err)
		}
		Must(t, db.EndFamily(ctx, 4, bob.ID, "revoked", now, leeway))
		// Each is denied as long as it could live: until its own end, and the leeway after it.
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
		MustFamily(t, db, u.ID, 900, "a")
		by := models.Issuer{Family: 900, Version: 1}
		for i := range int64(models.LimitedTokensKept) {
			Must(t, db.CreateLimitedToken(ctx, by, limitedToken(u.ID, i+1, time.Hour)))
		}
		if err := db.CreateLimitedToken(ctx, by, limitedToken(u.ID, 100, time.Hour)); !errors.Is(err, models.ErrTooMany) {
			t.Errorf("one more: %v", err)
		}
		Must(t, db.EndLimitedToken(ctx, 1, u.ID, "revoked", now, 0))
		Must(t, db.CreateLimitedToken(ctx, by, limitedToken(u.ID, 100, time.Hour)))
	})
}
