package main

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"twodoors/handlers/bench"
)

// TestBench measures a little of everything that needs no server of another kind, with real processes.
func TestBench(t *testing.T) {
	if testing.Short() {
		t.Skip("servers of their own: skipped with -short")
	}
	t.Chdir(t.TempDir())
	got := invoke(t, "", "bench", "--rounds", "1", "--stretch", "20ms", "--format", "json")
	if got.code != 0 {
		t.Fatalf("exit %d: %s", got.code, got.errors)
	}
	var report bench.Report
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatal(err)
	}
	lookups := map[string]float64{
		"session, SQLite": 1, "session, SQLite, unfolded": 2, "session, memory": 0, "jwt, EdDSA": 0, "jwt, EdDSA, by header": 0, "jwt, HS256": 0, "jwt, RS256": 0,
		"jwt, ES256": 0, "jwt, EdDSA, token cache": 0, "jwt, EdDSA, user, SQLite": 1, "jwt, EdDSA, denylist, SQLite": 1,
		"jwt, EdDSA, version, SQLite": 1, "token, SQLite": 1, "token /me, by header, SQLite": 1, "cookie": 0, "cookie, encrypted": 0, "jwt /me, RS256, by header": 0, "session /me, SQLite": 1,
	}
	for _, row := range report.Rows {
		if row.Failed > 0 || row.Requests == 0 {
			t.Errorf("%s: %d of %d requests failed: %s", row.Name, row.Failed, row.Requests, row.Failure)
		}
		if want, ok := lookups[row.Name]; ok && row.Lookups != want {
			t.Errorf("%s: %v lookups for each request, want %v", row.Name, row.Lookups, want)
		}
		delete(lookups, row.Name)
	}
	if len(lookups) > 0 {
		t.Errorf("rows that are missing: %v", lookups)
	}
	if len(report.Left) != 2 || len(report.Starts) == 0 || report.Starts[0].FirstAnswer <= 0 {
		t.Errorf("left out %v, starts %+v", report.Left, report.Starts)
	}
	for _, s := range report.Starts {
		if runtime.GOOS == "linux" && s.Idle <= 0 {
			t.Errorf("%s: what it holds before the load is %.1f MiB", s.Name, s.Idle)
		}
	}
}

func TestBenchOfSessions(t *testing.T) {
	if testing.Short() {
		t.Skip("servers of their own: skipped with -short")
	}
	t.Chdir(t.TempDir())
	got := invoke(t, "", "bench", "--rounds", "1", "--stretch", "20ms", "--sessions", "10,300")
	if got.code != 0 {
		t.Fatalf("exit %d: %s", got.code, got.errors)
	}
	for _, want := range []string{"session, SQLite, 10 sessions", "session, SQLite, 300 sessions", "0 failed", "lookup µs"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("no %q in\n%s", want, got.out)
		}
	}
}

func TestBenchSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("servers of their own: skipped with -short")
	}
	t.Chdir(t.TempDir())
	got := invoke(t, "", "bench", "--soak", "1s", "--format", "json")
	var report bench.Report
	if err := json.Unmarshal([]byte(got.out), &report); err != nil || report.Soak == nil {
		t.Fatalf("exit %d: %v %s", got.code, err, got.errors)
	}
	s := report.Soak
	if s.Failed > 0 || s.Requests == 0 || s.Visits == 0 || len(s.Held) < 5 || s.Most <= s.Asked || s.Held[0].Goroutines == 0 || s.Held[0].Live == 0 {
		t.Errorf("%+v", s)
	}
}

func TestBenchRefusesWhatItCannotMeasure(t *testing.T) {
	for flag, want := range map[string]string{
		"--rounds=0": "at least one round", "--only=(": "--only", "--postgres=mysql://u:secret@h/d": "--postgres", "--format=xml": "--format",
	} {
		got := invoke(t, "", "bench", "--stretch=20ms", flag)
		if got.code == 0 || !strings.Contains(got.errors, want) || strings.Contains(got.errors, "secret") {
			t.Errorf("%s: exit %d, %q", flag, got.code, got.errors)
		}
	}
}
