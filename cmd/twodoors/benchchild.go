package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"twodoors/handlers/bench"
)

// benchChild is a server under measurement, in a process of its own.
type benchChild struct {
	name    string
	addr    string
	started time.Time
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	ask     *json.Encoder
	answers *json.Decoder
	first   time.Duration // from the start of the process to the first answer
	idle    bench.Usage
}

// startChild starts a server and waits until it listens. setup is nil for the app itself.
func startChild(ctx context.Context, name, kind string, setup *benchSetup, flags ...string) (*benchChild, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := append([]string{"bench-server", "--kind", kind, "--addr", "127.0.0.1:0"}, flags...)
	c := &benchChild{name: name, cmd: exec.CommandContext(ctx, self, args...), started: time.Now()}
	c.cmd.Env = benchEnvironment()
	faults := &tail{}
	c.cmd.Stderr = faults
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	c.ask, c.answers = json.NewEncoder(c.stdin), json.NewDecoder(stdout)
	if setup != nil {
		if err := c.ask.Encode(setup); err != nil {
			return nil, c.failed(err)
		}
	}
	var ready benchAnswer
	if err := c.answers.Decode(&ready); err != nil {
		return nil, c.failed(fmt.Errorf("%w %s", err, faults))
	}
	c.addr = ready.Addr
	return c, nil
}

// failed ends the server and says whose failure it was.
func (c *benchChild) failed(err error) error {
	return errors.Join(fmt.Errorf("server %s: %w", c.name, err), c.stop())
}

// question asks the server's process.
func (c *benchChild) question(q benchQuestion) (benchAnswer, error) {
	var a benchAnswer
	if err := c.ask.Encode(q); err != nil {
		return a, fmt.Errorf("server %s: %w", c.name, err)
	}
	if err := c.answers.Decode(&a); err != nil {
		return a, fmt.Errorf("server %s: %w", c.name, err)
	}
	if a.Error != "" {
		return a, fmt.Errorf("server %s: %s", c.name, a.Error)
	}
	return a, nil
}

// usage is what the server's process has used so far.
func (c *benchChild) usage() (bench.Usage, error) {
	a, err := c.question(benchQuestion{Do: "usage"})
	if err == nil && a.Usage == nil {
		err = fmt.Errorf("server %s: no usage", c.name)
	}
	if err != nil {
		return bench.Usage{}, err
	}
	return *a.Usage, nil
}

// stop lets the server end, and waits for that.
func (c *benchChild) stop() error {
	_ = c.stdin.Close()
	return c.cmd.Wait()
}

// tail keeps the end of what a process said.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-1000):]
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(string(t.text)) }
