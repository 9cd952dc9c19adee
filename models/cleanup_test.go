package models_test

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/models"
	"twodoors/models/modelstest"
	"twodoors/models/sqltrace"
)

// TestCleanupIsNobodysLookup: it is made under a request here, and neither counted there nor reported as a
// statement without a request.
func TestCleanupIsNobodysLookup(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		u := MustUser(t, db, "ada", models.RoleMember)
		MustSession(t, db, u.ID, 1, "a")
		rec := sqltrace.NewRecorder(time.Now())
		n, err := db.Cleanup(sqltrace.With(t.Context(), rec), now.Add(9*time.Hour), 10)
		if n != 1 || err != nil {
			t.Errorf("removed %d, %v", n, err)
		}
		if list := rec.Statements(); len(list) != 0 {
			t.Errorf("recorded: %+v", list)
		}
	})
}

// TestCleanupByOneNodeAtATime: while one server is at it, another finds nothing to do; afterwards it does.
func TestCleanupByOneNodeAtATime(t *testing.T) {
	t.Parallel()
	url := modelstest.Postgres(t)
	first, second := MustOpen(t, url), MustOpen(t, url)
	u := MustUser(t, first, "ada", models.RoleMember)
	for i := range int64(5) {
		MustSession(t, first, u.ID, i+1, string(rune('a'+i)))
	}
	// Another server that is in the middle of it: a connection that holds the lock.
	outside, err := sql.Open("pgx", url)
	Must(t, err)
	defer outside.Close()
	conn, err := outside.Conn(t.Context())
	Must(t, err)
	_, err = conn.ExecContext(t.Context(), `SELECT pg_advisory_lock($1)`, models.CleanupKey)
	Must(t, err)
	later := now.Add(9 * time.Hour)
	if n, err := second.Cleanup(t.Context(), later, 2); n != 0 || err != nil {
		t.Errorf("beside another: removed %d, %v", n, err)
	}
	_, err = conn.ExecContext(t.Context(), `SELECT pg_advisory_unlock($1)`, models.CleanupKey)
	Must(t, err)
	Must(t, conn.Close())
	if n, err := second.Cleanup(t.Context(), later, 2); n != 5 || err != nil {
		t.Errorf("afterwards: removed %d, %v", n, err)
	}
	MustSession(t, first, u.ID, 9, "z")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, _ = second.Cleanup(gone, later, 2)
	if n, err := first.Cleanup(t.Context(), later, 2); n != 1 || err != nil { // neither kept the lock
		t.Errorf("by the first: removed %d, %v", n, err)
	}
}

// TestCleanupAtOnce: nodes that begin together remove everything once, and none of them fails.
func TestCleanupAtOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		u := MustUser(t, db, "ada", models.RoleMember)
		for i := range int64(30) {
			MustSession(t, db, u.ID, i+1, strings.Repeat("x", int(i+1)))
		}
		var (
			wg  sync.WaitGroup
			mu  sync.Mutex
			sum int64
		)
		for range 8 {
			wg.Go(func() {
				n, err := db.Cleanup(t.Context(), now.Add(9*time.Hour), 7)
				mu.Lock()
				defer mu.Unlock()
				if sum += n; err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if sum != 30 {
			t.Errorf("removed %d of 30", sum)
		}
	})
}

// TestCleanupByNodesAtOnce: nodes of their own on one PostgreSQL that begin together remove every row once, whoever
// of them does it, and none of them fails.
func TestCleanupByNodesAtOnce(t *testing.T) {
	t.Parallel()
	url := modelstest.Postgres(t)
	nodes := []*models.DB{MustOpen(t, url), MustOpen(t, url), MustOpen(t, url)}
	u := MustUser(t, nodes[0], "ada", models.RoleMember)
	for i := range int64(40) {
		MustSession(t, nodes[0], u.ID, i+1, strings.Repeat("x", int(i+1)))
	}
	var (
		wg      sync.WaitGroup
		removed [3]int64
		at      = make(chan struct{})
	)
	for i, db := range nodes {
		wg.Go(func() {
			<-at
			var err error
			if removed[i], err = db.Cleanup(t.Context(), now.Add(9*time.Hour), 1); err != nil {
				t.Error(err)
			}
		})
	}
	close(at)
	wg.Wait()
	cleaned := 0
	for _, n := range removed {
		if n > 0 {
			cleaned++
		}
	}
	if removed[0]+removed[1]+removed[2] != 40 || cleaned != 1 {
		t.Errorf("removed %v of 40, by %d nodes", removed, cleaned)
	}
}

// TestCleanupInBatches: PostgreSQL's own log says how many statements there were, none of them without a
// limit.
func TestCleanupInBatches(t *testing.T) {
	t.Parallel()
	url := modelstest.Postgres(t)
	db := MustOpen(t, url)
	u := MustUser(t, db, "ada", models.RoleMember)
	for i := range int64(7) {
		MustSession(t, db, u.ID, i+1, strings.Repeat("x", int(i+1)))
	}
	if n, err := db.Cleanup(t.Context(), now.Add(9*time.Hour), 3); n != 7 || err != nil {
		t.Errorf("removed %d, %v", n, err)
	}
	Must(t, db.Close())
	batches := 0
	for _, s := range modelstest.PostgresLog(t, url).Since(0) {
		if strings.HasPrefix(s, "DELETE FROM sessions") {
			batches++
			if !strings.Contains(s, "LIMIT") {
				t.Errorf("without a limit: %s", s)
			}
		}
	}
	if batches != 3 {
		t.Errorf("%d batches, want 3", batches)
	}
}
