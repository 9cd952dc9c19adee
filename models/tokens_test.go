package models_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/models"
	"twodoors/models/modelstest"
)

func TestRotate(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		f := MustFamily(t, db, u.ID, 10, "t1")
		later := now.Add(time.Hour)
		out, err := db.Rotate(ctx, rotation("t1", "t2", later))
		Must(t, err)
		f.LastSeen, f.AccessEnds = models.At(later), models.At(later.Add(time.Hour))
		u.PasswordHash = "" // not read
		if out.Retry || out.Family != f || out.User != u {
			t.Errorf("first use: %+v, want %+v of %+v", out, f, u)
		}
		// Within the grace the same successor comes back, as long as it is unused.
		out, err = db.Rotate(ctx, rotation("t1", "t3", later.Add(10*time.Second)))
		if err != nil || !out.Retry || string(out.Sealed) != "sealed t2" {
			t.Errorf("retry: %+v, %v", out, err)
		}
		if _, err := db.Rotate(ctx, rotation("t3", "t4", later)); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("the successor that a retry brought along: %v", err)
		}
		if _, err = db.Rotate(ctx, rotation("t2", "t5", later.Add(time.Second))); err != nil {
			t.Errorf("the successor: %v", err)
		}
		// The successor has been used: presenting the parent again is reuse.
		out, err = db.Rotate(ctx, rotation("t1", "t6", later.Add(2*time.Second)))
		if !errors.Is(err, models.ErrReuse) || out.Family.ID != 10 || out.User.ID != u.ID {
			t.Errorf("reuse: %+v, %v", out, err)
		}
		if _, err := db.Rotate(ctx, rotation("t5", "t7", later)); !errors.Is(err, models.ErrEnded) {
			t.Errorf("the newest token after reuse: %v", err)
		}
		family, _, _, err := db.FamilyRows(ctx, 10)
		Must(t, err)
		if got := value(family, "end_reason"); got != models.ReasonReuse {
			t.Errorf("end reason %q", got)
		}
		if _, denied, err := db.UserForToken(ctx, u.ID, 10, true, now); !denied || err != nil {
			t.Errorf("denied %v, %v", denied, err)
		}
	})
}

// TestSealedSuccessorIsWiped shows that a stored copy lives only until its successor
// has arrived.
func TestSealedSuccessorIsWiped(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		MustFamily(t, db, u.ID, 10, "t1")
		_, err := db.Rotate(ctx, rotation("t1", "t2", now))
		Must(t, err)
		_, err = db.Rotate(ctx, rotation("t2", "t3", now))
		Must(t, err)
		_, token, used, err := db.FamilyRows(ctx, 10)
		Must(t, err)
		h, p := hash("t3"), hash("t2")
		if value(token, "hash") != fmt.Sprintf("%x", h) || value(token, "parent_hash") != fmt.Sprintf("%x", p) || value(token, "sealed_successor") != "NULL" || used.Count != 2 {
			t.Errorf("newest token %+v, used %+v", token, used)
		}
	})
}

// TestFamilyRowsAreWholeRows: what is shown of a family is all that the tables hold of it, the used tokens included.
func TestFamilyRowsAreWholeRows(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		MustFamily(t, db, u.ID, 10, "t1")
		for i := range 3 {
			_, err := db.Rotate(ctx, rotation(fmt.Sprintf("t%d", i+1), fmt.Sprintf("t%d", i+2), now))
			Must(t, err)
		}
		family, token, used, err := db.FamilyRows(ctx, 10)
		Must(t, err)
		shown := used.Bytes
		for _, c := range slices.Concat(family, token) {
			shown += c.Bytes
		}
		sizes, err := db.Sizes(ctx)
		Must(t, err)
		held := int64(0)
		for _, s := range sizes {
			held += s.Bytes
		}
		if used.Count != 3 || used.Bytes == 0 || int64(shown) != held {
			t.Errorf("%d bytes shown, of them %+v used; the tables hold %d: %+v", shown, used, held, sizes)
		}
	})
}

func TestRotateAfterGrace(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]models.Rotation{
		"late":     rotation("t1", "t3", now.Add(10*time.Second+time.Microsecond)),
		"no grace": {Presented: hash("t1"), Successor: hash("t3"), Now: now, AccessEnds: now.Add(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachDatabase(t, func(t *testing.T, db *models.DB) {
				ctx := request(t)
				u := MustUser(t, db, "ada", models.RoleMember)
				MustFamily(t, db, u.ID, 10, "t1")
				MustFamily(t, db, u.ID, 11, "other")
				_, err := db.Rotate(ctx, rotation("t1", "t2", now))
				Must(t, err)
				if _, err := db.Rotate(ctx, r); !errors.Is(err, models.ErrReuse) {
					t.Errorf("second use: %v", err)
				}
				if _, err := db.Rotate(ctx, rotation("t2", "t4", now)); !errors.Is(err, models.ErrEnded) {
					t.Errorf("the successor: %v", err)
				}
				if _, err := db.Rotate(ctx, rotation("other", "o2", now)); err != nil {
					t.Errorf("another family: %v", err)
				}
			})
		})
	}
}

func TestRotateRefuses(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		demo, err := db.CreateUser(ctx, models.NewUser{Name: "demo", ExpiresAt: now.Add(time.Hour), Now: now})
		Must(t, err)
		MustFamily(t, db, u.ID, 10, "t1")
		MustFamily(t, db, demo.ID, 11, "d1")
		check := func(what, token string, at time.Time, want error) {
			t.Helper()
			if _, err := db.Rotate(ctx, rotation(token, "next of "+what, at)); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", what, err, want)
			}
		}
		check("unknown", "x", now, models.ErrNotFound)
		check("over", "t1", now.Add(8*time.Hour), models.ErrEnded)
		check("demo account over", "d1", now.Add(time.Hour), models.ErrEnded)
		Must(t, db.SetActive(ctx, 0, u.ID, false))
		check("not active", "t1", now, models.ErrEnded)
		Must(t, db.SetActive(ctx, 0, u.ID, true))
		Must(t, db.EndFamily(ctx, 10, u.ID, "signed out", now, 0))
		check("ended", "t1", now, models.ErrEnded)
	})
}

// TestRotateAtOnce presents the same token forty times at once: one exchanges it,
// everyone else gets the same successor, and there is never a second.
func TestRotateAtOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		for round := range 3 {
			token, id := fmt.Sprint("first ", round), int64(100+round)
			MustFamily(t, db, u.ID, id, token)
			var (
				wg   sync.WaitGroup
				mu   sync.Mutex
				won  string
				kept = map[string]int{}
			)
			for i := range 40 {
				wg.Go(func() {
					next := fmt.Sprint("next ", round, " ", i)
					out, err := db.Rotate(ctx, rotation(token, next, now))
					mu.Lock()
					defer mu.Unlock()
					switch {
					case err != nil:
						t.Error(err)
					case out.Retry:
						kept[strings.TrimPrefix(string(out.Sealed), "sealed ")]++
					case won != "":
						t.Error("a second exchange")
					default:
						won = next
					}
				})
			}
			wg.Wait()
			if len(kept) != 1 || kept[won] != 39 {
				t.Errorf("won %q, kept %v", won, kept)
			}
			if _, token, used, err := db.FamilyRows(ctx, id); err != nil || used.Count != 1 || value(token, "hash") != fmt.Sprintf("%x", hash(won)) {
				t.Errorf("stored: %v, used %+v, %v", token, used, err)
			}
		}
	})
}

// TestReuseAtOnce presents the same token forty times at once without a grace: one
// exchanges it, and the family is ended.
func TestReuseAtOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		MustFamily(t, db, u.ID, 10, "t1")
		var (
			wg   sync.WaitGroup
			mu   sync.Mutex
			seen = map[string]int{}
		)
		for i := range 40 {
			wg.Go(func() {
				r := rotation("t1", fmt.Sprint("next ", i), now)
				r.Grace = 0
				_, err := db.Rotate(ctx, r)
				mu.Lock()
				defer mu.Unlock()
				seen[fmt.Sprint(err)]++
			})
		}
		wg.Wait()
		if seen["<nil>"] != 1 || seen[models.ErrReuse.Error()] != 1 || seen[models.ErrEnded.Error()] != 38 {
			t.Errorf("outcomes: %v", seen)
		}
	})
}

// TestSignOutInsideARotation: a sign-in is ended while its token is in the middle of being exchanged, read and not yet
// marked. The end waits for the exchange, and denies the access token that goes with the successor too, to its end. On
// SQLite there is no such moment: a transaction that writes has the database for itself.
func TestSignOutInsideARotation(t *testing.T) {
	t.Parallel()
	url := modelstest.Postgres(t)
	db, ctx := MustOpen(t, url), request(t)
	u := MustUser(t, db, "ada", models.RoleMember)
	f := MustFamily(t, db, u.ID, 10, "t1")
	outside, err := sql.Open("pgx", url)
	Must(t, err)
	defer outside.Close()
	waiting := func() (n int) {
		Must(t, outside.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n))
		return n
	}

	key := hash("t1")
	// Whoever has the token's row stops the exchange where it marks it.
	stop, err := outside.BeginTx(t.Context(), nil)
	Must(t, err)
	defer stop.Rollback()
	_, err = stop.ExecContext(t.Context(), `SELECT 1 FROM refresh_tokens WHERE hash = $1 FOR UPDATE`, key[:])
	Must(t, err)
	later := now.Add(30 * time.Minute)
	rotated, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := db.Rotate(ctx, rotation("t1", "t2", later))
		rotated <- err
	}()
	for waiting() < 1 && len(rotated) == 0 {
	}
	go func() { ended <- db.EndFamily(ctx, f.ID, u.ID, "signed out", later, 0) }()
	for waiting() < 2 && len(ended) == 0 {
	}
	if len(rotated) > 0 || len(ended) > 0 {
		t.Errorf("rotated %d, ended %d while the exchange was stopped: want neither", len(rotated), len(ended))
	}
	Must(t, stop.Rollback())
	Must(t, <-rotated)
	Must(t, <-ended)

	if _, err := db.Rotate(ctx, rotation("t2", "t3", later)); !errors.Is(err, models.ErrEnded) {
		t.Errorf("the successor: %v", err)
	}
	_, err = db.Cleanup(t.Context(), f.AccessEnds.Time, 0) // the first access token has ended
	Must(t, err)
	if _, denied, err := db.UserForToken(ctx, u.ID, f.ID, true, f.AccessEnds.Time); !denied || err != nil {
		t.Errorf("the access token that goes with the successor: denied %v, %v", denied, err)
	}
}

func TestRenewFamily(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		MustFamily(t, db, u.ID, 10, "t1")
		_, err := db.Rotate(ctx, rotation("t1", "t2", now))
		Must(t, err)
		f, err := db.RenewFamily(ctx, 10, hash("new"), now.Add(time.Second), now.Add(time.Hour))
		if err != nil || f.ID != 10 || f.UserID != u.ID || f.LastSeen != models.At(now.Add(time.Second)) {
			t.Errorf("renewed: %+v, %v", f, err)
		}
		if _, err := db.Rotate(ctx, rotation("new", "n2", now)); err != nil {
			t.Errorf("the new token: %v", err)
		}
		if _, err := db.Rotate(ctx, rotation("t2", "x", now)); !errors.Is(err, models.ErrReuse) {
			t.Errorf("a token made void: %v", err)
		}
		if _, err := db.RenewFamily(ctx, 10, hash("y"), now, now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("a family that has ended: %v", err)
		}
		if _, err := db.RenewFamily(ctx, 99, hash("y"), now, now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("unknown family: %v", err)
		}
	})
}

// TestRotateFinishes shows that a request whose client has gone sends nothing, and
// that one whose client goes in the middle is finished.
func TestRotateFinishes(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		u := MustUser(t, db, "ada", models.RoleMember)
		MustFamily(t, db, u.ID, 10, "t1")
		gone, cancel := context.WithCancel(request(t))
		cancel()
		_, err := db.Rotate(gone, rotation("t1", "t2", now))
		if !errors.Is(err, context.Canceled) || models.Unavailable(err) {
			t.Errorf("client gone: %v", err)
		}
		if _, err := db.Rotate(request(t), rotation("t1", "t2", now)); err != nil {
			t.Errorf("the token after that: %v", err)
		}
	})
}

// value is the value of a column by its name.
func value(row []models.Column, name string) string {
	for _, c := range row {
		if c.Name == name {
			return c.Value
		}
	}
	return "no such column"
}
