package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"twodoors/handlers/bench"
)

// rung signs visitors in and makes a row of what they ask for.
func (bed *benchBed) rung(ctx context.Context, c *benchChild, w bench.What) (bench.Rung, error) {
	requests, err := requestsOf(ctx, c, w, benchConnections)
	if err != nil {
		return bench.Rung{}, fmt.Errorf("%s: %w", benchName(w), err)
	}
	return bed.rungOf(c, w, requests), nil
}

func (bed *benchBed) rungOf(c *benchChild, w bench.What, requests [][]byte) bench.Rung {
	bed.of[benchName(w)] = c
	return bench.Rung{Name: benchName(w), What: w, Target: bench.Target{Addr: c.addr, Requests: requests, Usage: c.usage}}
}

// lower starts the servers below the app. They answer what the app answers to a session's home, and are asked with
// the same requests.
func (bed *benchBed) lower(ctx context.Context, app *benchChild, kinds ...string) ([]bench.Rung, error) {
	session := bench.What{Kind: "home", Mode: "session", Carrier: "cookie", Panel: "folded"}
	requests, err := requestsOf(ctx, app, session, benchConnections)
	if err != nil {
		return nil, err
	}
	v := newBenchVisitor(app.addr)
	if err := errors.Join(v.signIn(ctx, "session"), v.prefer(ctx, "folded", "")); err != nil {
		return nil, err
	}
	path := benchPath(session)
	page, err := v.page(ctx, path)
	if err != nil {
		return nil, err
	}
	servers := map[string]string{"limit": "plain", "framework": "echo", "template": "templ"}
	var rungs []bench.Rung
	for _, kind := range kinds {
		c, err := bed.start(ctx, servers[kind], servers[kind], &benchSetup{Path: path, Header: page.Header, Body: page.Body})
		if err != nil {
			return nil, err
		}
		rungs = append(rungs, bed.rungOf(c, bench.What{Kind: kind}, requests))
	}
	return rungs, nil
}

// ladder starts every server and makes the rows, the limit first.
func (bed *benchBed) ladder(ctx context.Context, report *bench.Report) ([]bench.Rung, error) {
	servers, left, err := bed.servers(ctx)
	if err != nil {
		return nil, err
	}
	report.Left = left
	servers = bed.chosen(servers)
	apps := make([]*benchChild, len(servers))
	for i, server := range servers {
		if apps[i], err = bed.startNode(ctx, server.name, server.flags...); err != nil {
			return nil, err
		}
	}
	if err := bed.idle(); err != nil {
		return nil, err
	}
	rungs, err := bed.lower(ctx, apps[0], "limit", "framework", "template")
	if err != nil {
		return nil, err
	}
	for i, server := range servers {
		for _, w := range server.rungs {
			r, err := bed.rung(ctx, apps[i], w)
			if err != nil {
				return nil, err
			}
			rungs = append(rungs, r)
		}
	}
	return rungs, nil
}

// chosen leaves out the rows that were not asked for, and the servers without any; the first stays, since the limit
// repeats what it says.
func (bed *benchBed) chosen(servers []benchServer) []benchServer {
	for i := range servers {
		servers[i].rungs = slices.DeleteFunc(servers[i].rungs, func(w bench.What) bool { return !bed.only.MatchString(benchName(w)) })
	}
	return append(servers[:1], slices.DeleteFunc(servers[1:], func(s benchServer) bool { return len(s.rungs) == 0 })...)
}

// idle reads what each server holds before the load.
func (bed *benchBed) idle() error {
	for _, c := range bed.children {
		var err error
		if c.idle, err = c.usage(); err != nil {
			return err
		}
	}
	return nil
}

// starts says what each server of the app needed to begin, and what it held.
func (bed *benchBed) starts(rows []bench.Row) []bench.Start {
	const mib = 1 << 20
	var list []bench.Start
	for _, c := range bed.children {
		if c.first == 0 {
			continue
		}
		s := bench.Start{Name: c.name, FirstAnswer: float64(c.first.Microseconds()) / 1000, Idle: float64(c.idle.Resident) / mib}
		for _, r := range rows {
			if bed.of[r.Name] == c {
				s.Loaded = max(s.Loaded, r.Resident)
			}
		}
		list = append(list, s)
	}
	return list
}
