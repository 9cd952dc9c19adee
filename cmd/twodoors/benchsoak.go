package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"twodoors/handlers/bench"
)

// What a soak is made of. Its visitors come apart enough to be a small share of the load.
const (
	soakProbe  = 10 * time.Second // at full load, to find the most that the server answers
	soakEvery  = 5 * time.Second
	soakVisits = time.Second
)

// soak puts half of what one server can bear on it for a long time: members of both doors ask for their homes while
// others sign in, renew and sign out.
func (bed *benchBed) soak(ctx context.Context, report *bench.Report) error {
	c, err := bed.startNode(ctx, "soak", "--database=sqlite:"+bed.folder+"/soak.db")
	if err != nil {
		return err
	}
	var requests [][]byte
	for _, w := range []bench.What{
		{Kind: "home", Mode: "session", Carrier: "cookie", Panel: "folded"},
		{Kind: "home", Mode: "jwt", Carrier: "cookie", Level: "signature", Panel: "folded"},
	} {
		of, err := requestsOf(ctx, c, w, benchConnections/2)
		if err != nil {
			return err
		}
		requests = append(requests, of...)
	}
	target := bench.Target{Addr: c.addr, Requests: requests, Usage: c.usage}
	probe := bench.Rung{Name: "both doors in turn, SQLite", What: bench.What{Kind: "mixed"}, Target: target}
	length := min(soakProbe, bed.Soak/4)
	rows, err := bench.Run(ctx, bench.Plan{Connections: benchConnections, Rounds: 2, Length: length / 2, WarmUp: length / 4}, []bench.Rung{probe})
	if err != nil {
		return err
	}
	report.Rows, report.Rounds, report.Stretch = rows, 2, (length / 2).Seconds()
	plan := bench.SoakPlan{
		Connections: benchConnections, Rate: rows[0].PerSecond / 2, Length: bed.Soak, Every: min(soakEvery, bed.Soak/20),
		Visit: func(ctx context.Context) error { return passBy(ctx, c.addr) }, VisitEvery: soakVisits,
		Progress: soakProgress(bed.err),
	}
	soak, err := bench.RunSoak(ctx, plan, target)
	soak.Most = rows[0].PerSecond
	report.Soak = &soak
	return err
}

// passBy is a visitor who comes through both doors, renews the token, and leaves.
func passBy(ctx context.Context, addr string) error {
	v := newBenchVisitor(addr)
	defer v.client.CloseIdleConnections()
	for _, mode := range []string{"session", "jwt"} {
		if err := v.signIn(ctx, mode); err != nil {
			return err
		}
		if _, err := v.send(ctx, http.MethodGet, "/"+mode+"/member/notes", "", "", http.StatusOK); err != nil {
			return err
		}
	}
	for _, path := range []string{"/jwt/refresh?via=page", "/jwt/logout", "/session/logout"} {
		if err := v.post(ctx, path, url.Values{}); err != nil {
			return err
		}
	}
	return nil
}

// soakProgress shows the latest reading on one line that is written over.
func soakProgress(w io.Writer) func(bench.Held) {
	if !isTerminal(w) {
		return nil
	}
	return func(h bench.Held) {
		fmt.Fprintf(w, "\r\x1b[K%.0f s: %.1f MiB resident, %.1f MiB live, %d goroutines", h.At, h.Resident, h.Live, h.Goroutines)
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
