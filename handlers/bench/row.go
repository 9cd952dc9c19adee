package bench

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// What says what a rung is: what is asked for, through which mode, kept where, checked how.
type What struct {
	Kind      string `json:"kind"`                // "limit", "framework", "template", "home", "me"
	Mode      string `json:"mode,omitempty"`      // "session", "jwt", "token", "cookie"
	Carrier   string `json:"carrier,omitempty"`   // "cookie", "header"
	Database  string `json:"database,omitempty"`  // "sqlite", "postgres"
	Store     string `json:"store,omitempty"`     // of sessions: "database", "memory", "redis"
	Level     string `json:"level,omitempty"`     // of JWT mode
	Algorithm string `json:"algorithm,omitempty"` // of JWT mode
	Cache     bool   `json:"token_cache,omitempty"`
	Encrypted bool   `json:"encrypted,omitempty"` // of cookie mode
	Panel     string `json:"panel,omitempty"`     // "folded", "unfolded"
	Sessions  int    `json:"sessions,omitempty"`  // stored beside the one that asks; 0: a few
}

// Row is what a rung gave over all rounds.
type Row struct {
	Name string `json:"name"`
	What
	// Ratio is requests a second by those of the limit in the same round: the median of the rounds, and the
	// least and the most.
	Ratio         float64 `json:"ratio"`
	RatioLow      float64 `json:"ratio_low"`
	RatioHigh     float64 `json:"ratio_high"`
	PerSecond     float64 `json:"requests_per_second"` // median
	P50           float64 `json:"p50_ms"`
	P99           float64 `json:"p99_ms"`
	CPU           float64 `json:"cpu_us"`          // of the server's process for one request, median; 0: not known
	Allocations   float64 `json:"allocations"`     // for one request, median
	AllocatedSize float64 `json:"allocated_bytes"` // for one request, median
	Lookups       float64 `json:"lookups"`         // for one request, mean
	AnswerBytes   float64 `json:"answer_bytes"`    // headers included, mean
	Resident      float64 `json:"resident_mib"`    // most memory held after a round; 0: not known
	Requests      int     `json:"requests"`
	Failed        int     `json:"failed"`
	Failure       string  `json:"failure,omitempty"` // the first
}

func newRow(r Rung, samples, limit []Sample) Row {
	row := Row{Name: r.Name, What: r.What}
	var ratios, rates, cpu, mallocs, sizes []float64
	took := newHistogram()
	lookups, bytes := 0, int64(0)
	for i, s := range samples {
		row.Requests += s.Requests
		row.Failed += s.Failed
		if row.Failure == "" {
			row.Failure = s.Failure
		}
		lookups += s.Lookups
		bytes += s.Bytes
		took.Merge(s.took)
		row.Resident = max(row.Resident, float64(s.Used.Resident)/(1<<20))
		rates = append(rates, s.PerSecond())
		ratios = append(ratios, s.PerSecond()/limit[i].PerSecond())
		n := float64(max(1, s.Requests))
		cpu = append(cpu, float64(s.Used.CPU.Microseconds())/n)
		mallocs = append(mallocs, float64(s.Used.Mallocs)/n)
		sizes = append(sizes, float64(s.Used.Bytes)/n)
	}
	good := float64(max(1, row.Requests-row.Failed))
	row.Ratio, row.RatioLow, row.RatioHigh = median(ratios), slices.Min(ratios), slices.Max(ratios)
	row.PerSecond, row.CPU, row.Allocations, row.AllocatedSize = median(rates), median(cpu), median(mallocs), median(sizes)
	row.AnswerBytes = float64(bytes) / good
	if r.Mode != "" { // the limit repeats the header, and looks nothing up
		row.Lookups = float64(lookups) / good
	}
	row.P50, row.P99 = milliseconds(took, 50), milliseconds(took, 99)
	return row
}

func milliseconds(h *hdrhistogram.Histogram, percentile float64) float64 {
	return float64(h.ValueAtPercentile(percentile)) / float64(time.Millisecond)
}

// median of a list that is not empty; of an even number the mean of the two in the middle.
func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
