package handlers_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Load and faults, rule by rule. What needs the real program, its listener and a signal is in cmd/twodoors:
//
//	timeouts on header, read, write, idle              cmd/twodoors TestSlowClients
//	1 MiB headers and bodies do not grow memory        cmd/twodoors TestLargeRequests
//	1,000 slow connections leave the app answering     cmd/twodoors TestSlowClients
//	SQLite: no SQLITE_BUSY under 60 parallel writers   TestSixtyWriters; models TestParallelWriters
//	PostgreSQL: pool bounded                           TestSixtyWriters
//	kill -9 in the middle of sign-ins and refreshes    cmd/twodoors TestKilled
//	database away: 503, JWT at level signature serves  cmd/twodoors TestPostgresStoppedAndStarted; TestDatabaseAway;
//	  home, refresh 503, back at once                    models TestPostgresAway, TestPostgresRestart
//	Redis slow: 503 within its time limit              cmd/twodoors TestSlowRedis; TestRedisAway; redisstore TestSlow
//	disk full: clear error, recovers                   cmd/twodoors TestDiskFull; models TestSQLiteFull
//	SIGTERM: finishes, exits 0 within 10 s             cmd/twodoors TestStopUnderLoad, TestSignalStopsTheProcess
//	a panic: a 500 page and one log line with its id   TestPanic

// TestPanic: a fault of the program is a page, or problem+json, that shows nothing of it, and one line in the log
// that has the same number as the page and says where it happened. The next request is served.
func TestPanic(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/faulty", "/api/faulty"} {
		var log safeBuffer
		n := newNode(t, logTo(slog.New(slog.NewJSONHandler(&log, nil))))
		n.PanicAt("/faulty")
		a := n.rawAnswer(n.client(), path).want(http.StatusInternalServerError)
		id := a.Header.Get("X-Request-Id")
		if id == "" || !strings.Contains(a.Body, id) {
			t.Errorf("%s does not show the request's id %q: %s", path, id, a.Body)
		}
		for _, inner := range []string{"a fault of the program", "goroutine", ".go:", "panic"} {
			if strings.Contains(a.Body, inner) {
				t.Errorf("%s shows %q", path, inner)
			}
		}
		kind := "text/html"
		if path != "/faulty" {
			kind = "application/problem+json"
		}
		if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, kind) || a.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %v", path, a.Header)
		}
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		var line struct {
			Level, ID, Path, Cause string
			Status                 int
		}
		if len(lines) != 1 || json.Unmarshal([]byte(lines[0]), &line) != nil {
			t.Fatalf("%d lines are logged: %s", len(lines), log.String())
		}
		if line.Level != "ERROR" || line.ID != id || line.Path != path || line.Status != 500 || !strings.Contains(line.Cause, "a fault of the program") || !strings.Contains(line.Cause, "PanicAt") {
			t.Errorf("logged %+v", line)
		}
		n.client().get("/").want(http.StatusOK)
	}
}

// TestSixtyWriters: sixty at once sign up, sign in through both doors, write and delete notes, over HTTP. None is
// told that the database is busy, and all that was said to be written is there.
func TestSixtyWriters(t *testing.T) {
	for _, database := range databases() {
		t.Run(database.name, func(t *testing.T) {
			t.Parallel()
			n := newNode(t, database.option(t))
			var all sync.WaitGroup
			var written atomic.Int64
			for i := range 60 {
				all.Go(func() {
					session, token := n.client(), n.client()
					who := []string{"username", fmt.Sprint("writer-", i), "password", password}
					for path, c := range map[string]*client{"/signup": session} {
						if a := c.post(path, who); a.Status != http.StatusSeeOther {
							t.Errorf("writer %d, %s: %d", i, path, a.Status)
							return
						}
					}
					if a, b := session.post("/session/login", who), token.post("/jwt/login", append(who, "carrier", "cookie")); a.Status != http.StatusSeeOther || b.Status != http.StatusSeeOther {
						t.Errorf("writer %d signs in: %d, %d", i, a.Status, b.Status)
						return
					}
					for note := range 5 {
						a := session.post("/session/member/notes", []string{"body", fmt.Sprint("note ", note)})
						b := token.json("POST", "/api/jwt/notes", map[string]string{"body": fmt.Sprint("other note ", note)})
						if a.Status != http.StatusSeeOther || b.Status != http.StatusCreated {
							t.Errorf("writer %d, note %d: %d, %d", i, note, a.Status, b.Status)
						}
						written.Add(2)
					}
					if a := token.post("/jwt/refresh", nil, asJSON); a.Status != http.StatusOK {
						t.Errorf("writer %d refreshes: %d", i, a.Status)
					}
					var list struct{ Notes []struct{ ID int64 } }
					session.json("GET", "/api/session/notes", nil).into(&list)
					if len(list.Notes) != 10 {
						t.Errorf("writer %d has %d notes", i, len(list.Notes))
					}
				})
			}
			all.Wait()
			if written.Load() != 600 {
				t.Errorf("%d notes were written", written.Load())
			}
		})
	}
}
