package auth_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/memorystore"
	"twodoors/models/modelstest"
	"twodoors/models/redisstore"
	"twodoors/models/sqltrace"
)

// rowsBed is a store of sessions with users to sign in.
type rowsBed struct {
	auth.SessionRows
	t        *testing.T
	ctx      context.Context
	rec      *sqltrace.Recorder
	now      time.Time
	ada, bob models.User
}

// eachStore runs a test on each kind of store. All of them keep the same promises.
func eachStore(t *testing.T, test func(*rowsBed)) {
	for _, kind := range []string{auth.StoreDatabase, auth.StoreMemory, auth.StoreRedis} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2031, 3, 3, 9, 0, 0, 123456000, time.UTC)
			rec := sqltrace.NewRecorder(time.Now())
			b := &rowsBed{t: t, ctx: sqltrace.For(sqltrace.With(t.Context(), rec), sqltrace.Auth), rec: rec, now: now}
			db, err := models.Open(t.Context(), models.Options{URL: "sqlite:" + filepath.Join(t.TempDir(), "rows.db")})
			b.must(err)
			t.Cleanup(func() { db.Close() })
			for _, u := range []*models.User{&b.ada, &b.bob} {
				name := map[bool]string{true: "ada", false: "bob"}[u == &b.ada]
				*u, err = db.CreateUser(sqltrace.Background(t.Context()), models.NewUser{Name: name, PasswordHash: "secret hash", Role: models.RoleMember, Now: now})
				b.must(err)
			}
			b.SessionRows = openRows(t, kind, db)
			if b.Kind() != kind {
				t.Fatalf("the store says it is %q", b.Kind())
			}
			test(b)
		})
	}
}

func openRows(t *testing.T, kind string, db *models.DB) auth.SessionRows {
	t.Helper()
	switch kind {
	case auth.StoreMemory:
		return memorystore.New(1000)
	case auth.StoreRedis:
		store, err := redisstore.Open(t.Context(), redisstore.Options{URL: modelstest.Redis(t), Database: db.ID(), Orphan: func(_ context.Context, text string) {
			t.Errorf("a command without a request: %s", text)
		}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		return store
	}
	return auth.InDatabase(db)
}

func (b *rowsBed) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func id(s string) [32]byte { return sha256.Sum256([]byte(s)) }

// session makes a session of a user that is idle after 30 minutes and over after eight hours.
func (b *rowsBed) session(u models.User, device int64, name string) models.Session {
	return models.Session{
		IDHash: id(name), DeviceID: device, UserID: u.ID, CreatedAt: models.At(b.now), LastSeen: models.At(b.now),
		ExpiresAt: models.At(b.now.Add(8 * time.Hour)), Idle: 30 * time.Minute, UserAgent: "Firefox, 한글", Address: "2001:db8::1",
	}
}

func (b *rowsBed) create(u models.User, device int64, name string) models.Session {
	b.t.Helper()
	s := b.session(u, device, name)
	b.must(b.CreateSession(b.ctx, s, u))
	return s
}

// found reports whether a session is there at a time.
func (b *rowsBed) found(name string, at time.Time) bool {
	b.t.Helper()
	_, _, err := b.FindSession(b.ctx, id(name), at)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		b.t.Fatal(err)
	}
	return err == nil
}

func (b *rowsBed) devices(u models.User, at time.Time) (ids []int64) {
	b.t.Helper()
	list, err := b.SessionsOfUser(b.ctx, u.ID, at)
	b.must(err)
	for _, s := range list {
		ids = append(ids, s.DeviceID)
	}
	return ids
}

func TestRowsFind(t *testing.T) {
	eachStore(t, func(b *rowsBed) {
		s := b.create(b.ada, 1, "one")
		got, u, err := b.FindSession(b.ctx, id("one"), b.now)
		b.must(err)
		if got != s {
			b.t.Errorf("found %+v, want %+v", got, s)
		}
		if u.ID != b.ada.ID || u.Name != "ada" || u.Role != models.RoleMember || !u.Active || u.PasswordHash != "" {
			b.t.Errorf("its user is %+v", u)
		}
		if b.found("another", b.now) {
			b.t.Error("an unknown id is found")
		}
		again := b.session(b.ada, 9, "one")
		if err := b.CreateSession(b.ctx, again, b.ada); !errors.Is(err, models.ErrTaken) {
			b.t.Errorf("the same id a second time: %v", err)
		}
		again = b.session(b.ada, 1, "other")
		if err := b.CreateSession(b.ctx, again, b.ada); !errors.Is(err, models.ErrTaken) {
			b.t.Errorf("the same device a second time: %v", err)
		}
	})
}

func TestRowsEndByTime(t *testing.T) {
	eachStore(t, func(b *rowsBed) {
		b.create(b.ada, 1, "one")
		idle, end := b.now.Add(30*time.Minute), b.now.Add(8*time.Hour)
		if !b.found("one", idle.Add(-time.Microsecond)) || b.found("one", idle) {
			b.t.Error("idle for 30 minutes to the microsecond: not the limit")
		}
		if len(b.devices(b.ada, idle)) != 0 {
			b.t.Error("listed though idle for too long")
		}
		b.must(b.TouchSession(b.ctx, id("one"), end.Add(-time.Minute)))
		b.must(b.TouchSession(b.ctx, id("one"), b.now)) // never backwards
		if !b.found("one", end.Add(-time.Microsecond)) || b.found("one", end) {
			b.t.Error("the absolute end is not the limit")
		}
		b.must(b.TouchSession(b.ctx, id("unknown"), b.now))

		remembered := b.session(b.ada, 2, "two")
		remembered.Idle, remembered.Remember, remembered.ExpiresAt = 0, true, models.At(b.now.Add(336*time.Hour))
		b.must(b.CreateSession(b.ctx, remembered, b.ada))
		if !b.found("two", b.now.Add(335*time.Hour)) || b.found("two", b.now.Add(336*time.Hour)) {
			b.t.Error("a remembered session has another end")
		}
	})
}

func TestRowsRename(t *testing.T) {
	eachStore(t, func(b *rowsBed) {
		s := b.create(b.ada, 1, "old")
		later := b.now.Add(time.Minute)
		b.must(b.RenameSession(b.ctx, id("old"), id("new"), later))
		got, _, err := b.FindSession(b.ctx, id("new"), later)
		s.IDHash, s.LastSeen = id("new"), models.At(later)
		if err != nil || got != s || b.found("old", later) {
			b.t.Errorf("renamed: %+v, %v; the old one is found: %v", got, err, b.found("old", later))
		}
		if err := b.RenameSession(b.ctx, id("old"), id("x"), later); !errors.Is(err, models.ErrNotFound) {
			b.t.Errorf("renaming one that is gone: %v", err)
		}
		b.must(b.EndSession(b.ctx, b.ada.ID, 1)) // found by its device under the new id too
		if b.found("new", later) {
			b.t.Error("ended and still there")
		}
	})
}

func TestRowsReplace(t *testing.T) {
	eachStore(t, func(b *rowsBed) {
		b.create(b.ada, 1, "ada's")
		b.must(b.ReplaceSession(b.ctx, id("ada's"), b.session(b.bob, 2, "bob's"), b.bob)) // another user's may be replaced
		if b.found("ada's", b.now) || !b.found("bob's", b.now) || len(b.devices(b.ada, b.now)) != 0 {
			b.t.Error("not replaced")
		}
		b.must(b.ReplaceSession(b.ctx, id("never was"), b.session(b.bob, 3, "third"), b.bob))
		if err := b.ReplaceSession(b.ctx, id("third"), b.session(b.bob, 4, "bob's"), b.bob); !errors.Is(err, models.ErrTaken) {
			b.t.Errorf("replaced by an id that exists: %v", err)
		}
		if !b.found("third", b.now) || len(b.devices(b.bob, b.now)) != 2 {
			b.t.Error("a replacement that failed has ended the old session")
		}
	})
}

func TestRowsOfUser(t *testing.T) {
	eachStore(t, func(b *rowsBed) {
		for i, name := range []string{"a", "b", "c"} {
			b.create(b.ada, int64(i+1), name)
		}
		b.create(b.bob, 4, "d")
		b.must(b.TouchSession(b.ctx, id("b"), b.now.Add(20*time.Minute)))
		if got := b.devices(b.ada, b.now); !slices.Equal(got, []int64{2, 1, 3}) {
			b.t.Errorf("devices %v", got)
		}
		if got := b.devices(b.ada, b.now.Add(40*time.Minute)); !slices.Equal(got, []int64{2}) {
			b.t.Errorf("devices not idle: %v", got)
		}
		for _, device := range []int64{4, 99, 0} {
			if err := b.EndSession(b.ctx, b.ada.ID, device); !errors.Is(err, models.ErrNotFound) {
				b.t.Errorf("ending %d: %v", device, err)
			}
		}
		b.must(b.EndSession(b.ctx, b.ada.ID, 1))
		if n, err := b.EndOtherSessions(b.ctx, b.ada.ID, 2); n != 1 || err != nil {
			b.t.Errorf("%d others ended, %v", n, err)
		}
		b.must(b.DeleteSession(b.ctx, id("unknown")))
		if got := b.devices(b.ada, b.now); !slices.Equal(got, []int64{2}) || b.found("a", b.now) || b.found("c", b.now) {
			b.t.Errorf("left: %v", got)
		}
		if n, err := b.EndOtherSessions(b.ctx, b.ada.ID, 0); n != 1 || err != nil || b.found("b", b.now) {
			b.t.Errorf("%d of all ended, %v", n, err)
		}
		b.must(b.DeleteSession(b.ctx, id("d")))
		if b.found("d", b.now) || len(b.devices(b.bob, b.now)) != 0 {
			b.t.Error("deleted and still there")
		}
	})
}

// TestRowsShown: what is shown is what is kept, and never the id itself.
func TestRowsShown(t *testing.T) {
	eachStore(t, func(b *rowsBed) {
		b.create(b.ada, 1, "one")
		row, err := b.SessionRow(b.ctx, id("one"))
		b.must(err)
		values := map[string]models.Column{}
		for _, c := range row {
			values[c.Name] = c
		}
		for name, want := range map[string]string{"device_id": "1", "idle_seconds": "1800", "address": "2001:db8::1", "remember": "false"} {
			if values[name].Value != want || values[name].Bytes == 0 {
				b.t.Errorf("%s is %+v, want %q", name, values[name], want)
			}
		}
		if at := values["created_at"].At; at != models.At(b.now) {
			b.t.Errorf("created at %v", at)
		}
		if _, copies := b.SessionRows.(auth.UserCopies); copies != (values["user_role"].Value == models.RoleMember) {
			b.t.Errorf("copies %v, shown %+v", copies, values["user_role"])
		}
		if _, err := b.SessionRow(b.ctx, id("unknown")); !errors.Is(err, models.ErrNotFound) {
			b.t.Errorf("unknown: %v", err)
		}
	})
}

// TestRowsCost: a request costs one lookup, or none where nobody is asked.
func TestRowsCost(t *testing.T) {
	eachStore(t, func(b *rowsBed) {
		b.create(b.ada, 1, "one")
		before := b.rec.Counts().Auth
		b.found("one", b.now)
		b.found("unknown", b.now)
		want := map[string]int{auth.StoreDatabase: 2, auth.StoreMemory: 0, auth.StoreRedis: 2}[b.Kind()]
		if got := b.rec.Counts().Auth - before; got != want {
			b.t.Errorf("two requests cost %d lookups, want %d", got, want)
		}
	})
}

// TestRowsCopies: a changed user is written into all of the user's sessions, and a demo account that is over
// ends them.
func TestRowsCopies(t *testing.T) {
	eachStore(t, func(b *rowsBed) {
		copies, ok := b.SessionRows.(auth.UserCopies)
		if !ok {
			return // the database joins the user
		}
		b.create(b.ada, 1, "one")
		b.create(b.ada, 2, "two")
		b.create(b.bob, 3, "bob's")
		changed := b.ada
		changed.Role, changed.DisplayName = models.RoleAdmin, "Ada L."
		b.must(copies.ChangeCopies(b.ctx, changed))
		for name, want := range map[string]string{"one": models.RoleAdmin, "two": models.RoleAdmin, "bob's": models.RoleMember} {
			if _, u, err := b.FindSession(b.ctx, id(name), b.now); err != nil || u.Role != want {
				b.t.Errorf("%s: %+v, %v", name, u, err)
			}
		}
		demo := b.bob
		demo.ExpiresAt = models.At(b.now.Add(10 * time.Minute))
		b.must(b.CreateSession(b.ctx, b.session(demo, 4, "demo"), demo))
		if !b.found("demo", b.now.Add(10*time.Minute-time.Microsecond)) || b.found("demo", b.now.Add(10*time.Minute)) {
			b.t.Error("the demo account's end does not end its session")
		}
	})
}

// TestRowsAtOnce: sessions of one user made and ended by many at once leave no trace.
func TestRowsAtOnce(t *testing.T) {
	eachStore(t, func(b *rowsBed) {
		var wg sync.WaitGroup
		for i := range int64(24) {
			wg.Go(func() {
				name := string(rune('a' + i))
				s := b.session(b.ada, i+1, name)
				for _, err := range []error{
					b.CreateSession(b.ctx, s, b.ada), b.TouchSession(b.ctx, s.IDHash, b.now.Add(time.Second)),
					b.RenameSession(b.ctx, s.IDHash, id(name+"2"), b.now.Add(2*time.Second)), b.EndSession(b.ctx, b.ada.ID, i+1),
				} {
					if err != nil {
						b.t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if left := b.devices(b.ada, b.now); len(left) != 0 {
			b.t.Errorf("left: %v", left)
		}
	})
}
