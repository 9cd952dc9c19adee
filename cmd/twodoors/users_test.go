package main

import (
	"path/filepath"
	"strings"
	"testing"
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
