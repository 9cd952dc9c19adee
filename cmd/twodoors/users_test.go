package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"twodoors/handlers/auth"
)

func TestUserCommands(t *testing.T) {
	database := "--database=sqlite:" + filepath.Join(t.TempDir(), "twodoors.db")
	steps := []struct {
		stdin string
		args  []string
		code  int
		want  string // on stdout for 0, on stderr for 1
	}{
		{"a good pass phrase\n", []string{"user", "add", "minji"}, 0, "added minji (member)"},
		{"a good pass phrase\r\n", []string{"user", "add", "teacher", "--admin"}, 0, "added teacher (admin)"},
		{"a good pass phrase", []string{"user", "add", "minji"}, 1, "the user name minji is taken"},
		{"a good pass phrase\n", []string{"user", "add", "Min Ji"}, 1, "a user name has 3 to 32"},
		{"short\n", []string{"user", "add", "junho"}, 1, "at least 8"},
		{strings.Repeat("x", 5000) + "\n", []string{"user", "add", "junho"}, 1, "at most 1024"},
		{"", []string{"user", "add", "junho"}, 1, "first line of standard input"},
		{"another pass phrase\n", []string{"user", "reset-password", "minji"}, 0, "new password for minji; sign-ins ended: 0 session, 0 JWT"},
		{"another pass phrase\n", []string{"user", "reset-password", "nobody"}, 1, "there is no user nobody"},
	}
	for _, step := range steps {
		got := invoke(t, step.stdin, append(step.args, database)...)
		said := got.out
		if step.code != 0 {
			said = got.errors
		}
		if got.code != step.code || !strings.Contains(said, step.want) {
			t.Errorf("%v: code %d, stdout %q, stderr %q; want %d and %q", step.args, got.code, got.out, got.errors, step.code, step.want)
		}
	}
	list := invoke(t, "", "user", "list", database)
	lines := strings.Split(strings.TrimSpace(list.out), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[1], "minji    member  yes") || !strings.HasPrefix(lines[2], "teacher  admin   yes") {
		t.Errorf("the list:\n%s%s", list.out, list.errors)
	}
}

// TestPasswordFromAFile: a byte order mark and a line's end are no part of the password.
func TestPasswordFromAFile(t *testing.T) {
	t.Parallel()
	database := "--database=sqlite:" + filepath.Join(t.TempDir(), "twodoors.db")
	for name, text := range map[string]string{
		"plain": "a good pass phrase", "unix": "a good pass phrase\n", "windows": "a good pass phrase\r\n",
		"marked": "\ufeffa good pass phrase\r\n", "marked-no-end": "\ufeffa good pass phrase",
		"longest": "\ufeff" + strings.Repeat("x", auth.MaxPassword) + "\r\n",
	} {
		if got := invoke(t, text, "user", "add", name, database); got.code != 0 {
			t.Errorf("%s: %s", name, got.errors)
		}
	}
	server := boot(t, database)
	for _, name := range []string{"plain", "unix", "windows", "marked", "marked-no-end"} {
		body := strings.NewReader(`{"username":"` + name + `","password":"a good pass phrase"}`)
		response, err := http.Post(server.url+"/api/session/login", "application/json", body)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", name, response.Status)
		}
	}
	for name, text := range map[string]string{"nothing": "", "a mark alone": "\ufeff\n", "UTF-16": "\xff\xfea\x00 \x00g\x00o\x00o\x00d\x00\n"} {
		if got := invoke(t, text, "user", "add", "nobody", database); got.code == 0 {
			t.Errorf("%s is taken for a password", name)
		}
	}
}
