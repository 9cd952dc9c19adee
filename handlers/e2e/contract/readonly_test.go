package contract_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// TestReadingGoesOn: where the store of a session can be read and not written, pages that only read are shown, though
// last-seen cannot be written; it is written later. What writes is told to come back. Nobody waits for long.
func TestReadingGoesOn(t *testing.T) {
	stores := map[string]func(t *testing.T, log handlerstest.Option) (n *handlerstest.Node, readOnly func(bool)){
		"PostgreSQL that became a replica": func(t *testing.T, log handlerstest.Option) (*handlerstest.Node, func(bool)) {
			n := handlerstest.NewNode(t, handlerstest.OnPostgres(t), log)
			return n, func(is bool) { readOnlyPostgres(n, map[bool]string{true: "on", false: "off"}[is]) }
		},
		"SQLite locked by another program": func(t *testing.T, log handlerstest.Option) (*handlerstest.Node, func(bool)) {
			n := handlerstest.NewNode(t, log)
			other := rawSQLite(n)
			return n, func(is bool) { mustExec(t, other, map[bool]string{true: "BEGIN IMMEDIATE", false: "ROLLBACK"}[is]) }
		},
		"Redis that became a replica": func(t *testing.T, log handlerstest.Option) (*handlerstest.Node, func(bool)) {
			n := onRedisAlone(t, log)
			return n, func(is bool) { replica(n, is) }
		},
	}
	for name, make := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, logs := logInto()
			n, readOnly := make(t, logs)
			n.User("minji", models.RoleMember)
			w := handlerstest.Way{Mode: "session", Carrier: "cookie"}
			c, gone := n.Client(), n.Client()
			c.SignIn(w, "minji")
			gone.SignIn(w, "minji")
			n.Clock.Move(29 * time.Minute)
			for range 2 {
				readOnly(true)
				began := time.Now()
				for _, path := range []string{"", "/notes", "/devices", "/account"} {
					if a := c.Get(w.Page(path)).Want(http.StatusOK); path == "" && !strings.Contains(a.Text(".why"), "could not be written") {
						t.Errorf("the page says %q", a.Text(".why"))
					}
				}
				c.JSON("GET", w.API("/me"), nil).Want(http.StatusOK)
				if took := time.Since(began); took > 4*time.Second {
					t.Errorf("five requests took %v", took)
				}
				if log.count("last-seen could not be written") != 1 {
					t.Errorf("the log: %s", &log.text)
				}
				began = time.Now()
				a := c.Post("/session/login", []string{"username", "minji", "password", handlerstest.Password})
				if took := time.Since(began); a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || took > 8*time.Second {
					t.Errorf("signing in: status %d after %v", a.Status, took)
				}
				readOnly(false)
				n.Clock.Move(10 * time.Second)
				if a := c.Get(w.Page("")).Want(http.StatusOK); !strings.Contains(a.Text(".why"), "One of them wrote when you were last seen") {
					t.Errorf("writable again, the page says %q", a.Text(".why"))
				}
				n.Clock.Move(20 * time.Minute)
				c.WantIn(w, true, "since last-seen was written")
				log.clear()
				n.Clock.Move(2 * time.Minute)
			}
			gone.WantIn(w, false, "not used meanwhile")
		})
	}
}
