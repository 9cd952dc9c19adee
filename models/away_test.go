package models_test

import (
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"twodoors/models"
)

// TestPostgresAway takes the server away and gives it back: every lookup fails as
// unavailable in between, and none after.
func TestPostgresAway(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(URL(t, "postgres"))
	Must(t, err)
	p := &proxy{to: u.Host}
	Must(t, p.start("127.0.0.1:0"))
	u.Host = p.address
	db := MustOpen(t, u.String())
	t.Cleanup(p.stop)
	user := MustUser(t, db, "ada", models.RoleMember)
	MustFamily(t, db, user.ID, 10, "t1")
	for range 2 {
		p.stop()
		for range 3 {
			_, find := db.UserByID(request(t), user.ID, now)
			_, rotate := db.Rotate(request(t), rotation("t1", "t2", now))
			for _, err := range []error{find, rotate, db.Ping(t.Context())} {
				if !models.Unavailable(err) || errors.Is(err, models.ErrNotFound) {
					t.Errorf("while away: %v", err)
				}
			}
		}
		Must(t, p.start(p.address))
		Must(t, db.Ping(t.Context()))
		if _, err := db.UserByID(request(t), user.ID, now); err != nil {
			t.Errorf("when back: %v", err)
		}
	}
	if _, err := db.Rotate(request(t), rotation("t1", "t2", now)); err != nil {
		t.Errorf("the token after all that: %v", err)
	}
}

// TestSQLiteFull fills the database up to its limit: the write fails as unavailable,
// and reading goes on.
func TestSQLiteFull(t *testing.T) {
	t.Parallel()
	db := MustOpen(t, URL(t, "sqlite"))
	user := MustUser(t, db, "ada", models.RoleMember)
	Must(t, db.LimitPages())
	var err error
	for range 50 {
		if _, err = db.AddNote(request(t), user.ID, string(make([]byte, 2000)), now); err != nil {
			break
		}
	}
	if !models.Unavailable(err) {
		t.Errorf("when full: %v", err)
	}
	if _, err := db.UserByID(request(t), user.ID, now); err != nil {
		t.Errorf("reading: %v", err)
	}
}

// proxy stands between the program and a server, and can be stopped.
type proxy struct {
	to, address string

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

func (p *proxy) start(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.listener, p.address = l, l.Addr().String()
	p.mu.Unlock()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", p.to)
			if err != nil {
				_ = in.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, in, out)
			p.mu.Unlock()
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
			go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
		}
	}()
	return nil
}

func (p *proxy) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.listener.Close()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}
