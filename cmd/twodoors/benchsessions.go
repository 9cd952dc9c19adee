package main

import (
	"context"
	"fmt"
	"strings"

	"twodoors/handlers/bench"
)

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
	return rungs, bed.idle()
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
