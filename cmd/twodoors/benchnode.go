package main

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"strconv"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/models"
)

// benchNode is the app as bench measures it, with what it stands on.
type benchNode struct {
	*program
	node *handlers.Node
	db   *models.DB
	keys *auth.KeyRing
	end  context.CancelFunc
}

// openBenchNode makes a node as serve does, background work included.
func openBenchNode(ctx context.Context, p *program, listener net.Listener, log *slog.Logger) (*benchNode, error) {
	config, err := p.check()
	if err != nil {
		return nil, err
	}
	config.BaseURL = &url.URL{Scheme: "http", Host: "localhost:" + strconv.Itoa(portOf(listener))}
	b := &benchNode{program: p}
	if b.keys, err = auth.OpenKeyRing(p.Keys, p.JWTAlg, p.AccessTTL, p.now()); err != nil {
		return nil, err
	}
	if b.db, err = models.Open(ctx, models.Options{URL: p.Database, Log: log}); err != nil {
		return nil, err
	}
	if b.node, err = handlers.New(config, handlers.Deps{DB: b.db, Keys: b.keys, Now: p.now, Log: log, Hasher: newHasher()}); err != nil {
		_ = b.db.Close()
		return nil, err
	}
	ctx, b.end = context.WithCancel(context.WithoutCancel(ctx))
	b.node.Start(ctx)
	return b, nil
}

func (b *benchNode) close() {
	b.end()
	_ = b.db.Close()
}
