package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/bench"
)

type benchCommand struct {
	Quick    bool          `help:"Fewer and shorter rounds: under 30 seconds."`
	Format   string        `enum:"text,json,html" default:"text" help:"text, json or html (one page with charts)."`
	Language string        `enum:"en,ko" default:"en" help:"Of the HTML page: en or ko."`
	Rounds   int           `default:"5" help:"How often every row is measured, in turn."`
	Stretch  time.Duration `default:"2s" help:"How long a row is measured in a round."`
	Only     string        `placeholder:"PATTERN" help:"Only the rows whose name matches this regular expression, beside the limit."`
	Profile  string        `placeholder:"FOLDER" help:"Write a CPU profile of each server there, for go tool pprof; measured figures suffer a little."`
	Sessions []int         `placeholder:"N" help:"Measure instead what grows with stored sessions, such as 10,10000,1000000."`
	Soak     time.Duration `placeholder:"TIME" help:"Measure instead what one server holds under half of what it can bear for so long, such as 10m."`
	Carried  bool          `help:"Measure also what one more sign-in takes where it is stored, and how many lookups and writes a second that place carries; it stands in the figures of --format=json."`
	Postgres string        `env:"TWODOORS_BENCH_POSTGRES" placeholder:"URL" help:"Measure on this PostgreSQL too, in a schema made for it and removed again."`
	Redis    string        `env:"TWODOORS_BENCH_REDIS" placeholder:"URL" help:"Measure with sessions in this Redis too."`

	only *regexp.Regexp
}

// benchConnections is how many connections put load on a server at once; quickBudget how long all measuring of a
// quick run takes.
const (
	benchConnections = 32
	quickBudget      = 17 * time.Second
)

// Run measures, and writes the report to standard output. A run with failed requests is written, and is an error.
func (b *benchCommand) Run(ctx context.Context, p *program) (err error) {
	if b.Rounds < 1 || b.Stretch < 10*time.Millisecond {
		return errors.New("bench: at least one round, and 10ms for each row")
	}
	if b.only, err = regexp.Compile(b.Only); err != nil {
		return fmt.Errorf("--only: %w", err)
	}
	began := time.Now()
	bed, err := newBenchBed(b, p.err)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bed.close()) }()
	report := bench.Report{
		Version: version(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Processor: processor(), Cores: runtime.NumCPU(),
		At: p.now().UTC().Truncate(time.Second), Connections: benchConnections,
	}
	if b.Soak > 0 {
		if err := bed.soak(ctx, &report); err != nil {
			return err
		}
		report.Took = time.Since(began).Seconds()
		return errors.Join(b.write(p.out, report), report.Err())
	}
	var rungs []bench.Rung
	if len(b.Sessions) > 0 {
		rungs, err = bed.growth(ctx, &report)
	} else {
		rungs, err = bed.ladder(ctx, &report)
	}
	if err != nil {
		return err
	}
	plan := b.plan(len(rungs))
	plan.Progress = progress(p.err, len(rungs))
	if report.Rows, err = bench.Run(ctx, plan, rungs); err != nil {
		return err
	}
	if b.Carried {
		if err := bed.carried(&report); err != nil {
			return err
		}
	}
	report.Rounds, report.Stretch = plan.Rounds, plan.Length.Seconds()
	report.Starts = bed.starts(report.Rows)
	report.Took = time.Since(began).Seconds()
	return errors.Join(b.write(p.out, report), report.Err())
}

// plan divides the time of a quick run among its rows.
func (b *benchCommand) plan(rows int) bench.Plan {
	plan := bench.Plan{Connections: benchConnections, Rounds: b.Rounds, Length: b.Stretch, WarmUp: min(b.Stretch, time.Second)}
	if b.Quick {
		plan.Rounds = 3
		plan.Length = quickBudget * 2 / time.Duration(rows*(2*plan.Rounds+1))
		plan.WarmUp = plan.Length / 2
	}
	return plan
}

func (b *benchCommand) write(w io.Writer, report bench.Report) error {
	switch b.Format {
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(report)
	case "html":
		return handlers.WriteBenchPage(w, report, b.Language)
	}
	return bench.WriteText(w, report)
}

// progress says on standard error what is measured, on one line that is written over.
func progress(w io.Writer, rows int) func(round int, of bench.Rung) {
	if !isTerminal(w) {
		return nil
	}
	n := 0
	return func(round int, of bench.Rung) {
		fmt.Fprintf(w, "\r\x1b[Kround %d, row %d of %d: %s", round, n%rows+1, rows, of.Name)
		n++
	}
}

// processor is the name of the machine's processor where the system tells it.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return ""
}
