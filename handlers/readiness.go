package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/models"
)

// readyLimit is how long readyz may take, whatever does not answer.
const readyLimit = 2 * time.Second

// flaw is something that a node needs and that does not work: what is said of it to whoever asks, and the cause, which
// the log alone has.
type flaw struct {
	what, says string
	cause      error
}

// readyz says whether all works that requests need: "ok", or 503 and a line for each thing that does not.
func (n *Node) readyz(c echo.Context) error {
	if n.stopping.Load() {
		return n.healthz(c)
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), readyLimit)
	defer cancel()
	flaws := n.flaws(ctx)
	if c.Request().Context().Err() == nil { // or it is a question that was given up
		n.told.tell(n.Log, flaws)
	}
	if len(flaws) == 0 {
		return c.String(http.StatusOK, "ok\n")
	}
	return c.String(http.StatusServiceUnavailable, listed(flaws))
}

func (n *Node) flaws(ctx context.Context) (found []flaw) {
	add := func(what, says string, cause error) {
		if cause != nil {
			found = append(found, flaw{what, says, cause})
		}
	}
	h := n.DB.Health(ctx)
	add("reads", "the database does not answer", h.Reads)
	add("writes", "the database cannot be written to", h.Writes)
	if store, ok := n.Sessions.(interface {
		Health(context.Context) models.Health
	}); ok && n.session.Store() != auth.StoreDatabase {
		h := store.Health(ctx)
		add("store", "the session store does not answer", h.Reads)
		add("store", "the session store cannot be written to", h.Writes)
	}
	_, err := n.Keys.Reload(n.Now())
	add("keys", "the keys folder cannot be read", err)
	add("file", "the database file was removed or replaced", h.File)
	return found
}

func listed(flaws []flaw) string {
	var b strings.Builder
	for _, f := range flaws {
		b.WriteString(f.what + ": " + f.says + "\n")
	}
	return b.String()
}

// told keeps the log to one line for each change: readiness is asked about every second or so.
type told struct {
	mu    sync.Mutex
	known map[string]bool
}

func (t *told) tell(log *slog.Logger, flaws []flaw) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found := map[string]bool{}
	for _, f := range flaws {
		if found[f.says] = true; !t.known[f.says] {
			log.Error("not ready: "+f.says, "cause", f.cause)
		}
	}
	for says := range t.known {
		if !found[says] {
			log.Info("no longer so: " + says)
		}
	}
	t.known = found
}

// watchEvery is how often a node asks itself whether it is ready, for the log: perhaps nobody else does.
const watchEvery = 15 * time.Second

func (n *Node) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		asking, cancel := context.WithTimeout(ctx, readyLimit)
		flaws := n.flaws(asking)
		cancel()
		if ctx.Err() == nil {
			n.told.tell(n.Log, flaws)
		}
	}
}
