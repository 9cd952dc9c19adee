package handlerstest

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/labs"
	"twodoors/models"
	"twodoors/models/memorystore"
)

// Served is a node behind a real port, on a clock that can be moved.
type Served struct {
	Base string // its address, such as http://localhost:40123
	Node *handlers.Node

	moved atomic.Int64
}

// Forward moves the node's clock.
func (s *Served) Forward(d time.Duration) { s.moved.Add(int64(d)) }

// ServeOption changes how a node is served.
type ServeOption func(*options)

type options struct {
	host   string
	labs   *labs.Engine
	start  bool
	hasher *auth.Hasher
	limit  time.Duration
	around func(http.Handler) http.Handler
}

// At serves the node under another name of this machine than localhost. Test browsers take every name that ends in
// .test for this machine, and trust none of those.
func At(host string) ServeOption { return func(o *options) { o.host = host } }

// WithLabs gives the node statements and labs. A run may take long: the machine may be busy with other tests.
func WithLabs() ServeOption {
	return func(o *options) { o.labs, o.limit = Engine(), 5*time.Minute }
}

// Started begins the node's background work: it measures the first page's figures and, with labs, the statements.
func Started() ServeOption { return func(o *options) { o.start = true } }

// Passwords are hashed by h; without it, cheaply.
func Passwords(h *auth.Hasher) ServeOption { return func(o *options) { o.hasher = h } }

// Behind puts a handler around the node, such as one that holds an answer.
func Behind(around func(http.Handler) http.Handler) ServeOption {
	return func(o *options) { o.around = around }
}

// Engine runs statements on nodes of this very code.
func Engine() *labs.Engine {
	return labs.New(labs.Options{
		Factory: handlers.LabNodes("test"),
		Sessions: func(context.Context, string, *models.DB) (auth.SessionRows, func() error, error) {
			return memorystore.New(memorystore.Sessions), func() error { return nil }, nil
		},
	})
}

// Serve serves a node with the default settings on a SQLite database of its own until the test ends.
func Serve(t testing.TB, change ...ServeOption) *Served {
	t.Helper()
	o := options{host: "localhost", hasher: auth.NewHasher(64, 1)}
	for _, c := range change {
		c(&o)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	s := &Served{Base: "http://" + net.JoinHostPort(o.host, port)}
	base, err := url.Parse(s.Base)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	db, err := models.Open(ctx, models.Options{URL: NewSQLite(t)})
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Now().Add(time.Duration(s.moved.Load())) }
	keys, err := auth.NewKeyRing("EdDSA", now())
	if err != nil {
		t.Fatal(err)
	}
	s.Node, err = handlers.New(handlers.Config{
		BaseURL: base, Demo: true, Signup: true, SessionIdle: 30 * time.Minute, SessionMax: 8 * time.Hour, Remember: 336 * time.Hour,
		AccessTTL: 15 * time.Minute, RefreshTTL: 336 * time.Hour, RefreshGrace: 10 * time.Second, Level: auth.LevelSignature, Version: "test",
		RunLimit: o.limit,
	}, handlers.Deps{DB: db, Keys: keys, Now: now, Log: slog.New(slog.DiscardHandler), Hasher: o.hasher, Labs: o.labs})
	if err != nil {
		t.Fatal(err)
	}
	if o.start {
		s.Node.Start(ctx)
	}
	var handler http.Handler = s.Node
	if o.around != nil {
		handler = o.around(handler)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	server.RegisterOnShutdown(s.Node.EndStreams)
	go server.Serve(listener)
	t.Cleanup(func() {
		s.Node.EndStreams()
		server.Close()
		cancel()
		db.Close()
	})
	return s
}

// SignUp makes an account by the API.
func (s *Served) SignUp(t testing.TB, name, password string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"username": name, "password": password})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(s.Base+"/api/signup", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		t.Fatalf("signing up: %s", answer.Status)
	}
}
