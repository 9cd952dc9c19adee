package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecretsAreMadeOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "secrets")
	if got := invoke(t, "", "compose-secrets", folder); got.code != 0 || strings.Contains(got.out, mustRead(t, folder, "db-password")) {
		t.Fatalf("%+v", got)
	}
	first := mustRead(t, folder, "db-password")
	if len(first) < 20 {
		t.Errorf("the password has only %d characters", len(first))
	}
	if got := mustRead(t, folder, "pgpass"); got != "*:*:*:*:"+first+"\n" {
		t.Errorf("pgpass %q", got)
	}
	if err := os.Remove(filepath.Join(folder, "pgpass")); err != nil {
		t.Fatal(err)
	}
	if got := invoke(t, "", "compose-secrets", folder); got.code != 0 || mustRead(t, folder, "db-password") != first {
		t.Errorf("the second start: %+v", got)
	}
	if got := mustRead(t, folder, "pgpass"); got != "*:*:*:*:"+first+"\n" {
		t.Errorf("pgpass is not made again: %q", got)
	}
	got := invoke(t, "", "compose-secrets", folder, "--password", "another")
	if got.code != 1 || !strings.Contains(got.errors, "made with another password") || mustRead(t, folder, "db-password") != first {
		t.Errorf("another password: %+v", got)
	}
	for file, want := range map[string]os.FileMode{"db-password": 0o444, "pgpass": 0o600} {
		if info, err := os.Stat(filepath.Join(folder, file)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", file, info.Mode(), err, want)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 2 {
		t.Errorf("files left: %v, %v", left, err)
	}
}

func TestSecretFromTheEnvironment(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TWODOORS_DB_PASSWORD", `a:b\c`)
	for range 2 {
		if got := invoke(t, "", "compose-secrets", folder); got.code != 0 {
			t.Fatalf("%+v", got)
		}
	}
	if got := mustRead(t, folder, "db-password"); got != `a:b\c` {
		t.Errorf("password %q", got)
	}
	if got := mustRead(t, folder, "pgpass"); got != `*:*:*:*:a\:b\\c`+"\n" {
		t.Errorf("pgpass %q", got)
	}
	t.Setenv("TWODOORS_DB_PASSWORD", "two\nlines")
	if got := invoke(t, "", "compose-secrets", t.TempDir()); got.code != 1 {
		t.Errorf("two lines: %+v", got)
	}
}

func mustRead(t *testing.T, folder, file string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
