package main

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/ncruces/go-sqlite3/driver"

	"twodoors/models/modelstest"
)

// told is what the program told a client before it was killed, and what the client had asked when it was.
type told struct {
	access, refresh string // the newest tokens that arrived, "" for none
	session         *caller
	signedOut       bool // a sign-out was answered
	asked           bool // and one was sent, at least
}

// tokens is the API's answer to a sign-in and to a refresh.
type apiTokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
}

// TestKilled kills the program with SIGKILL in the middle of a hundred sign-ins, refreshes and sign-outs, three times
// at another moment each, and starts it again. The database is whole. Whoever was told that they are in is in, also
// who asked for a refresh and had no answer; whoever was told that they are out is out; a wrong password lets nobody
// in, and there are no more sign-ins than were asked for.
func TestKilled(t *testing.T) {
	for name, database := range map[string]func(testing.TB) string{
		"SQLite":     func(testing.TB) string { return "" },
		"PostgreSQL": modelstest.Postgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := []string{"--refresh-grace=1m", "--jwt-level=denylist"}
			at := database(t)
			if at != "" {
				args = append(args, "--database="+at)
			}
			c := newProgram(t, args...)
			if at == "" {
				at = c.database()
			}
			names := make([]string, 20)
			for i := range names {
				names[i] = fmt.Sprint("user-", i)
			}
			makeUsers(t, at, names...)
			signIns, lost, checked := 0, 0, 0
			for _, after := range []int64{15, 60, 150} {
				c.start()
				clients, asked := c.killAfter(after, names)
				signIns += asked
				c.start()
				wantWhole(t, at)
				for i, k := range clients {
					checked++
					if !k.holds(c, fmt.Sprintf("killed after %d answers, client %d", after, i)) {
						lost++
					}
				}
				c.kill()
			}
			if n := countRows(t, at, "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM token_families)"); n > signIns {
				t.Errorf("%d sign-ins are in the database, %d were asked for", n, signIns)
			}
			t.Logf("%d clients, %d lost", checked, lost)
		})
	}
}

// killAfter has a hundred clients sign in, refresh and sign out at once, and kills the program when so many answers
// have arrived. It returns what each was told, and how many sign-ins with the right password were sent.
func (c *process) killAfter(answers int64, names []string) (clients []*told, signIns int) {
	c.t.Helper()
	var arrived, sent atomic.Int64
	var once sync.Once
	killed := make(chan struct{})
	count := func(r reply, err error) (reply, error) {
		if err == nil && arrived.Add(1) == answers {
			once.Do(func() { c.kill(); close(killed) })
		}
		return r, err
	}
	var all sync.WaitGroup
	clients = make([]*told, 100)
	for i := range clients {
		k := &told{}
		clients[i] = k
		name := names[i%len(names)]
		all.Go(func() {
			defer func() { // enough is done when every client is through
				if arrived.Add(1) >= answers {
					once.Do(func() { c.kill(); close(killed) })
				}
			}()
			if i%2 == 0 {
				k.bySession(c, name, i%4 == 0, &sent, count)
			} else {
				k.byToken(c, name, i%10 == 1, &sent, count)
			}
		})
	}
	all.Wait()
	once.Do(func() { c.kill(); close(killed) })
	<-killed
	return clients, int(sent.Load())
}

type counting func(reply, error) (reply, error)

// bySession signs a browser in, and out again where leave says so.
func (k *told) bySession(c *process, name string, leave bool, sent *atomic.Int64, count counting) {
	b := c.caller()
	form := url.Values{"username": {name}, "password": {usersPassword}}.Encode()
	if r, err := count(b.do("POST", "/session/login", "application/x-www-form-urlencoded", "username="+name+"&password=wrong")); err != nil || r.status != http.StatusUnauthorized {
		if err == nil && r.status != http.StatusTooManyRequests {
			c.t.Errorf("a wrong password: %d", r.status)
		}
		return
	}
	sent.Add(1)
	r, err := count(b.do("POST", "/session/login", "application/x-www-form-urlencoded", form))
	if err != nil || r.status != http.StatusSeeOther {
		return
	}
	k.session = b
	if leave {
		// A copy keeps the cookie that a sign-out has cleared.
		k.session = c.caller()
		u, _ := url.Parse(c.url)
		k.session.http.Jar.SetCookies(u, b.http.Jar.Cookies(u))
		k.asked = true
		r, err := count(b.do("POST", "/session/logout", "application/x-www-form-urlencoded", ""))
		k.signedOut = err == nil && r.status == http.StatusSeeOther
	}
}

// byToken signs a script in, refreshes some times, and signs out where leave says so.
func (k *told) byToken(c *process, name string, leave bool, sent *atomic.Int64, count counting) {
	script := c.caller()
	sent.Add(1)
	r, err := count(script.tryJSON("/api/jwt/login", map[string]string{"username": name, "password": usersPassword}))
	for range 4 {
		var tokens apiTokens
		if err != nil || r.status != http.StatusOK {
			return
		}
		r.into(c.t, &tokens)
		k.access, k.refresh = tokens.AccessToken, tokens.RefreshToken
		if leave {
			k.asked = true
			r, err := count(script.do("POST", "/api/jwt/logout", "", "", "Authorization", "Bearer "+k.access))
			k.signedOut = err == nil && r.status == http.StatusNoContent
			return
		}
		r, err = count(script.tryJSON("/api/jwt/refresh", map[string]string{"refresh_token": k.refresh}))
	}
}

// holds reports whether what the client was told still holds, after the program was started again.
func (k *told) holds(c *process, who string) bool {
	c.t.Helper()
	script := c.caller()
	good := true
	expect := func(what string, got int, in bool, allowed, refused int) {
		switch {
		case k.asked && !k.signedOut && (got == allowed || got == refused): // nobody knows whether it arrived
		case in && got != allowed, !in && got != refused:
			c.t.Errorf("%s: %s answers %d; signed out: %v", who, what, got, k.signedOut)
			good = false
		}
	}
	if k.session != nil {
		expect("the session", k.session.get("/api/session/me").status, !k.signedOut, http.StatusOK, http.StatusUnauthorized)
	}
	if k.refresh != "" {
		expect("the access token", script.get("/api/jwt/me", "Authorization", "Bearer "+k.access).status, !k.signedOut, http.StatusOK, http.StatusUnauthorized)
		// Its answer may have been lost: the same token again gets the same successor.
		expect("the refresh token", script.json("/api/jwt/refresh", map[string]string{"refresh_token": k.refresh}).status, !k.signedOut, http.StatusOK, http.StatusBadRequest)
	}
	return good
}

// wantWhole has the database examine itself.
func wantWhole(t *testing.T, database string) {
	t.Helper()
	if !strings.HasPrefix(database, "sqlite:") {
		return // PostgreSQL was not killed
	}
	db := openDatabase(t, database)
	defer db.Close()
	for _, examine := range []string{"PRAGMA integrity_check", "PRAGMA foreign_key_check"} {
		rows, err := db.QueryContext(t.Context(), examine)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values := []any{new(any), new(any), new(any), new(any)}
			columns, _ := rows.Columns()
			if err := rows.Scan(values[:len(columns)]...); err != nil || *values[0].(*any) != "ok" {
				t.Errorf("%s: %v, %v", examine, *values[0].(*any), err)
			}
		}
		rows.Close()
	}
}

func openDatabase(t *testing.T, database string) *sql.DB {
	t.Helper()
	driver, name := "pgx", database
	if path, is := strings.CutPrefix(database, "sqlite:"); is {
		driver, name = "sqlite3", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// countRows reads one number.
func countRows(t *testing.T, database, query string) (n int) {
	t.Helper()
	db := openDatabase(t, database)
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
