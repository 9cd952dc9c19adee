package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/pprof"
	"strings"

	"twodoors/handlers"
	"twodoors/handlers/bench"
)

// benchServerCommand is the server that bench measures, in a process of its own so that the server's work is
// told from the client's. It serves as serve does and answers questions, one JSON object a line, on its standard
// input, until that ends.
type benchServerCommand struct {
	Kind    string `enum:"node,plain,echo,templ" default:"node" help:"What answers: the app, or a lower rung of the ladder."`
	Profile string `help:"Write a CPU profile to this file."`
}

// benchSetup is the first line on a lower rung's standard input: what it answers with, and where.
type benchSetup struct {
	Path   string
	Header http.Header
	Body   []byte
}

// benchQuestion is a line on the server's standard input after that.
type benchQuestion struct {
	Do       string // "usage", "populate", "lookup", "carry"
	Sessions int    `json:",omitempty"` // populate: how many there are to be; carry: of how many people
	Sample   int    `json:",omitempty"` // populate: of how many the cookies are wanted; lookup: how many to look up
}

// benchAnswer is a line on its standard output.
type benchAnswer struct {
	Addr    string         `json:",omitempty"` // the first line
	Usage   *bench.Usage   `json:",omitempty"`
	Cookies []string       `json:",omitempty"` // as they stand in a Cookie header
	Micros  float64        `json:",omitempty"` // one lookup, in the mean
	Size    int64          `json:",omitempty"` // of the database, in bytes
	Carried *bench.Carried `json:",omitempty"`
	Error   string         `json:",omitempty"`
}

// Run serves until standard input ends.
func (s benchServerCommand) Run(ctx context.Context, p *program) error {
	in := bufio.NewReader(p.in)
	listener, err := listen("--addr", p.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	// What it logs goes nowhere, but it is written: a server that logs is what is measured.
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer nowhere.Close()
	log := newLog(p.LogFormat, nowhere)
	var grow *grower
	var handler http.Handler
	if s.Kind == "node" {
		opened, err := openBenchNode(ctx, p, log)
		if err != nil {
			return err
		}
		defer opened.close()
		handler, grow = opened.node, &grower{benchNode: opened}
	} else if handler, err = s.rung(in); err != nil {
		return err
	}
	p.tuneCollector()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if s.Profile != "" {
		end, err := profileTo(s.Profile)
		if err != nil {
			return err
		}
		defer end()
	}
	served := make(chan error, 1)
	go func() { served <- serve(ctx, handler, listener, log, stopLimit) }()
	out := json.NewEncoder(p.out)
	if err := out.Encode(benchAnswer{Addr: listener.Addr().String()}); err != nil {
		return err
	}
	if err := answerBench(ctx, in, out, grow); err != nil {
		return err
	}
	stop()
	return <-served
}

// profileTo writes a profile of the processor's time until it is ended.
func profileTo(path string) (end func(), err error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}, nil
}

// rung makes a lower rung of what stands on the first line of standard input.
func (s benchServerCommand) rung(in *bufio.Reader) (http.Handler, error) {
	line, err := in.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	var setup benchSetup
	if err := json.Unmarshal(line, &setup); err != nil {
		return nil, err
	}
	page := handlers.Page{Header: setup.Header, Body: setup.Body}
	switch s.Kind {
	case "echo":
		return handlers.EchoRung(setup.Path, page), nil
	case "templ":
		return handlers.TemplRung(setup.Path, page)
	}
	return handlers.NetHTTPBaseline(page), nil
}

// answerBench answers every question until there are no more.
func answerBench(ctx context.Context, in io.Reader, out *json.Encoder, grow *grower) error {
	for d := json.NewDecoder(in); ; {
		var q benchQuestion
		if err := d.Decode(&q); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		var a benchAnswer
		var err error
		switch {
		case q.Do == "usage":
			used := bench.OwnUsage()
			a.Usage = &used
		case q.Do == "populate" && grow != nil:
			a.Cookies, a.Size, err = grow.populate(ctx, q.Sessions, q.Sample)
		case q.Do == "lookup" && grow != nil:
			a.Micros, err = grow.lookup(ctx, q.Sample)
		case q.Do == "carry" && grow != nil:
			var carried bench.Carried
			carried, err = (&carrier{benchNode: grow.benchNode}).carry(ctx, q.Sessions)
			a.Carried = &carried
		default:
			err = fmt.Errorf("nothing known about %q", q.Do)
		}
		if err != nil {
			a.Error = err.Error()
		}
		if err := out.Encode(a); err != nil {
			return err
		}
	}
}

// benchEnvironment is this process's environment without the app's own settings, which come as flags.
func benchEnvironment() []string {
	var kept []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "TWODOORS_") {
			kept = append(kept, pair)
		}
	}
	return kept
}
