package models_test

import (
	"encoding/hex"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twodoors/models"
)

func TestSessionIsFound(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		s := MustSession(t, db, u.ID, 1, "id")
		got, user, err := db.FindSession(ctx, hash("id"), now)
		Must(t, err)
		u.PasswordHash = "" // not read
		if got != s || user != u {
			t.Errorf("found %+v of %+v, want %+v of %+v", got, user, s, u)
		}
		for what, id := range map[string]models.Session{
			"the same hash":   {IDHash: s.IDHash, DeviceID: 9, UserID: u.ID},
			"the same device": {IDHash: hash("x"), DeviceID: 1, UserID: u.ID},
		} {
			if err := db.CreateSession(ctx, id); !errors.Is(err, models.ErrTaken) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := db.CreateSession(ctx, models.Session{IDHash: hash("y"), DeviceID: 9, UserID: 999}); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("session of nobody: %v", err)
		}
	})
}

func TestSessionIsOver(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		MustSession(t, db, u.ID, 1, "id")
		find := func(at time.Time) error { _, _, err := db.FindSession(ctx, hash("id"), at); return err }
		idle, end := now.Add(30*time.Minute), now.Add(8*time.Hour)
		if err := find(idle.Add(-time.Microsecond)); err != nil {
			t.Errorf("just before it was idle too long: %v", err)
		}
		if err := find(idle); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("idle too long: %v", err)
		}
		Must(t, db.TouchSession(ctx, hash("id"), end.Add(-time.Minute)))
		Must(t, db.TouchSession(ctx, hash("id"), now)) // never backwards
		if err := find(end.Add(-time.Microsecond)); err != nil {
			t.Errorf("used until the end: %v", err)
		}
		if err := find(end); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("after its absolute end: %v", err)
		}
		Must(t, db.SetActive(ctx, 0, u.ID, false))
		if err := find(end.Add(-time.Minute)); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("user not active: %v", err)
		}
		if _, _, err := db.FindSession(ctx, hash("unknown"), now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("unknown: %v", err)
		}
		Must(t, db.TouchSession(ctx, hash("unknown"), now))
		Must(t, db.DeleteSession(ctx, hash("unknown")))
	})
}

func TestRememberedSessionIsNeverIdle(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		demo, err := db.CreateUser(ctx, models.NewUser{Name: "demo", ExpiresAt: now.Add(48 * time.Hour), Now: now})
		Must(t, err)
		s := models.Session{IDHash: hash("r"), DeviceID: 1, UserID: demo.ID, LastSeen: models.At(now), ExpiresAt: models.At(now.Add(96 * time.Hour)), Remember: true}
		Must(t, db.CreateSession(ctx, s))
		if got, _, err := db.FindSession(ctx, hash("r"), now.Add(47*time.Hour)); err != nil || !got.Remember || got.Idle != 0 {
			t.Errorf("after 47 hours: %+v, %v", got, err)
		}
		if _, _, err := db.FindSession(ctx, hash("r"), now.Add(49*time.Hour)); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("the demo account is over: %v", err)
		}
	})
}

func TestSessionGetsNewID(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		s := MustSession(t, db, u.ID, 1, "old")
		Must(t, db.RenameSession(ctx, hash("old"), hash("new"), now.Add(time.Minute)))
		_, _, old := db.FindSession(ctx, hash("old"), now)
		got, _, err := db.FindSession(ctx, hash("new"), now)
		s.IDHash, s.LastSeen = hash("new"), models.At(now.Add(time.Minute))
		if !errors.Is(old, models.ErrNotFound) || err != nil || got != s {
			t.Errorf("old id: %v; new id: %+v, %v", old, got, err)
		}
		if err := db.RenameSession(ctx, hash("old"), hash("x"), now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("renaming one that is gone: %v", err)
		}
		s.IDHash, s.DeviceID = hash("third"), 2
		Must(t, db.ReplaceSession(ctx, hash("new"), s))
		if _, _, err := db.FindSession(ctx, hash("new"), now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("replaced: %v", err)
		}
		// A replacement that fails leaves the old session as it was.
		if err := db.ReplaceSession(ctx, hash("third"), models.Session{IDHash: hash("z"), DeviceID: 3, UserID: 999}); err == nil {
			t.Error("session of nobody was stored")
		}
		if _, _, err := db.FindSession(ctx, hash("third"), now); err != nil {
			t.Errorf("after a replacement that failed: %v", err)
		}
	})
}

func TestSessionsOfUser(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		ada, bob := MustUser(t, db, "ada", models.RoleMember), MustUser(t, db, "bob", models.RoleMember)
		for i, id := range []string{"a", "b", "c"} {
			MustSession(t, db, ada.ID, int64(i+1), id)
		}
		MustSession(t, db, bob.ID, 4, "d")
		Must(t, db.TouchSession(ctx, hash("b"), now.Add(20*time.Minute)))
		devices := func(at time.Time) (ids []int64) {
			list, err := db.SessionsOfUser(ctx, ada.ID, at)
			Must(t, err)
			for _, s := range list {
				ids = append(ids, s.DeviceID)
			}
			return ids
		}
		if diff := cmp.Diff([]int64{2, 1, 3}, devices(now)); diff != "" {
			t.Errorf("devices: %s", diff)
		}
		if diff := cmp.Diff([]int64{2}, devices(now.Add(40*time.Minute))); diff != "" {
			t.Errorf("devices not idle: %s", diff)
		}
		if err := db.EndSession(ctx, ada.ID, 4); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("another user's: %v", err)
		}
		Must(t, db.EndSession(ctx, ada.ID, 1))
		if n, err := db.EndOtherSessions(ctx, ada.ID, 2); n != 1 || err != nil {
			t.Errorf("ended %d others, %v", n, err)
		}
		if diff := cmp.Diff([]int64{2}, devices(now)); diff != "" {
			t.Errorf("devices left: %s", diff)
		}
		if n, err := db.EndOtherSessions(ctx, ada.ID, 0); n != 1 || err != nil {
			t.Errorf("ended %d of all, %v", n, err)
		}
		if _, _, err := db.FindSession(ctx, hash("d"), now); err != nil {
			t.Errorf("another user's session: %v", err)
		}
	})
}

func TestSessionRow(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		u := MustUser(t, db, "ada", models.RoleMember)
		MustSession(t, db, u.ID, 1, "id")
		row, err := db.SessionRow(request(t), hash("id"))
		Must(t, err)
		h := hash("id")
		at := models.At(now)
		end := models.At(now.Add(8 * time.Hour))
		number := func(name, value string, at models.Time) models.Column {
			return models.Column{Name: name, Value: value, Bytes: 8, At: at}
		}
		want := []models.Column{
			{Name: "id_hash", Value: hex.EncodeToString(h[:]), Bytes: 32},
			number("device_id", "1", models.Time{}), number("user_id", strconv.FormatInt(u.ID, 10), models.Time{}),
			number("created_at", "1772321400123456", at), number("last_seen", "1772321400123456", at),
			number("idle_seconds", "1800", models.Time{}), number("expires_at", "1772350200123456", end),
			{Name: "user_agent", Value: "Firefox", Bytes: 7}, {Name: "address", Value: "192.0.2.1", Bytes: 9},
			{Name: "remember", Value: "false", Bytes: 1},
		}
		if diff := cmp.Diff(want, row); diff != "" {
			t.Errorf("row (-want +got)\n%s", diff)
		}
		if _, err := db.SessionRow(request(t), hash("unknown")); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("unknown: %v", err)
		}
	})
}
