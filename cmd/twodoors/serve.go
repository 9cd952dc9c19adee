package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/models"
)

// Limits of a connection: a slow or idle one holds nothing for long.
const (
	headerLimit = 5 * time.Second
	readLimit   = 15 * time.Second
	writeLimit  = 60 * time.Second
	idleLimit   = 120 * time.Second
	headerBytes = 64 << 10
)

// stopLimit is how long requests in flight may take to finish after a signal, --drain included.
const stopLimit = 8 * time.Second

type serveCommand struct{}

// Run serves until ctx ends. What it needs is opened in the order of what fails most often, the port first, and
// closed the other way round.
func (serveCommand) Run(ctx context.Context, p *program) error {
	config, err := p.check()
	if err != nil {
		return err
	}
	log := newLog(p.LogFormat, p.err)
	listener, err := listen("--addr", p.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	shown, err := p.openMetrics()
	if err != nil {
		return err
	}
	defer shown.close()
	if config.BaseURL == nil {
		config.BaseURL = defaultBaseURL(listener)
		if p.hasTLS() {
			config.BaseURL.Scheme = "https"
		}
	}
	keys, err := auth.OpenKeyRing(p.Keys, p.JWTAlg, p.AccessTTL, p.now(), p.keyAccess())
	if err != nil {
		return err
	}
	certificate, err := p.certificate(config.BaseURL)
	if err != nil {
		return err
	}
	if certificate != nil {
		listener = certificate.over(listener)
		if certificate.own {
			config.SelfSigned = certificate.fingerprint
		}
	}
	db, err := models.Open(ctx, models.Options{URL: p.Database, Log: log})
	if err != nil {
		return err
	}
	defer db.Close()
	sessions, closeSessions, err := p.openSessions(ctx, db, log)
	if err != nil {
		return err
	}
	defer closeSessions()
	hasher := newHasher()
	node, err := p.newNode(config, handlers.Deps{DB: db, Sessions: sessions, Keys: keys, Now: p.now, Log: log, Hasher: hasher, Metrics: shown.metrics(), Labs: p.newLabs(config)})
	if err != nil {
		return err
	}
	p.tuneCollector()
	background, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	node.Start(background)
	if certificate != nil {
		tick := time.NewTicker(certificateEvery)
		defer tick.Stop()
		go certificate.follow(background, tick.C, log)
	}
	log.Info("serving", "base_url", config.BaseURL.String(), "addr", listener.Addr().String(), "database", db.Dialect(), "session_store", sessions.Kind(), "nodes", p.Nodes, "version", config.Version)
	greet(p.out, config, listener, lanAddress())
	draining, stopped := p.draining(ctx, node, log)
	defer stopped()
	defer shown.serve(draining, log)()
	limit := stopLimit - p.Drain
	return serve(draining, node, listener, log, limit, node.EndStreams, lastly(limit, hasher.Close))
}

// lastly has something done when most of the limit is over: what has not begun by then would not be finished, and
// the rest is for saying so.
func lastly(limit time.Duration, do func()) func() {
	return func() { time.AfterFunc(limit*3/4, do) }
}

// newHasher makes the hasher of passwords: 19 MiB and two passes, OWASP's choice for Argon2id.
func newHasher() *auth.Hasher { return auth.NewHasher(auth.HashMemory, auth.HashPasses) }

// listen explains why it could not, by the flag.
func listen(flag, addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	var fault *net.OpError
	if errors.As(err, &fault) {
		err = fmt.Errorf("%s %s: %w", flag, addr, fault.Err)
	}
	return listener, err
}

// serve answers until ctx ends, then accepts no more and lets what is in flight finish within limit. stopping is called
// then: an answer that goes on for as long as its client listens would never finish.
func serve(ctx context.Context, handler http.Handler, listener net.Listener, log *slog.Logger, limit time.Duration, stopping ...func()) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerLimit, ReadTimeout: readLimit, WriteTimeout: writeLimit, IdleTimeout: idleLimit,
		MaxHeaderBytes: headerBytes,
		// "OPTIONS *" is answered by the app as well: the library's own answer has none of the app's headers.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	for _, stop := range stopping {
		server.RegisterOnShutdown(stop)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping")
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		log.Warn("requests were cut off", "after", limit.String())
		_ = server.Close()
	}
	<-served
	return nil
}

// newLog writes structured lines; stdout is for what people are to read. A duration has its unit in either form: in JSON
// the library would write a bare number of nanoseconds.
func newLog(format string, w io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Value.Kind() == slog.KindDuration {
				a.Value = slog.StringValue(a.Value.Duration().String())
			}
			return a
		}}))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
