package redisstore_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/models"
	"twodoors/models/modelstest"
	"twodoors/models/redisstore"
	"twodoors/models/sqltrace"
)

// mute is a way to Redis that can be stopped: it goes on taking what is sent and answers nothing.
type mute struct {
	net.Listener
	stopped chan struct{}

	mu    sync.Mutex
	conns []net.Conn
	hung  *string // what is said before hanging up; nil: nobody is hung up on
}

// hangUp resets all connections, and every new one after some words.
func (m *mute) hangUp(words string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hung = &words
	for _, c := range m.conns {
		_ = c.(*net.TCPConn).SetLinger(0)
		_ = c.Close()
	}
}

// taken keeps a connection, or hangs up on it.
func (m *mute) taken(c net.Conn) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.conns = append(m.conns, c)
	if m.hung == nil {
		return true
	}
	_, _ = c.Write([]byte(*m.hung))
	_ = c.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
	return false
}

func newMute(t *testing.T, target string) *mute {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mute{Listener: listener, stopped: make(chan struct{})}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			if !m.taken(client) {
				continue
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				client.Close()
				continue
			}
			go func() { defer server.Close(); _, _ = io.Copy(server, client) }()
			go func() { defer client.Close(); m.answer(client, bufio.NewReader(server)) }()
		}
	}()
	return m
}

// answer passes answers on for as long as the way is open.
func (m *mute) answer(client net.Conn, server *bufio.Reader) {
	for {
		b, err := server.ReadByte()
		if err != nil {
			return
		}
		select {
		case <-m.stopped:
			_, _ = io.Copy(io.Discard, server) // until the client has had enough
			return
		default:
		}
		if _, err := client.Write([]byte{b}); err != nil {
			return
		}
	}
}

// TestSlow: a Redis that does not answer is away after its limit of time, on an open connection and on a new
// one, and that is not "signed out".
func TestSlow(t *testing.T) {
	t.Parallel()
	url := modelstest.Redis(t)
	target := url[strings.Index(url, "@")+1 : strings.LastIndex(url, "/")]
	way := newMute(t, target)
	s, err := redisstore.Open(t.Context(), redisstore.Options{Database: database, URL: strings.Replace(url, target, way.Addr().String(), 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, rec := request(t)
	if err := s.CreateSession(ctx, session("one", 1), ada); err != nil {
		t.Fatal(err)
	}
	close(way.stopped)
	for range 3 {
		began := time.Now()
		_, _, err := s.FindSession(ctx, hash("one"), now)
		if took := time.Since(began); !models.Unavailable(err) || modelstest.Clocked() && took > 2*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
		if err := s.EndSession(ctx, 7, 1); !models.Unavailable(err) {
			t.Errorf("a script: %v", err)
		}
	}
	if last := rec.Statements()[1]; last.Err != "timeout" {
		t.Errorf("recorded as %+v", last)
	}
}

// TestAway: nobody listens, and a Redis that was switched off.
func TestAway(t *testing.T) {
	t.Parallel()
	off := &sqltrace.Switch{}
	s, err := redisstore.Open(t.Context(), redisstore.Options{Database: database, URL: modelstest.Redis(t), Switch: off})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, rec := request(t)
	off.Off()
	if err := s.DeleteSession(ctx, hash("x")); !models.Unavailable(err) {
		t.Errorf("switched off: %v", err)
	}
	off.On()
	if err := s.DeleteSession(ctx, hash("x")); err != nil {
		t.Errorf("switched on again: %v", err)
	}
	if n := len(rec.Statements()); n != 1 {
		t.Errorf("%d commands are recorded, one was sent", n)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := s.FindSession(gone, hash("x"), now); models.Unavailable(err) || err == nil {
		t.Errorf("a request that its client gave up: %v", err)
	}
}

// TestOpenFaults: one line each, and never the password.
func TestOpenFaults(t *testing.T) {
	t.Parallel()
	real := modelstest.Redis(t)
	wrong := "redis://:secret-word@" + real[strings.Index(real, "@")+1:]
	for _, url := range []string{
		"redis://:secret-word@127.0.0.1:1/0", wrong, "redis://:secret-word@host:port/0", "redis://:secret-word@/0",
		"redis://:secret-word@h/notanumber", "redis://:secret%word@h", "http://:secret-word@h", "",
	} {
		s, err := redisstore.Open(t.Context(), redisstore.Options{Database: database, URL: url})
		if err == nil {
			s.Close()
			t.Errorf("%s is opened", url)
			continue
		}
		if text := err.Error(); strings.Contains(text, "secret") || strings.Contains(text, "\n") || !strings.HasPrefix(text, "redis: ") {
			t.Errorf("%s: %q", url, text)
		}
	}
	for _, url := range []string{real, "rediss://user:p%40ss@redis.example:6380/1", "redis://localhost"} {
		if err := redisstore.Check(url); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// TestReset: whoever is hung up on while connecting, or in the middle of an answer, has met a Redis that is away.
func TestReset(t *testing.T) {
	t.Parallel()
	url := modelstest.Redis(t)
	target := url[strings.Index(url, "@")+1 : strings.LastIndex(url, "/")]
	for name, answer := range map[string]string{
		"at once": "", "after an answer that is none": "HTTP/1.1 400 Bad Request\r\n\r\n", "after a refusal": "-ERR of a kind that nobody knows\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			way := newMute(t, target)
			s, err := redisstore.Open(t.Context(), redisstore.Options{URL: strings.Replace(url, target, way.Addr().String(), 1), Database: database})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			close(way.stopped)
			way.hangUp(answer)
			ctx, _ := request(t)
			for range 3 {
				_, _, find := s.FindSession(ctx, hash("one"), now)
				for what, err := range map[string]error{
					"reading": find, "a script": s.EndSession(ctx, 7, 1), "a ping": s.Ping(ctx), "storing": s.CreateSession(ctx, session("one", 1), ada),
				} {
					if !models.Unavailable(err) {
						t.Errorf("%s: %v", what, err)
					}
				}
			}
		})
	}
}
