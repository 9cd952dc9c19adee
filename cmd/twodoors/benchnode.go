package main

import (
	"context"
	"errors"
	"log/slog"
	"net/url"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/models"
)

// benchNode is the app as bench measures it, with what it stands on.
type benchNode struct {
	*program
	node     *handlers.Node
	db       *models.DB
	keys     *auth.KeyRing
	sessions auth.SessionRows
	closers  []func() error // in the order in which they are called
}

// benchHost is the address that the measured app knows itself by, whatever port it listens on: cookies have the names, and
// thus the sizes, of the usual address.
const benchHost = "localhost:8080"

// openBenchNode makes a node as serve does, background work included, but for the pages that run claims.
func openBenchNode(ctx context.Context, p *program, log *slog.Logger) (*benchNode, error) {
	config, err := p.check()
	if err != nil {
		return nil, err
	}
	config.BaseURL = &url.URL{Scheme: "http", Host: benchHost}
	b := &benchNode{program: p}
	if b.keys, err = auth.OpenKeyRing(p.Keys, p.JWTAlg, p.AccessTTL, p.now(), p.keyAccess()); err != nil {
		return nil, err
	}
	if b.db, err = models.Open(ctx, models.Options{URL: p.Database, Log: log}); err != nil {
		return nil, err
	}
	sessions, closeSessions, err := p.openSessions(ctx, b.db, log)
	if err != nil {
		return nil, errors.Join(err, b.db.Close())
	}
	b.sessions, b.closers = sessions, []func() error{closeSessions, b.db.Close}
	b.node, err = handlers.New(config, handlers.Deps{DB: b.db, Sessions: sessions, Keys: b.keys, Now: p.now, Log: log, Hasher: newHasher()})
	if err != nil {
		b.close()
		return nil, err
	}
	ctx, end := context.WithCancel(context.WithoutCancel(ctx))
	b.closers = append([]func() error{func() error { end(); return nil }}, b.closers...)
	b.node.Start(ctx)
	return b, nil
}

func (b *benchNode) close() {
	for _, c := range b.closers {
		_ = c() // its process ends with it
	}
}
