package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// SoakPlan is load that goes on for long at a rate the server can bear.
type SoakPlan struct {
	Connections int
	Rate        float64       // requests a second, over all connections
	Length      time.Duration // in all
	Every       time.Duration // between two readings of what the server holds
	// Visit, where not nil, is somebody who signs in and out again. It is called over and over beside the load,
	// VisitEvery apart.
	Visit      func(ctx context.Context) error
	VisitEvery time.Duration
	// Progress, where not nil, is told of each reading.
	Progress func(Held)
}

// Soak is what load that went on for long showed.
type Soak struct {
	Most     float64 `json:"most_per_second"` // what the server answered at most, just before
	Asked    float64 `json:"asked_per_second"`
	Answered float64 `json:"answered_per_second"`
	Length   float64 `json:"seconds"`
	Requests int     `json:"requests"`
	Visits   int     `json:"visits"` // sign-ins and sign-outs beside them
	Failed   int     `json:"failed"` // of both
	Failure  string  `json:"failure,omitempty"`
	// P50 and P99 count from when a request was due, so that a server that stalls is not spared the requests that
	// waited for it.
	P50  float64 `json:"p50_ms"`
	P99  float64 `json:"p99_ms"`
	Held []Held  `json:"held"`
	// What was held in the mean of the first and the last quarter.
	Resident   Trend `json:"resident_mib"`
	Live       Trend `json:"live_heap_mib"`
	Goroutines Trend `json:"goroutines"`
}

// Held is what a server held at one moment.
type Held struct {
	At         float64 `json:"at_seconds"`
	Resident   float64 `json:"resident_mib"`
	Live       float64 `json:"live_heap_mib"`
	Goroutines int     `json:"goroutines"`
}

// Trend says whether something grows.
type Trend struct {
	First float64 `json:"first_quarter"`
	Last  float64 `json:"last_quarter"`
	Most  float64 `json:"most"`
	Slope float64 `json:"slope_per_hour"` // of the line through all readings but those of the start
}

// What may differ between the first and the last quarter of something that does not grow: the collector comes when it
// wants to.
const (
	flatShare = 1.1
	flatMore  = 2.0
)

// Flat reports whether the last quarter is where the first one was.
func (t Trend) Flat() bool { return t.Last <= max(t.First*flatShare, t.First+flatMore) }

// Flat reports whether nothing grew.
func (s Soak) Flat() bool { return s.Resident.Flat() && s.Live.Flat() && s.Goroutines.Flat() }

// Err tells of all that makes the run no good result.
func (s Soak) Err() error {
	var faults []error
	if s.Failed > 0 {
		faults = append(faults, fmt.Errorf("%d of %d requests and visits failed (%s)", s.Failed, s.Requests+s.Visits, s.Failure))
	}
	if s.Answered < 0.95*s.Asked {
		faults = append(faults, fmt.Errorf("%.0f requests a second were answered of the %.0f asked for", s.Answered, s.Asked))
	}
	if !s.Flat() {
		faults = append(faults, errors.New("what the server holds grew from the first quarter to the last"))
	}
	return errors.Join(faults...)
}

// RunSoak puts the load of a plan on a target, and reads every while what the server holds.
func RunSoak(ctx context.Context, plan SoakPlan, target Target) (Soak, error) {
	soak := Soak{Asked: plan.Rate}
	crowd := newCrowd(target, newConnections(target.Addr, plan.Connections))
	defer crowd.close()
	ctx, cancel := context.WithTimeout(ctx, plan.Length+answerTime)
	defer cancel()
	start := time.Now()
	end := start.Add(plan.Length)
	var wait sync.WaitGroup
	for i, m := range crowd.members {
		if err := m.limit(end.Add(answerTime)); err != nil {
			return soak, err
		}
		// Each connection has its share of the rate, and its own turn within it.
		each := time.Duration(float64(plan.Connections) / plan.Rate * float64(time.Second))
		first := start.Add(each * time.Duration(i) / time.Duration(plan.Connections))
		wait.Go(func() { m.paced(ctx, target.Requests, first, each, end) })
	}
	var visits, lost int
	var why error
	if plan.Visit != nil {
		wait.Go(func() { visits, lost, why = visited(ctx, plan, end) })
	}
	fault := soak.watch(ctx, plan, target, start, end)
	if fault != nil {
		cancel()
	}
	wait.Wait()
	if fault != nil {
		return soak, fault
	}
	soak.add(crowd, time.Since(start))
	soak.Visits, soak.Failed = visits, soak.Failed+lost
	if soak.Failure == "" && why != nil {
		soak.Failure = why.Error()
	}
	soak.Resident = trend(soak.Held, func(h Held) float64 { return h.Resident })
	soak.Live = trend(soak.Held, func(h Held) float64 { return h.Live })
	soak.Goroutines = trend(soak.Held, func(h Held) float64 { return float64(h.Goroutines) })
	return soak, nil
}

// paced sends a request whenever one is due, and late ones at once.
func (m *member) paced(ctx context.Context, requests [][]byte, due time.Time, each time.Duration, end time.Time) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ; due.Before(end); due = due.Add(each) {
		if wait := time.Until(due); wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
		}
		if m.ask(requests) {
			m.record(time.Since(due))
		}
	}
}

// visited lets one visitor after the other sign in and out.
func visited(ctx context.Context, plan SoakPlan, end time.Time) (visits, failed int, first error) {
	tick := time.NewTicker(plan.VisitEvery)
	defer tick.Stop()
	for time.Now().Before(end) {
		visits++
		if err := plan.Visit(ctx); err != nil {
			failed++
			if first == nil {
				first = err
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return visits, failed, first
		}
	}
	return visits, failed, first
}

// watch reads what the server holds until the end.
func (s *Soak) watch(ctx context.Context, plan SoakPlan, target Target, start, end time.Time) error {
	tick := time.NewTicker(plan.Every)
	defer tick.Stop()
	for time.Now().Before(end) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		used, err := target.Usage()
		if err != nil {
			return err
		}
		const mib = 1 << 20
		h := Held{
			At: time.Since(start).Seconds(), Resident: float64(used.Resident) / mib, Live: float64(used.Live) / mib, Goroutines: used.Goroutines,
		}
		s.Held = append(s.Held, h)
		if plan.Progress != nil {
			plan.Progress(h)
		}
	}
	return nil
}

func (s *Soak) add(c *crowd, took time.Duration) {
	var sum Sample
	sum.took = hdrhistogram.New(1000, int64(time.Minute), 3)
	for _, m := range c.members {
		m.addTo(&sum)
	}
	s.Requests, s.Failed, s.Failure, s.Length = sum.Requests, sum.Failed, sum.Failure, took.Seconds()
	s.Answered = float64(sum.Requests-sum.Failed) / took.Seconds()
	s.P50, s.P99 = milliseconds(sum.took, 50), milliseconds(sum.took, 99)
}

// trend looks at a series, without its first twentieth: the start.
func trend(held []Held, of func(Held) float64) Trend {
	held = held[len(held)/20:]
	var t Trend
	if len(held) == 0 {
		return t
	}
	quarter := max(1, len(held)/4)
	mean := func(list []Held) float64 {
		sum := 0.0
		for _, h := range list {
			sum += of(h)
		}
		return sum / float64(len(list))
	}
	t.First, t.Last = mean(held[:quarter]), mean(held[len(held)-quarter:])
	at, level := 0.0, mean(held)
	for _, h := range held {
		t.Most = max(t.Most, of(h))
		at += h.At / float64(len(held))
	}
	var up, over float64
	for _, h := range held {
		up += (h.At - at) * (of(h) - level)
		over += (h.At - at) * (h.At - at)
	}
	if over > 0 {
		t.Slope = up / over * 3600
	}
	return t
}
