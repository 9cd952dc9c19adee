package handlers

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/handlers/metrics"
	"twodoors/handlers/trace"
	"twodoors/models/sqltrace"
)

// meters finds the counters of a request by its route.
type meters struct {
	routes map[meterKey]*metrics.Route
	other  *metrics.Route // no route, or not by this method
}

type meterKey struct{ method, pattern string }

// newMeters makes the counters of every route that is mounted, and has the queues read.
func (n *Node) newMeters() *meters {
	m := &meters{routes: map[meterKey]*metrics.Route{}, other: n.counted.Route(metrics.None, "other", "unmatched")}
	for _, r := range n.echo.Routes() {
		m.routes[meterKey{r.Method, r.Path}] = n.counted.Route(n.modeName(r.Path), r.Method, r.Path)
	}
	n.Metrics.Queue("passwords", n.Hasher.Waiting, n.Hasher.Working)
	n.Metrics.Queue("guesses", n.throttle.Waiting, nil)
	n.Metrics.Throttle("accounts", n.throttle.Accounts)
	n.Metrics.Throttle("devices", n.throttle.Devices)
	n.Metrics.Throttle("addresses", n.throttle.Addresses)
	if n.labs != nil {
		n.Metrics.Queue("labs", n.labs.queue.Waiting, n.labs.queue.Running)
	}
	return m
}

// modeName is the mode that a route belongs to.
func (n *Node) modeName(pattern string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(pattern, "/api"), "/"), "/")
	if slices.ContainsFunc(n.modes, func(m auth.ExhibitedMode) bool { return m.Name() == first }) {
		return first
	}
	return metrics.None
}

// of finds a request's route. The framework's path is the pattern where there is a route and whatever was asked for
// where there is none, so only what stands in the table is used.
func (m *meters) of(c echo.Context) *metrics.Route {
	if r, ok := m.routes[meterKey{c.Request().Method, c.Path()}]; ok {
		return r
	}
	return m.other
}

// metered counts every request once it is answered, with the figures that its headers told.
func (n *Node) metered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		var told sqltrace.Counts
		route, x := n.meters.of(c), trace.From(c.Request().Context())
		if x != nil {
			told = x.HeaderCounts()
			if reason := x.Refusal(); reason != "" {
				route.Refused(reason)
			}
		}
		route.Answered(c.Response().Status, time.Since(start), told)
		return err
	}
}

// refusedBy reports whether err is a refusal, and notes why: the credential was not good, or there was none.
func refusedBy(c echo.Context, err error) bool {
	x := trace.From(c.Request().Context())
	refused := isRefused(err)
	switch {
	case refused != nil:
		x.Refuse(string(refused.Reason))
	case errors.Is(err, auth.ErrNoCredential):
		x.Refuse("no-credential")
	default:
		return false
	}
	return true
}
