package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/labs"
)

type verifyCommand struct {
	IDs    []string `arg:"" optional:"" name:"id" help:"Which claims; without any, all of them."`
	Format string   `enum:"text,json,markdown,html" default:"text" help:"text, json, markdown or html."`
}

// errDiffers says that a statement did not come to the verdict that is expected of it.
var errDiffers = errors.New("not as expected")

// Run runs statements, each in environments of its own, and prints what was measured. It fails where a verdict is not the
// expected one, or a run did not come to its end. The app's own database is not touched: without --database, or
// with any of SQLite, environments live in memory.
func (c verifyCommand) Run(ctx context.Context, p *program) error {
	config, err := p.check()
	if err != nil {
		return err
	}
	engine := labs.New(p.labOptions(config))
	ids := c.IDs
	if len(ids) == 0 {
		for _, statement := range engine.Statements() {
			ids = append(ids, statement.ID)
		}
	}
	began := time.Now()
	done := 0
	results, err := engine.RunAll(ctx, ids, runtime.GOMAXPROCS(0), func(r labs.Result) {
		done++
		fmt.Fprintf(p.err, "%d/%d %s: %s\n", done, len(ids), r.Statement.ID, r.Verdict)
	})
	if err != nil {
		return err
	}
	report := verifyReport{results: results, took: time.Since(began)}
	if err := report.print(p.out, c.Format); err != nil {
		return err
	}
	if differ := report.differing(); len(differ) > 0 {
		return fmt.Errorf("%w: %s", errDiffers, strings.Join(differ, ", "))
	}
	return nil
}

// labOptions are what the environments are made with.
func (p *program) labOptions(config handlers.Config) labs.Options {
	o := labs.Options{
		Factory: handlers.LabNodes(version()), Sessions: openLabSessions,
		Settings: handlers.LabSettings(config, p.JWTAlg), SessionStore: p.SessionStore,
	}
	if strings.HasPrefix(p.Database, "postgres") {
		o.Database = p.Database
	}
	return o
}
