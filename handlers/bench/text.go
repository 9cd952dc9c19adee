package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText writes the report as tables for a terminal.
func WriteText(w io.Writer, r Report) error {
	var b strings.Builder
	requests, failed := r.Total()
	fmt.Fprintf(&b, "twodoors %s, %s, %s, %d cores", r.Version, r.Go, r.System, r.Cores)
	if r.Processor != "" {
		fmt.Fprintf(&b, " (%s)", r.Processor)
	}
	if r.Soak != nil {
		b.WriteString("\n")
		soakText(&b, *r.Soak)
		_, err := io.WriteString(w, b.String())
		return err
	}
	fmt.Fprintf(&b, "\n%d connections, %d rounds of %.2g s for each row, client on the same machine; %d requests, %d failed\n\n",
		r.Connections, r.Rounds, r.Stretch, requests, failed)
	rowsText(&b, r.Rows)
	b.WriteString("\nratio: requests/s by those of the limit in the same round, median (least–most)\n" +
		"limit: plain net/http answering the same request with the same bytes\n" +
		"CPU: the server's process, a database server's not included; allocs: on its heap; both for one request\n")
	if len(r.Starts) > 0 {
		b.WriteString("\n")
		startsText(&b, r.Starts)
		b.WriteString("\nidle: after some seconds without work, with memory given back and the program's own pages let go until they are used\n")
	}
	if len(r.Growth) > 0 {
		b.WriteString("\n")
		growthText(&b, r.Growth)
	}
	for _, left := range r.Left {
		fmt.Fprintf(&b, "\nleft out: %s (no --%s)", left, left)
	}
	if len(r.Left) > 0 {
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func rowsText(b *strings.Builder, rows []Row) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tratio\t\trequests/s\tp50 ms\tp99 ms\tCPU µs\tallocs\tlookups\tanswer B\tfailed\t")
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%.3f\t(%.2f–%.2f)\t%.0f\t%.2f\t%.2f\t%s\t%.0f\t%.3g\t%.0f\t%d\t\n",
			padded(r.Name, rows), r.Ratio, r.RatioLow, r.RatioHigh, r.PerSecond, r.P50, r.P99, known(r.CPU, "%.1f"), r.Allocations, r.Lookups, r.AnswerBytes, r.Failed)
	}
	_ = t.Flush()
}

// padded fills a name up to the longest one: the table aligns everything else to the right.
func padded(name string, rows []Row) string {
	longest := 0
	for _, r := range rows {
		longest = max(longest, len([]rune(r.Name)))
	}
	return name + strings.Repeat(" ", longest-len([]rune(name)))
}

func known(v float64, format string) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}

func startsText(b *strings.Builder, starts []Start) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "server\tfirst answer ms\tMiB idle\tMiB under load")
	for _, s := range starts {
		fmt.Fprintf(t, "%s\t%.0f\t%s\t%s\n", s.Name, s.FirstAnswer, known(s.Idle, "%.1f"), known(s.Loaded, "%.1f"))
	}
	_ = t.Flush()
}

func growthText(b *strings.Builder, growth []Grown) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "database\tsessions\tlookup µs\tMB of sessions")
	for _, g := range growth {
		fmt.Fprintf(t, "%s\t%d\t%.1f\t%.1f\n", g.Database, g.Sessions, g.Lookup, float64(g.Size)/1e6)
	}
	_ = t.Flush()
}

// soakLines is how many of the readings a terminal shows.
const soakLines = 20

func soakText(b *strings.Builder, s Soak) {
	fmt.Fprintf(b, "soak: %.0f requests/s asked for over %.0f s, half of the %.0f/s answered at most just before\n", s.Asked, s.Length, s.Most)
	fmt.Fprintf(b, "%d requests (%.0f/s), and %d visitors signed in and out; %d failed; p50 %.2f ms, p99 %.2f ms from when each was due\n\n",
		s.Requests, s.Answered, s.Visits, s.Failed, s.P50, s.P99)
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "after s\tresident MiB\tlive heap MiB\tgoroutines\t")
	for i, h := range s.Held {
		if step := max(1, len(s.Held)/soakLines); i%step == 0 || i == len(s.Held)-1 {
			fmt.Fprintf(t, "%.0f\t%s\t%.1f\t%d\t\n", h.At, known(h.Resident, "%.1f"), h.Live, h.Goroutines)
		}
	}
	_ = t.Flush()
	b.WriteString("\n")
	t = tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tfirst quarter\tlast quarter\tmost\tgrowth an hour\tflat\t")
	for _, line := range []struct {
		name string
		of   Trend
	}{{"resident MiB", s.Resident}, {"live heap MiB", s.Live}, {"goroutines", s.Goroutines}} {
		fmt.Fprintf(t, "%s\t%.1f\t%.1f\t%.1f\t%+.1f\t%v\t\n", line.name, line.of.First, line.of.Last, line.of.Most, line.of.Slope, line.of.Flat())
	}
	_ = t.Flush()
}
