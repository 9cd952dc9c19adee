package bench_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/handlers/bench"
)

// rung is one on a server of the test's own.
func rung(t *testing.T, name string, what bench.What, h http.HandlerFunc) bench.Rung {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return rungAt(name, what, s.Listener.Addr().String())
}

func rungAt(name string, what bench.What, addr string) bench.Rung {
	request := []byte("GET /page HTTP/1.1\r\nHost: test\r\n\r\n")
	return bench.Rung{Name: name, What: what, Target: bench.Target{
		Addr: addr, Requests: [][]byte{request}, Usage: func() (bench.Usage, error) { return bench.OwnUsage(), nil },
	}}
}

func page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("DB-Lookups", "auth=1, data=2")
	_, _ = w.Write(bytes.Repeat([]byte("x"), 1500))
}

var short = bench.Plan{Connections: 4, Rounds: 3, Length: 20 * time.Millisecond, WarmUp: 5 * time.Millisecond}

func run(t *testing.T, plan bench.Plan, rungs ...bench.Rung) bench.Report {
	t.Helper()
	rows, err := bench.Run(t.Context(), plan, rungs)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(rungs) {
		t.Fatalf("%d rows of %d rungs", len(rows), len(rungs))
	}
	return bench.Report{Rows: rows}
}

func TestRows(t *testing.T) {
	var order []string
	plan := short
	plan.Progress = func(round int, of bench.Rung) { order = append(order, fmt.Sprint(round, of.Name)) }
	r := run(t, plan, rung(t, "a", bench.What{Kind: "limit"}, page), rung(t, "b", bench.What{Kind: "home", Mode: "session"}, page))
	if err := r.Err(); err != nil {
		t.Error(err)
	}
	if got, want := strings.Join(order, " "), "0a 0b 1b 1a 2a 2b 3b 3a"; got != want {
		t.Errorf("measured in the order %s, want %s", got, want)
	}
	limit, home := r.Rows[0], r.Rows[1]
	if limit.Ratio != 1 || limit.RatioLow != 1 || limit.RatioHigh != 1 || limit.Lookups != 0 {
		t.Errorf("the limit beside itself: %+v", limit)
	}
	if home.Lookups != 3 || home.Failed != 0 || home.Requests < 10 || home.AnswerBytes < 1500 || home.AnswerBytes > 1800 {
		t.Errorf("the row: %+v", home)
	}
	if home.P50 <= 0 || home.P99 < home.P50 || home.PerSecond <= 0 || home.Allocations <= 0 || home.RatioLow > home.Ratio || home.Ratio > home.RatioHigh {
		t.Errorf("the row's figures: %+v", home)
	}
}

// TestFailures: a run in which anything failed is no result, and says how many did and how.
func TestFailures(t *testing.T) {
	var n atomic.Int64
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for name, c := range map[string]struct {
		rung bench.Rung
		want string
	}{
		"a status": {rung(t, "b", bench.What{}, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }), "status 418"},
		"now and then": {rung(t, "b", bench.What{}, func(w http.ResponseWriter, _ *http.Request) {
			if n.Add(1)%7 == 0 {
				w.WriteHeader(http.StatusInternalServerError)
			}
		}), "status 500"},
		"broken off":       {rung(t, "b", bench.What{}, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "EOF"},
		"without a length": {rung(t, "b", bench.What{}, func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }), "without a Content-Length"},
		"less than its length": {rung(t, "b", bench.What{}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			_, _ = w.Write([]byte("x"))
		}), "EOF"},
		"nobody there": {rungAt("b", bench.What{}, closed.Addr().String()), "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			r := run(t, short, rung(t, "a", bench.What{Kind: "limit"}, page), c.rung)
			if r.Rows[1].Failed == 0 || !strings.Contains(r.Rows[1].Failure, c.want) {
				t.Errorf("%d of %d failed: %q, want %q", r.Rows[1].Failed, r.Rows[1].Requests, r.Rows[1].Failure, c.want)
			}
			if err := r.Err(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestText(t *testing.T) {
	var b strings.Builder
	err := bench.WriteText(&b, bench.Report{
		Rows:   []bench.Row{{Name: "the limit", Ratio: 1, RatioLow: 1, RatioHigh: 1, Requests: 9}, {Name: "a home", Ratio: .5, RatioLow: .4, RatioHigh: .6, CPU: 12.3, Requests: 9, Failed: 2}},
		Starts: []bench.Start{{Name: "sqlite", FirstAnswer: 61, Idle: 29.5, Loaded: 44}}, Growth: []bench.Grown{{Database: "sqlite", Sessions: 10, Lookup: 4.4, Size: 2e6}},
		Left: []string{"postgres"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"the limit", "a home", "0.500", "(0.40–0.60)", "12.3", "18 requests, 2 failed", "29.5", "4.4", "left out: postgres (no --postgres)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
