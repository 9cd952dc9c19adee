package bench_test

import (
	"os"
	"strings"
	"testing"

	"twodoors/handlers/bench"
)

// measured is a report with round figures, so that the arithmetic can be followed by head.
func measured() bench.Report {
	r := bench.Report{Cores: 2, Growth: []bench.Grown{{Database: "sqlite", Sessions: 10, Lookup: 10}, {Database: "sqlite", Sessions: 1_000_000, Lookup: 15}}}
	for _, name := range []string{
		"session, SQLite", "session, PostgreSQL", "session, redis", "jwt, EdDSA", "jwt, EdDSA, user, PostgreSQL", "jwt, EdDSA, denylist, PostgreSQL",
		"jwt, EdDSA, version, PostgreSQL", "token, PostgreSQL", "cookie",
	} {
		r.Rows = append(r.Rows, bench.Row{Name: name, What: bench.What{Mode: "session"}, PerSecond: 9000, CPU: 90})
	}
	r.Carried = []bench.Carried{
		{Place: "postgres", Finds: 10_000, Touches: 5000, Renewals: 1000, Session: 500, Family: 400, Renewal: 100, Token: 80},
		{Place: "redis", Finds: 20_000, Touches: 20_000, Session: 600},
	}
	return r
}

func written(t *testing.T, r bench.Report) string {
	t.Helper()
	var b strings.Builder
	if err := bench.WriteBeyond(&b, r, bench.Assumptions); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestBeyondArithmetic: a million people ask for 5,556 pages a second.
func TestBeyondArithmetic(t *testing.T) {
	page := written(t, measured())
	for _, want := range []string{
		"| 1,000,000 | 5,560 |",
		"4,500 requests a second, which is 810,000 people", // half of 9,000, each asking 20 times an hour
		"| session, PostgreSQL | 0.01 | 1 | 100 |",         // cores: 5,556 × 90 µs ÷ 0.5 = 1.0000
		"| session, PostgreSQL | 56 | 5,560 | 556,000 |",   // lookups, and as many writes
		"| JWT `signature`, EdDSA | 0 | 0 | 0 |",
		"| JWT `signature`, EdDSA | 11 | 1,110 | 111,000 |", // renewals: 4 an hour
		"| JWT `signature`, EdDSA | 0.02 | 3 | 223 |",       // 1,111 ÷ 1,000 ÷ 0.5, rounded up
		"| session, PostgreSQL | 0.03 | 4 | 334 |",          // (5,556 ÷ 10,000 + 5,556 ÷ 5,000) ÷ 0.5
		"| session, Redis | 0.01 | 2 | 112 |",
		"| session, PostgreSQL | 5 MB | 500 MB | 50 GB |",
		"| JWT `version`, EdDSA | 36 MB | 3.6 GB | 360 GB |", // 400 + 8 × 4 × 100 bytes
		"| opaque token | 800 kB | 80 MB | 8 GB |", "| signed cookie | 0 B | 0 B | 0 B |",
		"| sqlite | 1,000,000 | 15.0 | × 1.50 |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	if t.Failed() {
		t.Log(page)
	}
}

// TestBeyondNeedsItsFigures: nothing is read as nothing.
func TestBeyondNeedsItsFigures(t *testing.T) {
	for name, spoil := range map[string]func(*bench.Report){
		"a row":    func(r *bench.Report) { r.Rows = r.Rows[:4] },
		"a place":  func(r *bench.Report) { r.Carried = r.Carried[:1] },
		"renewals": func(r *bench.Report) { r.Carried[0].Renewals = 0 },
		"growth":   func(r *bench.Report) { r.Growth = nil },
	} {
		r := measured()
		spoil(&r)
		if err := bench.WriteBeyond(&strings.Builder{}, r, bench.Assumptions); err == nil {
			t.Errorf("without %s there is a page", name)
		}
	}
}

// TestBeyondPage: no number on the page was typed: it is what its own figures give.
func TestBeyondPage(t *testing.T) {
	page, err := os.ReadFile("BEYOND.md")
	if err != nil {
		t.Fatal(err)
	}
	r, err := bench.ReadBeyond(string(page))
	if err != nil {
		t.Fatal(err)
	}
	if written(t, r) != string(page) {
		t.Error("BEYOND.md is not what its figures give; write it anew: twodoors bench --beyond")
	}
	if err := r.Err(); err != nil || r.At.IsZero() {
		t.Errorf("measured at %v: %v", r.At, err)
	}
}
