package handlers

import (
	"context"
	"io"

	"twodoors/handlers/bench"
	"twodoors/views"
)

// WriteBenchPage writes a report as one page that needs nothing beside itself, in a language ("en", "ko").
func WriteBenchPage(w io.Writer, r bench.Report, language string) error {
	words, err := views.SharedCatalogue(nil)
	if err != nil {
		return err
	}
	b := views.Benchmark{
		Msg: words.Match(language, ""), Version: r.Version, System: r.System, Cores: r.Cores, Connections: r.Connections,
		Rounds: r.Rounds, Left: r.Left,
	}
	if r.Processor != "" {
		b.System += " (" + r.Processor + ")"
	}
	b.Requests, b.Failed = r.Total()
	for _, row := range r.Rows {
		b.Rows = append(b.Rows, views.BenchRow{
			Kind: row.Kind, Door: views.Door(row.Mode), Database: row.Database, Store: row.Store, Carrier: row.Carrier,
			Level: row.Level, Algorithm: row.Algorithm, Cache: row.Cache, Encrypted: row.Encrypted, Unfolded: row.Panel == "unfolded", Sessions: row.Sessions,
			Ratio: row.Ratio, Low: row.RatioLow, High: row.RatioHigh, PerSecond: row.PerSecond, P50: row.P50, P99: row.P99,
			CPU: row.CPU, Allocations: row.Allocations, Lookups: row.Lookups, Bytes: row.AnswerBytes,
		})
	}
	for _, s := range r.Starts {
		b.Starts = append(b.Starts, views.BenchStart{Name: s.Name, First: s.FirstAnswer, Idle: s.Idle, Loaded: s.Loaded})
	}
	for _, g := range r.Growth {
		b.Growth = append(b.Growth, views.BenchGrown{Database: g.Database, Sessions: g.Sessions, Lookup: g.Lookup, Megabyte: float64(g.Size) / 1e6})
	}
	if r.Soak != nil {
		b.Soak = soakView(*r.Soak)
	}
	return views.BenchmarkPage(b).Render(context.Background(), w)
}

func soakView(s bench.Soak) *views.BenchSoak {
	v := &views.BenchSoak{Rate: s.Answered, Most: s.Most, Minutes: s.Length / 60, Visits: s.Visits}
	for _, t := range []struct {
		what string
		of   bench.Trend
	}{{"resident", s.Resident}, {"live", s.Live}, {"goroutines", s.Goroutines}} {
		v.Trends = append(v.Trends, views.BenchTrend{What: t.what, First: t.of.First, Last: t.of.Last, Slope: t.of.Slope, Flat: t.of.Flat()})
	}
	for _, h := range s.Held {
		v.Resident = append(v.Resident, h.Resident)
	}
	return v
}
