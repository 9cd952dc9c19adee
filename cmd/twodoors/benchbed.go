package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"twodoors/handlers/bench"
	"twodoors/models"
)

// benchBed is what a run stands on: a folder of its own, perhaps a schema of its own, and the servers.
type benchBed struct {
	*benchCommand
	folder   string
	schemas  []string
	children []*benchChild
	of       map[string]*benchChild // by the name of a row
}

func newBenchBed(ctx context.Context, b *benchCommand) (*benchBed, error) {
	folder, err := os.MkdirTemp("", "twodoors-bench-")
	if err != nil {
		return nil, err
	}
	return &benchBed{benchCommand: b, folder: folder, of: map[string]*benchChild{}}, nil
}

// close ends the servers and leaves nothing behind.
func (bed *benchBed) close() error {
	var errs []error
	for _, c := range bed.children {
		_ = c.stop() // its fault, if any, has been met before
	}
	for _, name := range bed.schemas {
		errs = append(errs, models.DropSchema(context.Background(), bed.Postgres, name))
	}
	return errors.Join(append(errs, os.RemoveAll(bed.folder))...)
}

// newSchema makes a schema for one server and returns the URL of a database that consists of it.
func (bed *benchBed) newSchema(ctx context.Context) (string, error) {
	u, err := url.Parse(bed.Postgres)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return "", errors.New("--postgres: want postgres://user:password@host:port/name")
	}
	name := "bench_" + strings.ToLower(rand.Text()[:8])
	if err := models.CreateSchema(ctx, bed.Postgres, name); err != nil {
		return "", err
	}
	bed.schemas = append(bed.schemas, name)
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// start starts a server; the app itself with the keys and times that suit all.
func (bed *benchBed) start(ctx context.Context, name, kind string, setup *benchSetup, flags ...string) (*benchChild, error) {
	if kind == "node" {
		flags = append([]string{"--keys=" + bed.folder + "/keys-" + name, "--access-ttl=4h", "--session-idle=4h"}, flags...)
	}
	if bed.Profile != "" {
		flags = append(flags, "--profile="+filepath.Join(bed.Profile, name+".pprof"))
	}
	c, err := startChild(ctx, name, kind, setup, flags...)
	if err != nil {
		return nil, err
	}
	bed.children = append(bed.children, c)
	return c, nil
}

// startNode starts the app twice: the first time makes its database and keys, the second is the one measured.
func (bed *benchBed) startNode(ctx context.Context, name string, flags ...string) (*benchChild, error) {
	first, err := bed.start(ctx, name, "node", nil, flags...)
	if err != nil {
		return nil, err
	}
	bed.children = bed.children[:len(bed.children)-1]
	if err := errors.Join(first.firstAnswer(ctx), first.stop()); err != nil {
		return nil, err
	}
	c, err := bed.start(ctx, name, "node", nil, flags...)
	if err != nil {
		return nil, err
	}
	if err := c.firstAnswer(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

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
	if err := bed.rest(); err != nil {
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

// Starting is over when a server has hardly worked for a while; one that never rests is not waited for.
const (
	restWhile = 100 * time.Millisecond
	restWork  = 2 * time.Millisecond
	restTries = 30
)

// rest reads what each server holds before the load, once it has come to rest.
func (bed *benchBed) rest() error {
	for _, c := range bed.children {
		for range restTries {
			before := c.idle
			var err error
			if c.idle, err = c.usage(); err != nil {
				return err
			}
			if before.CPU > 0 && c.idle.CPU-before.CPU < restWork {
				break
			}
			time.Sleep(restWhile)
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

// growth starts a server for each number of sessions and database, and makes a row of each.
func (bed *benchBed) growth(ctx context.Context, report *bench.Report) ([]bench.Rung, error) {
	var rungs []bench.Rung
	databases := []string{"sqlite"}
	if bed.Postgres != "" {
		databases = append(databases, "postgres")
	}
	for _, database := range databases {
		for _, count := range bed.Sessions {
			name := fmt.Sprintf("%s-%d", database, count)
			url := "sqlite:" + bed.folder + "/" + name + ".db"
			if database == "postgres" {
				var err error
				if url, err = bed.newSchema(ctx); err != nil {
					return nil, err
				}
			}
			c, err := bed.startNode(ctx, name, "--database="+url)
			if err != nil {
				return nil, err
			}
			if rungs == nil {
				if rungs, err = bed.lower(ctx, c, "limit"); err != nil {
					return nil, err
				}
			}
			rung, grown, err := bed.grow(ctx, c, bench.What{
				Kind: "home", Mode: "session", Carrier: "cookie", Database: database, Store: "database", Panel: "folded", Sessions: count,
			})
			if err != nil {
				return nil, err
			}
			rungs, report.Growth = append(rungs, rung), append(report.Growth, grown)
		}
	}
	return rungs, bed.rest()
}

// growSample is how many of the stored sessions are asked for, at random: more than fit in any cache of pages near
// the processor.
const growSample = 20_000

func (bed *benchBed) grow(ctx context.Context, c *benchChild, w bench.What) (bench.Rung, bench.Grown, error) {
	filled, err := c.question(benchQuestion{Do: "populate", Sessions: w.Sessions, Sample: growSample})
	if err != nil {
		return bench.Rung{}, bench.Grown{}, err
	}
	v := newBenchVisitor(c.addr)
	if err := v.prefer(ctx, "folded", ""); err != nil {
		return bench.Rung{}, bench.Grown{}, err
	}
	const chosen = "twodoors-preferences"
	preferences := v.cookies[chosen]
	var requests [][]byte
	for _, cookie := range filled.Cookies {
		name, value, _ := strings.Cut(cookie, "=")
		v.cookies = map[string]string{name: value, chosen: preferences}
		requests = append(requests, v.request(benchPath(w), ""))
	}
	var best float64
	for range 3 { // the first warms the pages
		looked, err := c.question(benchQuestion{Do: "lookup", Sample: growSample})
		if err != nil {
			return bench.Rung{}, bench.Grown{}, err
		}
		if best == 0 || looked.Micros < best {
			best = looked.Micros
		}
	}
	return bed.rungOf(c, w, requests), bench.Grown{Database: w.Database, Sessions: w.Sessions, Lookup: best, Size: filled.Size}, nil
}
