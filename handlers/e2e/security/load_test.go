package security_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"twodoors/handlers/handlerstest"
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

// TestSixtyWriters: sixty at once sign up, sign in through both doors, write and delete notes, over HTTP. None is
// told that the database is busy, and all that was said to be written is there.
func TestSixtyWriters(t *testing.T) {
	for _, database := range handlerstest.Databases() {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			n := handlerstest.NewNode(t, database.Option(t))
			var all sync.WaitGroup
			var written atomic.Int64
			for i := range 60 {
				all.Go(func() {
					session, token := n.Client(), n.Client()
					who := []string{"username", fmt.Sprint("writer-", i), "password", handlerstest.Password}
					for path, c := range map[string]*handlerstest.Client{"/signup": session} {
						if a := c.Post(path, who); a.Status != http.StatusSeeOther {
							t.Errorf("writer %d, %s: %d", i, path, a.Status)
							return
						}
					}
					if a, b := session.Post("/session/login", who), token.Post("/jwt/login", append(who, "carrier", "cookie")); a.Status != http.StatusSeeOther || b.Status != http.StatusSeeOther {
						t.Errorf("writer %d signs in: %d, %d", i, a.Status, b.Status)
						return
					}
					for note := range 5 {
						a := session.Post("/session/member/notes", []string{"body", fmt.Sprint("note ", note)})
						b := token.JSON("POST", "/api/jwt/notes", map[string]string{"body": fmt.Sprint("other note ", note)})
						if a.Status != http.StatusSeeOther || b.Status != http.StatusCreated {
							t.Errorf("writer %d, note %d: %d, %d", i, note, a.Status, b.Status)
						}
						written.Add(2)
					}
					if a := token.Post("/jwt/refresh", nil, handlerstest.AsJSON); a.Status != http.StatusOK {
						t.Errorf("writer %d refreshes: %d", i, a.Status)
					}
					var list struct{ Notes []struct{ ID int64 } }
					session.JSON("GET", "/api/session/notes", nil).Into(&list)
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
