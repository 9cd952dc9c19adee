package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"twodoors/handlers/bench"
)

// beyondRows are the rows that the arithmetic needs.
var beyondRows = regexp.MustCompile(`^(session, (SQLite|PostgreSQL|memory|redis)|jwt, (EdDSA|HS256)|jwt, EdDSA, (user|denylist|version), PostgreSQL|token, PostgreSQL|cookie)$`)

// carriedUsers is how many are signed in where it is measured what is carried; beyondSessions how many where it is
// measured what a lookup costs more for.
const carriedUsers = 10_000

var beyondSessions = []int{10, 1_000_000}

// beyond measures what the arithmetic of Beyond begins with.
func (bed *benchBed) beyond(ctx context.Context, report *bench.Report) error {
	if bed.Postgres == "" || bed.Redis == "" {
		return errors.New("--beyond needs --postgres and --redis: it compares what they carry")
	}
	bed.only = beyondRows
	rungs, err := bed.ladder(ctx, report)
	if err != nil {
		return err
	}
	plan := bed.plan(len(rungs))
	plan.Progress = progress(bed.err, len(rungs))
	if report.Rows, err = bench.Run(ctx, plan, rungs); err != nil {
		return err
	}
	report.Rounds, report.Stretch = plan.Rounds, plan.Length.Seconds()
	for _, name := range []string{"sqlite", "postgres", "memory", "redis"} {
		for _, c := range bed.children {
			if c.name != name {
				continue
			}
			a, err := c.question(benchQuestion{Do: "carry", Sessions: carriedUsers})
			if err != nil {
				return err
			}
			if a.Carried == nil {
				return fmt.Errorf("server %s: nothing was carried", name)
			}
			report.Carried = append(report.Carried, *a.Carried)
		}
	}
	bed.Sessions = beyondSessions
	_, err = bed.growth(ctx, report)
	return err
}
