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

// TestRedisSecret: the password is made once, and one from the environment takes its place.
func TestRedisSecret(t *testing.T) {
	folder, redis := t.TempDir(), filepath.Join(t.TempDir(), "redis")
	var made []string
	for range 2 {
		if got := invoke(t, "", "compose-secrets", folder, "--redis", redis); got.code != 0 || strings.Contains(got.out, mustRead(t, redis, "redis-password")) {
			t.Fatalf("%+v", got)
		}
		made = append(made, mustRead(t, redis, "redis-password"))
	}
	if len(made[0]) < 20 || made[0] != made[1] {
		t.Errorf("passwords made: %q", made)
	}
	t.Setenv("TWODOORS_REDIS_PASSWORD", "one of mine")
	if got := invoke(t, "", "compose-secrets", folder, "--redis", redis); got.code != 0 || mustRead(t, redis, "redis-password") != "one of mine" {
		t.Errorf("one from the environment: %+v", got)
	}
	t.Setenv("TWODOORS_REDIS_PASSWORD", "two\nlines")
	if got := invoke(t, "", "compose-secrets", folder, "--redis", redis); got.code != 1 {
		t.Errorf("two lines: %+v", got)
	}
}
