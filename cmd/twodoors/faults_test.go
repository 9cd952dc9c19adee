package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"twodoors/models/modelstest"
)

// Faults of the world around the program, which runs in a process of its own for all of them:
//
//	kill -9 in the middle of sign-ins and refreshes    TestKilled (faults_kill_test.go)
//	database away and back                             TestPostgresStoppedAndStarted
//	slow Redis                                         TestSlowRedis
//	disk full                                          TestDiskFull (faults_disk_linux_test.go)
//	SIGTERM under load                                 TestStopUnderLoad (faults_stop_test.go)
//	1,000 slow connections                             TestSlowClients (faults_slow_test.go)
//	1 MiB headers and bodies                           TestLargeRequests (faults_slow_test.go)
//	60 parallel writers on SQLite, a panic             handlers/e2e/security TestSixtyWriters, handlers TestPanic
//
// What the list of rules asks for beside (password cost, no accounts by default) is in accounts_test.go.

// door is a way of being signed in, and what it needs the database for.
type door struct {
	mode, level string
	needs       bool // each request of the member area needs it
}

func doors() []door {
	return []door{
		{"session", "", true}, {"jwt", "signature", false}, {"jwt", "user", true}, {"jwt", "denylist", true}, {"jwt", "version", true},
		{"token", "", true}, {"cookie", "", false},
	}
}

// TestPostgresStoppedAndStarted stops a real PostgreSQL under the program, twice, and starts it again. Nobody is told
// that they are signed out; what needs no database goes on; and when it is back, the next request is served.
func TestPostgresStoppedAndStarted(t *testing.T) {
	t.Parallel()
	server := modelstest.StoppablePostgres(t)
	makeUsers(t, server.URL, "minji")
	c := startProgram(t, "--database="+server.URL, "--refresh-grace=1m")
	signedIn := map[door]*caller{}
	for _, d := range doors() {
		k := c.caller()
		if d.level != "" { // a demo team chooses it
			k.post("/preferences", url.Values{"level": {d.level}}).wants(t, "choosing a level", http.StatusSeeOther)
			k.post("/"+d.mode+"/demo", url.Values{"as": {"member"}}).wants(t, "signing in", http.StatusSeeOther)
		} else {
			k.signIn(d.mode, "minji")
		}
		signedIn[d] = k
	}
	all := func(check func(d door, k *caller)) {
		for d, k := range signedIn {
			check(d, k)
		}
	}
	away := func(what string, r reply) {
		r.wants(t, what, http.StatusServiceUnavailable)
		if r.header.Get("Retry-After") == "" || len(r.header.Values("Set-Cookie")) != 0 || modelstest.Clocked() && r.took > 4*time.Second {
			t.Errorf("%s: Retry-After %q, cookies %q, after %v", what, r.header.Get("Retry-After"), r.header.Values("Set-Cookie"), r.took)
		}
	}
	for round := range 2 {
		server.Stop()
		all(func(d door, k *caller) {
			what := d.mode + " " + d.level
			for _, path := range []string{"/" + d.mode + "/member?panel=folded", "/api/" + d.mode + "/me"} {
				if d.needs {
					away(what+" at "+path, k.get(path))
				} else {
					k.get(path).wants(t, what+" at "+path, http.StatusOK)
				}
			}
			away(what+": notes", k.get("/"+d.mode+"/member/notes"))
			away(what+": adding a note", k.post("/"+d.mode+"/member/notes", url.Values{"body": {"x"}}))
			if d.mode == "jwt" {
				away(what+": refresh", k.post("/jwt/refresh", nil, "Accept", "application/json"))
				away(what+": refresh by form", k.post("/jwt/refresh", nil))
			}
			away(what+": signing in", c.caller().post("/"+d.mode+"/login", url.Values{"username": {"minji"}, "password": {usersPassword}}))
		})
		c.caller().get("/healthz").wants(t, "the process", http.StatusOK)
		c.caller().get("/readyz").wants(t, "the database", http.StatusServiceUnavailable)
		server.Start()
		all(func(d door, k *caller) {
			what := d.mode + " " + d.level + ", when the database is back"
			k.get("/"+d.mode+"/member").wants(t, what, http.StatusOK)
			k.post("/"+d.mode+"/member/notes", url.Values{"body": {"written"}}).wants(t, what, http.StatusSeeOther)
			if d.mode == "jwt" {
				k.post("/jwt/refresh", nil, "Accept", "application/json").wants(t, what, http.StatusOK)
			}
		})
		c.caller().get("/readyz").wants(t, "the database", http.StatusOK)
		if strings.Contains(c.log.String(), "panic") {
			t.Errorf("round %d: something panicked", round)
		}
	}
}

// TestSlowRedis: as long as Redis answers in time it is only slow; past its limit a session's request is told to come
// back, within that limit, and nobody is signed out. The token's door stands open meanwhile.
func TestSlowRedis(t *testing.T) {
	t.Parallel()
	address, err := url.Parse(modelstest.Redis(t))
	if err != nil {
		t.Fatal(err)
	}
	way := newSlowWay(t, address.Host)
	address.Host = way.addr
	c := newProgram(t, "--session-store="+address.String())
	makeUsers(t, c.database(), "minji")
	c.start()
	k := c.caller()
	k.signIn("session", "minji")
	k.signIn("jwt", "minji")
	k.get("/session/member").wants(t, "at its usual pace", http.StatusOK)

	way.delay.Store(int64(150 * time.Millisecond))
	k.get("/session/member").wants(t, "slow", http.StatusOK)

	way.delay.Store(int64(time.Minute))
	for _, path := range []string{"/session/member", "/api/session/me", "/session/member/notes"} {
		r := k.get(path).wants(t, path+", much too slow", http.StatusServiceUnavailable)
		if modelstest.Clocked() && r.took > 3*time.Second || r.header.Get("Retry-After") == "" || len(r.header.Values("Set-Cookie")) != 0 {
			t.Errorf("%s: after %v, Retry-After %q, cookies %q", path, r.took, r.header.Get("Retry-After"), r.header.Values("Set-Cookie"))
		}
	}
	k.get("/jwt/member").wants(t, "the token's door", http.StatusOK)
	k.get("/readyz")

	way.delay.Store(0)
	k.get("/session/member").wants(t, "when Redis is itself again", http.StatusOK)
}
