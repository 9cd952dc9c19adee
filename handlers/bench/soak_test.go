package bench_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/handlers/bench"
)

func soak(t *testing.T, plan bench.SoakPlan, h http.HandlerFunc, used func(int64) bench.Usage) bench.Soak {
	t.Helper()
	target := rung(t, "soak", bench.What{}, h).Target
	var asked atomic.Int64
	target.Usage = func() (bench.Usage, error) { return used(asked.Add(1)), nil }
	s, err := bench.RunSoak(t.Context(), plan, target)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func level(int64) bench.Usage { return bench.Usage{Resident: 40 << 20, Live: 4 << 20, Goroutines: 50} }

var calm = bench.SoakPlan{Connections: 4, Rate: 400, Length: 300 * time.Millisecond, Every: 10 * time.Millisecond}

// TestSoakKeepsItsRate: the server gets what was planned and not what it could bear.
func TestSoakKeepsItsRate(t *testing.T) {
	visits := 0
	plan := calm
	plan.Visit, plan.VisitEvery = func(context.Context) error { visits++; return nil }, 20*time.Millisecond
	s := soak(t, plan, page, level)
	if s.Requests != 120 || s.Failed != 0 || s.Visits != visits || visits < 2 || s.P50 <= 0 {
		t.Errorf("%+v, %d visits", s, visits)
	}
	if !s.Flat() || s.Resident.First != 40 || s.Goroutines.Last != 50 {
		t.Errorf("%+v", s.Resident)
	}
}

// TestSoakSeesGrowth: of each thing that is held, by itself.
func TestSoakSeesGrowth(t *testing.T) {
	for name, used := range map[string]func(n int64) bench.Usage{
		"resident":   func(n int64) bench.Usage { u := level(n); u.Resident += n << 20; return u },
		"live":       func(n int64) bench.Usage { u := level(n); u.Live += uint64(n) << 20; return u },
		"goroutines": func(n int64) bench.Usage { u := level(n); u.Goroutines += int(n); return u },
	} {
		s := soak(t, calm, page, used)
		if s.Flat() || s.Err() == nil || !strings.Contains(s.Err().Error(), "grew") {
			t.Errorf("%s: %v, %+v", name, s.Err(), s)
		}
	}
}

// TestSoakCountsFailures: of requests and of visitors; either makes it no result.
func TestSoakCountsFailures(t *testing.T) {
	s := soak(t, calm, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusTeapot) }, level)
	if s.Failed != s.Requests || s.Failed == 0 || s.Err() == nil || !strings.Contains(s.Err().Error(), "418") {
		t.Errorf("%d of %d, %v", s.Failed, s.Requests, s.Err())
	}
	plan := calm
	plan.Visit, plan.VisitEvery = func(context.Context) error { return errors.New("not let in") }, time.Second
	s = soak(t, plan, page, level)
	if s.Failed != 1 || s.Err() == nil || !strings.Contains(s.Err().Error(), "not let in") {
		t.Errorf("%d failed, %v", s.Failed, s.Err())
	}
}
