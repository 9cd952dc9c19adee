package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestDiskFull fills the file system that the database lies on, to the last byte. What writes is told to come back,
// in plain words and not as a fault of the program; what reads goes on, and nobody is signed out. When there is room
// again the next request is served. It needs a small file system of its own, which only root can make.
func TestDiskFull(t *testing.T) {
	disk := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("none", disk, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("a file system of 4 MiB cannot be made: %v (it takes root)", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	database := "sqlite:" + filepath.Join(disk, "twodoors.db")
	makeUsers(t, database, "minji")
	c := startProgram(t, "--database="+database)
	session, token := c.caller(), c.caller()
	session.signIn("session", "minji")
	token.signIn("jwt", "minji")
	note := url.Values{"body": {strings.Repeat("n", 2000)}}
	session.post("/session/member/notes", note).wants(t, "while there is room", http.StatusSeeOther)

	filler := filepath.Join(disk, "filler")
	file, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	for piece := make([]byte, 4096); err == nil; {
		_, err = file.Write(piece)
	}
	file.Close()

	full := func(what string, r reply) {
		r.wants(t, what, http.StatusServiceUnavailable)
		if r.header.Get("Retry-After") == "" || len(r.header.Values("Set-Cookie")) != 0 {
			t.Errorf("%s: Retry-After %q, cookies %q", what, r.header.Get("Retry-After"), r.header.Values("Set-Cookie"))
		}
	}
	written := 0
	for range 200 { // the log has some room left in what it has already taken
		if session.post("/session/member/notes", note).status != http.StatusSeeOther {
			break
		}
		written++
	}
	full("a note", session.post("/session/member/notes", note))
	full("a note by the API", session.json("/api/session/notes", map[string]string{"body": note.Get("body")}))
	full("a sign-in", c.caller().post("/session/login", url.Values{"username": {"minji"}, "password": {usersPassword}}))
	full("a sign-in by token", c.caller().json("/api/jwt/login", map[string]string{"username": "minji", "password": usersPassword}))
	full("a refresh", token.post("/jwt/refresh", nil, "Accept", "application/json"))
	full("signing up", c.caller().post("/signup", url.Values{"username": {"yuna"}, "password": {usersPassword}}))
	if r := c.caller().get("/readyz").wants(t, "readiness", http.StatusServiceUnavailable); string(r.body) != "writes: the database cannot be written to\n" {
		t.Errorf("readiness says %q", r.body)
	}
	session.get("/session/member").wants(t, "reading by session", http.StatusOK)
	session.get("/session/member/notes").wants(t, "reading notes", http.StatusOK)
	token.get("/jwt/member").wants(t, "reading by token", http.StatusOK)
	if log := c.log.String(); !strings.Contains(log, "full") {
		t.Errorf("the log does not say what is wrong: %s", endOf(log, 600))
	}

	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	session.post("/session/member/notes", note).wants(t, "when there is room again", http.StatusSeeOther)
	token.post("/jwt/refresh", nil, "Accept", "application/json").wants(t, "a refresh", http.StatusOK)
	c.caller().signIn("session", "minji")
	c.caller().get("/readyz").wants(t, "readiness when there is room again", http.StatusOK)
	c.kill()
	wantWhole(t, database)
	if n := countRows(t, database, "SELECT count(*) FROM notes"); n != written+2 {
		t.Errorf("%d notes are there, %d were said to be", n, written+2)
	}
}
