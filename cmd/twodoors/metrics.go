package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"twodoors/handlers/metrics"
)

// shownMetrics is the listener for whoever collects metrics, with what it shows. A nil one is off.
type shownMetrics struct {
	set      *metrics.Set
	listener net.Listener
}

// openMetrics listens at --metrics-addr, an address of its own: nothing of it is served to visitors.
func (s Settings) openMetrics() (*shownMetrics, error) {
	if s.MetricsAddr == "" {
		return nil, nil
	}
	listener, err := listen("--metrics-addr", s.MetricsAddr)
	if err != nil {
		return nil, err
	}
	return &shownMetrics{metrics.New(version()), listener}, nil
}

// metrics is what nodes count in; nil where metrics are off.
func (m *shownMetrics) metrics() *metrics.Set {
	if m == nil {
		return nil
	}
	return m.set
}

// serve answers GET /metrics beside the app, until ctx ends or the function that it returns is called, which waits for
// the end.
func (m *shownMetrics) serve(ctx context.Context, log *slog.Logger) (end func()) {
	if m == nil {
		return func() {}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.set.Handler())
	log = log.With("server", "metrics")
	log.Info("serving", "url", fmt.Sprintf("http://%s/metrics", m.listener.Addr()))
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := serve(ctx, mux, m.listener, log, stopLimit); err != nil {
			log.Error("no longer serving", "error", err)
		}
	}()
	return func() {
		stop()
		<-done
	}
}

// close gives the address back where it was never served.
func (m *shownMetrics) close() {
	if m != nil {
		_ = m.listener.Close()
	}
}
