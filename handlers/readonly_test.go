package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/models"
)

// TestReadingGoesOn: where the store of a session can be read and not written, pages that only read are shown, though
// last-seen cannot be written; it is written later. What writes is told to come back. Nobody waits for long.
func TestReadingGoesOn(t *testing.T) {
	stores := map[string]func(t *testing.T, log option) (n *testNode, readOnly func(bool)){
		"PostgreSQL that became a replica": func(t *testing.T, log option) (*testNode, func(bool)) {
			n := newNode(t, onPostgres(t), log)
			return n, func(is bool) { n.readOnlyPostgres(map[bool]string{true: "on", false: "off"}[is]) }
		},
		"SQLite locked by another program": func(t *testing.T, log option) (*testNode, func(bool)) {
			n := newNode(t, log)
			other := rawSQLite(n)
			return n, func(is bool) { mustExec(t, other, map[bool]string{true: "BEGIN IMMEDIATE", false: "ROLLBACK"}[is]) }
		},
		"Redis that became a replica": func(t *testing.T, log option) (*testNode, func(bool)) {
			n := onRedisAlone(t, log)
			return n, n.replica
		},
	}
	for name, make := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, logs := logInto()
			n, readOnly := make(t, logs)
			n.user("minji", models.RoleMember)
			w := way{mode: "session", carrier: "cookie"}
			c, gone := n.client(), n.client()
			c.signIn(w, "minji")
			gone.signIn(w, "minji")
			n.clock.move(29 * time.Minute)
			for range 2 {
				readOnly(true)
				began := time.Now()
				for _, path := range []string{"", "/notes", "/devices", "/account"} {
					if a := c.get(w.page(path)).want(http.StatusOK); path == "" && !strings.Contains(a.text(".why"), "could not be written") {
						t.Errorf("the page says %q", a.text(".why"))
					}
				}
				c.json("GET", w.api("/me"), nil).want(http.StatusOK)
				if took := time.Since(began); took > 4*time.Second {
					t.Errorf("five requests took %v", took)
				}
				if log.count("last-seen could not be written") != 1 {
					t.Errorf("the log: %s", &log.text)
				}
				began = time.Now()
				a := c.post("/session/login", []string{"username", "minji", "password", password})
				if took := time.Since(began); a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || took > 8*time.Second {
					t.Errorf("signing in: status %d after %v", a.Status, took)
				}
				readOnly(false)
				n.clock.move(10 * time.Second)
				if a := c.get(w.page("")).want(http.StatusOK); !strings.Contains(a.text(".why"), "One of them wrote when you were last seen") {
					t.Errorf("writable again, the page says %q", a.text(".why"))
				}
				n.clock.move(20 * time.Minute)
				c.wantIn(w, true, "since last-seen was written")
				log.clear()
				n.clock.move(2 * time.Minute)
			}
			gone.wantIn(w, false, "not used meanwhile")
		})
	}
}
