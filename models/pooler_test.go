package models_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"

	"twodoors/models"
	"twodoors/models/modelstest"
)

// TestPgBouncer: behind a pooler the program finds out by itself what it must not use there, and says so once. In
// transaction mode each statement may meet another connection of the server.
func TestPgBouncer(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"session", "transaction"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			direct := modelstest.Postgres(t)
			through := modelstest.PgBouncer(t, direct, mode)
			var log bytes.Buffer
			db, err := models.Open(t.Context(), models.Options{URL: through, Log: slog.New(slog.NewTextHandler(&log, nil))})
			Must(t, err)
			t.Cleanup(func() { Must(t, db.Close()) })
			if strings.Count(log.String(), "pooler") != 1 {
				t.Errorf("the log: %s", &log)
			}
			user := MustUser(t, db, "ada", models.RoleAdmin)
			MustFamily(t, db, user.ID, 10, "t0")
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					for j := range 20 {
						id := strconv.Itoa(i) + "-" + strconv.Itoa(j)
						MustSession(t, db, user.ID, int64(1000+i*100+j), id)
						_, _, find := db.FindSession(request(t), hash(id), now)
						_, note := db.AddNote(request(t), user.ID, "ノート "+id, now)
						_, list := db.Notes(request(t), user.ID, 10)
						_, _, account := db.Account(request(t), user.ID, now)
						in := db.NoteSignIn(request(t), user, models.SignIn{At: models.At(now), Mode: "session"})
						if err := errors.Join(find, note, list, account, in, db.Ping(t.Context())); err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			for i := range 5 {
				_, err := db.Rotate(request(t), rotation("t"+strconv.Itoa(i), "t"+strconv.Itoa(i+1), now))
				Must(t, err)
			}
			if h := db.Health(t.Context()); h != (models.Health{}) {
				t.Errorf("health: %+v", h)
			}
			for range 3 { // a lock that belongs to a connection would stay behind on one
				_, err = db.Cleanup(t.Context(), now, 0)
				Must(t, err)
			}
			again, err := models.Open(t.Context(), models.Options{URL: direct})
			Must(t, err)
			defer func() { Must(t, again.Close()) }()
			if locks, err := again.AdvisoryLocks(t.Context()); locks != 0 || err != nil {
				t.Errorf("%d locks are left (%v)", locks, err)
			}
		})
	}
}

// TestNoPooler: without one, the server keeps the limits of time, and statements are prepared.
func TestNoPooler(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	db, err := models.Open(t.Context(), models.Options{URL: modelstest.Postgres(t), Log: slog.New(slog.NewTextHandler(&log, nil))})
	Must(t, err)
	defer func() { Must(t, db.Close()) }()
	if limit, err := db.StatementTimeout(t.Context()); limit != "5s" || err != nil || log.Len() != 0 {
		t.Errorf("statement_timeout %q (%v), the log: %s", limit, err, &log)
	}
}
