package models_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// sizeOf is what one table holds.
func sizeOf(t *testing.T, db *models.DB, table string) models.Size {
	t.Helper()
	list, err := db.Sizes(request(t))
	Must(t, err)
	for _, s := range list {
		if s.Table == table {
			return s
		}
	}
	t.Fatalf("no size of %s", table)
	return models.Size{}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		u := MustUser(t, db, "ada", models.RoleMember)
		for _, table := range []string{"sessions", "token_families", "refresh_tokens", "denylist", "user_tokens"} {
			if s := sizeOf(t, db, table); s.Rows != 0 || s.Bytes != 0 {
				t.Errorf("empty: %+v", s)
			}
		}
		s := MustSession(t, db, u.ID, 1, "id")
		MustFamily(t, db, u.ID, 9, "token")
		columns, err := db.SessionRow(request(t), s.IDHash)
		Must(t, err)
		want := int64(0)
		for _, c := range columns {
			want += int64(c.Bytes)
		}
		if got := sizeOf(t, db, "sessions"); got.Rows != 1 || got.Bytes != want {
			t.Errorf("%+v, want one row of %d bytes", got, want)
		}
		if got := sizeOf(t, db, "refresh_tokens"); got.Rows != 1 || got.Bytes < 32+3*8 {
			t.Errorf("%+v", got)
		}
	})
}

func TestPopulate(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := request(t)
		u := MustUser(t, db, "ada", models.RoleMember)
		var p models.Population
		const n = 600 // more than one statement takes
		for i := range int64(n) {
			id := "id" + strconv.FormatInt(i, 10)
			p.Sessions = append(p.Sessions, models.Session{
				IDHash: hash(id), DeviceID: 8 * (i + 1), UserID: u.ID, CreatedAt: models.At(now), LastSeen: models.At(now),
				Idle: time.Hour, ExpiresAt: models.At(now.Add(time.Hour)), UserAgent: "a browser", Address: "192.0.2.1",
			})
			p.Families = append(p.Families, models.Family{
				ID: 8*(i+1) + 1, UserID: u.ID, CreatedAt: models.At(now), LastSeen: models.At(now), ExpiresAt: models.At(now.Add(time.Hour)), Carrier: "header",
			})
			p.Refresh = append(p.Refresh, hash(id))
		}
		p.Tokens = []models.UserToken{{UserID: u.ID, Version: 1, Hash: make([]byte, 32), CreatedAt: models.At(now)}}
		Must(t, db.Populate(ctx, p))
		for table, rows := range map[string]int64{"sessions": n, "token_families": n, "refresh_tokens": n, "user_tokens": 1} {
			if got := sizeOf(t, db, table); got.Rows != rows {
				t.Errorf("%+v, want %d rows", got, rows)
			}
		}
		Must(t, db.Settle(ctx))
		if rows, err := db.PlannedRows(ctx); err != nil || rows != n {
			t.Errorf("planned with %d sessions, %v; there are %d", rows, err, n)
		}
		// What was stored at once is as if it had been signed in.
		if got, _, err := db.FindSession(ctx, hash("id599"), now); err != nil || got != p.Sessions[599] {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := db.Rotate(ctx, rotation("id5", "next", now)); err != nil {
			t.Error(err)
		}
		// All or nothing.
		if err := db.Populate(ctx, models.Population{Tokens: p.Tokens, Sessions: p.Sessions[:1]}); !errors.Is(err, models.ErrTaken) {
			t.Errorf("twice: %v", err)
		}
	})
}

func TestFillAndFind(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		ctx := sqltrace.Background(t.Context())
		u := MustUser(t, db, "ada", models.RoleMember)
		like := models.Session{DeviceID: 8, UserID: u.ID, CreatedAt: models.At(now), LastSeen: models.At(now), ExpiresAt: models.At(now.Add(time.Hour)), UserAgent: "a browser", Address: "192.0.2.1"}
		const n = 2000
		found, err := db.FillSessions(ctx, like, n)
		Must(t, err)
		if got := sizeOf(t, db, "sessions"); got.Rows != n {
			t.Errorf("%+v", got)
		}
		if got, user, err := db.FindSession(ctx, found, now); err != nil || user.ID != u.ID || got.DeviceID != 8 || got.UserAgent != "a browser" {
			t.Errorf("%+v, %v", got, err)
		}
		pages := map[bool]int64{}
		for index, want := range map[bool]int64{true: 1, false: n} {
			got, err := db.ExamineSessionLookup(ctx, found, now, index)
			if err != nil || got.Rows != want {
				t.Errorf("index %t: %d rows are looked at, %v; want %d", index, got.Rows, err, want)
			}
			pages[index] = got.Pages
		}
		if pages[true] < 1 || pages[true] > 8 || pages[false] < 20 {
			t.Errorf("%d pages are read by the index, %d without", pages[true], pages[false])
		}
	})
}

// TestCreateUsers: many accounts are made with ids of their own, or none where a name is taken.
func TestCreateUsers(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		var list []models.NewUser
		for i := range 600 {
			list = append(list, models.NewUser{Name: "user-" + strconv.Itoa(i), Now: now})
		}
		users, err := db.CreateUsers(request(t), list)
		Must(t, err)
		if got, err := db.UserByID(request(t), users[599].ID, now); err != nil || got.Name != "user-599" || got.ID == users[0].ID {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := db.CreateUsers(request(t), []models.NewUser{{Name: "another", Now: now}, {Name: "user-7", Now: now}}); !errors.Is(err, models.ErrTaken) {
			t.Errorf("a taken name: %v", err)
		}
		if _, err := db.UserByName(request(t), "another", now); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("an account beside a taken name: %v", err)
		}
	})
}

func TestHolding(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		u := MustUser(t, db, "ada", models.RoleMember)
		s := MustSession(t, db, u.ID, 1, "a session's id")
		MustFamily(t, db, u.ID, 9, "token")
		for credential, want := range map[string]int64{
			"a session's id": 1, // by its hash
			s.UserAgent:      2, // as it is, in both tables
			"something else": 0,
		} {
			if got, err := db.CountRowsContaining(request(t), credential); err != nil || got != want {
				t.Errorf("%q: %d rows, %v; want %d", credential, got, err, want)
			}
		}
	})
}

// TestSwitchedOff: while the database is away every call says so in a way that is told from "not found".
func TestSwitchedOff(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"sqlite", "memory", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			var power sqltrace.Switch
			db, err := models.Open(t.Context(), models.Options{URL: URL(t, kind), Switch: &power})
			Must(t, err)
			defer db.Close()
			u := MustUser(t, db, "ada", models.RoleMember)
			power.Off()
			for what, attempt := range map[string]func(context.Context) error{
				"read":        func(ctx context.Context) error { _, err := db.UserByID(ctx, u.ID, now); return err },
				"write":       func(ctx context.Context) error { _, err := db.SetPassword(ctx, u.ID, "x"); return err },
				"transaction": func(ctx context.Context) error { return db.SetActive(ctx, 0, u.ID, true) },
				"ping":        db.Ping,
			} {
				if err := attempt(request(t)); !models.Unavailable(err) {
					t.Errorf("%s: %v", what, err)
				}
			}
			power.On()
			if _, err := db.UserByID(request(t), u.ID, now); err != nil {
				t.Errorf("back: %v", err)
			}
		})
	}
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	if err := models.CreateSchema(ctx, "sqlite::memory:", "world"); err == nil {
		t.Error("SQLite has a schema")
	}
	where := URL(t, "postgres")
	name := `odd "name"; --`
	Must(t, models.CreateSchema(ctx, where, name))
	if err := models.CreateSchema(ctx, where, name); err == nil {
		t.Error("made twice")
	}
	Must(t, models.DropSchema(ctx, where, name))
	Must(t, models.DropSchema(ctx, where, name)) // gone already: no error
}
