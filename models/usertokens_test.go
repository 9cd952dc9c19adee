package models_test

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/models"
)

func TestUserToken(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		if _, err := db.TokenOfUser(ctx, u.ID); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("a token that nobody stored: %v", err)
		}
		if _, err := db.ReplaceToken(ctx, u.ID, nil, now); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("replacing none: %v", err)
		}
		Must(t, db.StoreToken(ctx, u.ID, 1, hash("one"), now))
		Must(t, db.StoreToken(ctx, u.ID, 1, hash("one"), now))
		row, found, err := db.FindToken(ctx, hash("one"), now)
		Must(t, err)
		if found.ID != u.ID || !found.Active || row.Version != 1 || !row.Standing() || !row.CreatedAt.Equal(models.At(now).Time) {
			t.Errorf("found %+v of %+v", row, found)
		}

		version, err := db.ReplaceToken(ctx, u.ID, func(v int64) [32]byte { return hash(strconv.FormatInt(v, 10)) }, now.Add(time.Hour))
		Must(t, err)
		if version <= 1 {
			t.Errorf("version %d after one replacement", version)
		}
		if _, _, err := db.FindToken(ctx, hash("one"), now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("the replaced token: %v", err)
		}
		if _, _, err := db.FindToken(ctx, hash(strconv.FormatInt(version, 10)), now); err != nil {
			t.Errorf("the new token: %v", err)
		}
		if err := db.StoreToken(ctx, u.ID, 1, hash("one"), now); !errors.Is(err, models.ErrTaken) {
			t.Errorf("an old version came back: %v", err)
		}

		n, err := db.RevokeToken(ctx, u.ID)
		Must(t, err)
		again, err := db.RevokeToken(ctx, u.ID)
		Must(t, err)
		if n != 1 || again != 0 {
			t.Errorf("revoked %d, then %d", n, again)
		}
		left, err := db.TokenOfUser(ctx, u.ID)
		Must(t, err)
		if left.Version <= version || left.Standing() {
			t.Errorf("after revoking: %+v", left)
		}
		columns, err := db.TokenRow(ctx, u.ID)
		Must(t, err)
		if len(columns) != 4 || columns[2].Value != "NULL" {
			t.Errorf("the row as shown: %+v", columns)
		}
		if err := db.StoreToken(ctx, 999, 1, hash("nobody"), now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("a token for nobody: %v", err)
		}
	})
}

// TestTokenOfInactive: who may not sign in is told apart from a token that is not known.
func TestTokenOfInactive(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		Must(t, db.StoreToken(ctx, u.ID, 1, hash("one"), now))
		Must(t, db.SetActive(ctx, 0, u.ID, false))
		if _, found, err := db.FindToken(ctx, hash("one"), now); err != nil || found.Active {
			t.Errorf("active %v, %v", found.Active, err)
		}
	})
}

// TestReplaceTokenAtOnce: each replacement has a version of its own, and the row keeps the last.
func TestReplaceTokenAtOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		Must(t, db.StoreToken(ctx, u.ID, 1, hash("one"), now))
		var wg sync.WaitGroup
		var seen sync.Map
		var newest atomic.Int64
		for range 20 {
			wg.Go(func() {
				v, err := db.ReplaceToken(ctx, u.ID, func(v int64) [32]byte { return hash(strconv.FormatInt(v, 10)) }, now)
				if err != nil {
					t.Error(err)
				}
				if _, twice := seen.LoadOrStore(v, true); twice {
					t.Errorf("version %d came twice", v)
				}
				for highest := newest.Load(); v > highest && !newest.CompareAndSwap(highest, v); highest = newest.Load() {
				}
			})
		}
		wg.Wait()
		last, err := db.TokenOfUser(ctx, u.ID)
		Must(t, err)
		if want := hash(strconv.FormatInt(newest.Load(), 10)); last.Version != newest.Load() || string(last.Hash) != string(want[:]) {
			t.Errorf("version %d, and not its own hash", last.Version)
		}
	})
}

// TestOldSchemaIsBroughtUp: a database of version 1 keeps its rows and gets the new tables.
func TestOldSchemaIsBroughtUp(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			url := URL(t, kind)
			db := MustOpen(t, url)
			u := MustUser(t, db, "ada", models.RoleMember)
			Must(t, db.Close())
			undo(t, url, 1)
			db = MustOpen(t, url)
			Must(t, db.StoreToken(request(t), u.ID, 1, hash("one"), now))
			if _, found, err := db.FindToken(request(t), hash("one"), now); err != nil || found.Name != "ada" {
				t.Errorf("after the step: %+v, %v", found, err)
			}
			Must(t, MustOpen(t, url).Close()) // and once more: nothing is left to do
		})
	}
}
