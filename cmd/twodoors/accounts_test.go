package main

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCostOfAPassword: what the program keeps of a password is Argon2id with 19 MiB, two passes and one lane, OWASP's
// choice, with a salt of its own for each.
func TestCostOfAPassword(t *testing.T) {
	t.Parallel()
	c := startProgram(t)
	for _, name := range []string{"minji", "yuna"} {
		c.caller().post("/signup", url.Values{"username": {name}, "password": {usersPassword}}).wants(t, "signing up", http.StatusSeeOther)
	}
	c.kill()
	db := openDatabase(t, c.database())
	defer db.Close()
	var one, two string
	if err := db.QueryRowContext(t.Context(), "SELECT min(password_hash), max(password_hash) FROM users").Scan(&one, &two); err != nil {
		t.Fatal(err)
	}
	const cost = "$argon2id$v=19$m=19456,t=2,p=1$"
	if !strings.HasPrefix(one, cost) || !strings.HasPrefix(two, cost) || one == two {
		t.Errorf("kept: %s and %s", one, two)
	}
	for _, file := range []string{"twodoors.db", "twodoors.db-wal"} {
		if text, err := os.ReadFile(filepath.Join(c.dir, file)); err == nil && bytes.Contains(text, []byte(usersPassword)) {
			t.Errorf("%s holds the password", file)
		}
	}
}

// TestNoAccountsByDefault: a new installation has no account at all, none can be made by one click outside demo mode,
// and none of the names and passwords that everybody tries opens it.
func TestNoAccountsByDefault(t *testing.T) {
	t.Parallel()
	c := startProgram(t, "--demo=off", "--signup=off")
	for _, path := range []string{"/session/demo", "/jwt/demo", "/token/demo", "/cookie/demo", "/compare/demo", "/signup", "/api/signup"} {
		if r := c.caller().post(path, url.Values{"as": {"admin"}, "username": {"minji"}, "password": {usersPassword}}); r.status != http.StatusNotFound && r.status != http.StatusMethodNotAllowed {
			t.Errorf("%s: status %d", path, r.status)
		}
	}
	for _, name := range []string{"admin", "root", "demo", "test", "user", "twodoors", "administrator"} {
		for _, password := range []string{name, "password", "admin", "twodoors"} {
			r := c.caller().post("/session/login", url.Values{"username": {name}, "password": {password}})
			if r.status != http.StatusUnauthorized && r.status != http.StatusTooManyRequests {
				t.Errorf("%s with %s: status %d", name, password, r.status)
			}
		}
	}
	c.kill()
	if n := countRows(t, c.database(), "SELECT count(*) FROM users"); n != 0 {
		t.Errorf("%d users are there", n)
	}
}
