package modelstest

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Stoppable is a PostgreSQL server of one test's own, which can be taken away and given back.
type Stoppable struct {
	// URL is the address of its database.
	URL string

	t       testing.TB
	server  *server
	command []string
	running bool
}

// fastShutdown cuts off whoever is connected, and keeps what was committed: these servers do not sync to the disk, so
// that an immediate one would lose the last moments.
const fastShutdown = "INT"

// StoppablePostgres starts a server for this test alone. It ends with the test. Without PostgreSQL on the machine
// the test is skipped (Missing).
func StoppablePostgres(t testing.TB) *Stoppable {
	t.Helper()
	needsServer(t)
	s, command, err := preparePostgres()
	if errors.Is(err, errNotInstalled) {
		Missing(t, err.Error())
	}
	if err == nil {
		err = s.startPostgres(fastShutdown, command)
	}
	if err != nil {
		t.Fatalf("PostgreSQL did not start: %v", err)
	}
	p := &Stoppable{URL: s.postgresURL("postgres"), t: t, server: s, command: command, running: true}
	t.Cleanup(func() {
		if p.running {
			p.server.stop()
		} else {
			os.RemoveAll(p.server.folder)
		}
	})
	return p
}

// Stop ends the server at once: whoever is connected is cut off, and nobody can connect.
func (p *Stoppable) Stop() {
	p.t.Helper()
	if err := os.WriteFile(p.keep(), nil, 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.server.stop()
	p.running = false
}

// Start starts it again, at the same address and with all that it had.
func (p *Stoppable) Start() {
	p.t.Helper()
	if err := os.Remove(p.keep()); err != nil {
		p.t.Fatal(err)
	}
	p.server.ended = make(chan struct{})
	if err := p.server.startPostgres(fastShutdown, p.command); err != nil {
		p.t.Fatalf("PostgreSQL did not start again: %v", err)
	}
	p.running = true
}

func (p *Stoppable) keep() string { return filepath.Join(p.server.folder, "keep") }
