package views

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Benchmark is the report of a run that measured what requests cost.
type Benchmark struct {
	Msg                        *Messages
	Version, System            string
	Cores, Connections, Rounds int
	Requests, Failed           int
	Rows                       []BenchRow
	Starts                     []BenchStart
	Growth                     []BenchGrown
	Soak                       *BenchSoak // where that is what was measured
	Left                       []string
}

// runKey is the sentence that says what was done.
func (b Benchmark) runKey() string {
	if b.Soak != nil {
		return "bench.soak.run"
	}
	return "bench.run"
}

// BenchRow is what one step of the ladder gave.
type BenchRow struct {
	Kind                                       string // "limit", "framework", "template", "home", "me"
	Door                                       Door
	Database, Store, Carrier, Level, Algorithm string
	Cache, Encrypted, Unfolded                 bool
	Sessions                                   int
	Ratio, Low, High, PerSecond, P50, P99      float64
	CPU, Allocations, Lookups, Bytes           float64 // CPU is 0 where it is not known
}

// BenchStart is what a server needed to begin; 0 where that is not known.
type BenchStart struct {
	Name                string
	First, Idle, Loaded float64
}

// BenchGrown is a lookup beside a number of stored sessions.
type BenchGrown struct {
	Database string
	Sessions int
	Lookup   float64 // microseconds
	Megabyte float64
}

// name says what the row is, in the language.
func (r BenchRow) name(m *Messages) string {
	if r.Door == "" {
		return m.T("bench.kind." + r.Kind)
	}
	words := []string{m.T("door." + string(r.Door) + ".short")}
	add := func(when bool, word string) {
		if when {
			words = append(words, word)
		}
	}
	add(r.Algorithm != "", r.Algorithm)
	if r.Level != "" && r.Level != "signature" {
		add(true, m.T("level."+r.Level))
	}
	add(r.Cache, m.T("bench.cache"))
	add(r.Encrypted, m.T("bench.encrypted"))
	add(r.Carrier == "header", m.T("bench.header"))
	add(true, r.kept())
	add(r.Kind == "me", m.T("bench.me"))
	if r.Sessions > 0 {
		add(true, m.F("bench.count", map[string]any{"Sessions": r.Sessions}))
	}
	add(r.Unfolded, m.T("bench.unfolded"))
	return strings.Join(withoutEmpty(words), " · ")
}

// kept names where the row's lookups go, "" for one without.
func (r BenchRow) kept() string {
	switch r.Store {
	case "memory":
		return "RAM"
	case "redis":
		return "Redis"
	}
	if r.Lookups < 0.5 {
		return ""
	}
	return databaseName(r.Database)
}

func databaseName(dialect string) string {
	if dialect == "postgres" {
		return "PostgreSQL"
	}
	return "SQLite"
}

func withoutEmpty(words []string) []string {
	var kept []string
	for _, w := range words {
		if w != "" {
			kept = append(kept, w)
		}
	}
	return kept
}

// Measures of the charts, in the units of their drawing.
const (
	benchLeft  = 380
	benchWidth = 490
	benchStep  = 24
)

// benchBar is one row of a chart: a bar or a dot up to At, and a line from From to To.
type benchBar struct {
	Name, Figure    string
	Class           string
	Y, At, From, To int
	Dot             bool
}

// benchChart is a chart of horizontal bars over a scale that begins at zero.
type benchChart struct {
	Key    string // of its heading
	Height int
	Bars   []benchBar
	Ticks  []benchTick
}

type benchTick struct {
	X    int
	Text string
}

// charts are the three that a run is read from.
func (b Benchmark) charts() []benchChart {
	list := []benchChart{b.chart("rate", false, "%.2f", func(r BenchRow) (at, from, to float64) { return r.Ratio, r.Low, r.High })}
	if b.anyCPU() {
		list = append(list, b.chart("cpu", false, "%.0f", func(r BenchRow) (at, from, to float64) { return r.CPU, r.CPU, r.CPU }))
	}
	return append(list, b.chart("latency", true, "%.1f", func(r BenchRow) (at, from, to float64) { return r.P50, r.P50, r.P99 }))
}

func (b Benchmark) anyCPU() bool {
	for _, r := range b.Rows {
		if r.CPU > 0 {
			return true
		}
	}
	return false
}

func (b Benchmark) chart(key string, dots bool, format string, of func(BenchRow) (at, from, to float64)) benchChart {
	c := benchChart{Key: key, Height: benchStep*len(b.Rows) + 26}
	most := 0.0
	for _, r := range b.Rows {
		at, _, to := of(r)
		most = max(most, at, to)
	}
	step := tickStep(most)
	end := math.Ceil(most/step) * step
	x := func(v float64) int { return benchLeft + int(math.Round(v/end*benchWidth)) }
	for v := 0.0; v <= end+step/2; v += step {
		c.Ticks = append(c.Ticks, benchTick{x(v), strconv.FormatFloat(v, 'g', 4, 64)})
	}
	for i, r := range b.Rows {
		at, from, to := of(r)
		figure := fmt.Sprintf(format, at)
		if dots {
			figure += " – " + fmt.Sprintf(format, to)
		}
		c.Bars = append(c.Bars, benchBar{
			Name: r.name(b.Msg), Figure: figure, Class: doorClass(r.Door), Y: benchStep * i,
			At: x(at), From: x(from), To: x(to), Dot: dots,
		})
	}
	return c
}

// tickStep is a round number that divides a scale into at most ten.
func tickStep(most float64) float64 {
	if most <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(most/5)))
	for _, f := range []float64{1, 2, 5, 10} {
		if most/(power*f) <= 8 {
			return power * f
		}
	}
	return power * 10
}

// figure writes a measured number with as many digits as it deserves.
func figure(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }

// knownFigure leaves out what the system did not tell.
func knownFigure(v float64, digits int) string {
	if v == 0 {
		return "–"
	}
	return figure(v, digits)
}
