package handlers_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/labs"
	"twodoors/models"
	"twodoors/models/memorystore"
)

// labEngine runs claims with nodes of this very code.
func labEngine() *labs.Engine {
	return labs.New(labs.Options{
		Factory: func(s labs.Settings, d labs.Deps) (http.Handler, error) {
			base, err := url.Parse(s.BaseURL)
			if err != nil {
				return nil, err
			}
			return handlers.New(handlers.Config{
				BaseURL: base, Signup: true, Version: "test",
				SessionIdle: s.SessionIdle, SessionMax: s.SessionMax, Remember: s.Remember,
				AccessTTL: s.AccessTTL, RefreshTTL: s.RefreshTTL, RefreshGrace: s.RefreshGrace,
				Level: s.Level, CookieEncrypt: s.EncryptCookie,
			}, handlers.Deps{DB: d.DB, Sessions: d.Sessions, Keys: d.Keys, Now: d.Now, Log: slog.New(slog.DiscardHandler), Hasher: d.Hasher})
		},
		Sessions: func(context.Context, string, *models.DB) (auth.SessionRows, func() error, error) {
			return memorystore.New(memorystore.Sessions), func() error { return nil }, nil
		},
	})
}

// serveLabs is a node with claims and labs behind a real port. Without background work nothing is measured until
// somebody asks.
func serveLabs(t testing.TB, background bool) (base string, node *handlers.Node) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	base = "http://localhost:" + port
	at, _ := url.Parse(base)
	ctx, cancel := context.WithCancel(context.Background())
	db, err := models.Open(ctx, models.Options{URL: "sqlite::memory:"})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := auth.NewKeyRing("EdDSA", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	node, err = handlers.New(handlers.Config{
		BaseURL: at, Demo: true, Signup: true, SessionIdle: 30 * time.Minute, SessionMax: 8 * time.Hour, Remember: 336 * time.Hour,
		AccessTTL: 15 * time.Minute, RefreshTTL: 336 * time.Hour, RefreshGrace: 10 * time.Second, Level: auth.LevelSignature, Version: "test",
	}, handlers.Deps{DB: db, Keys: keys, Now: time.Now, Log: slog.New(slog.DiscardHandler), Hasher: auth.NewHasher(64, 1), Labs: labEngine()})
	if err != nil {
		t.Fatal(err)
	}
	if background {
		node.Start(ctx)
	}
	server := &http.Server{Handler: node, ReadHeaderTimeout: 5 * time.Second}
	server.RegisterOnShutdown(node.EndStreams)
	go server.Serve(listener)
	t.Cleanup(func() {
		node.EndStreams()
		server.Close()
		cancel()
		db.Close()
	})
	return base, node
}
