package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// jwksMaxAge is how long others may keep a copy of the key set, in seconds: no longer than new keys are shown
// before they are used.
const jwksMaxAge = "10"

// jwks publishes the keys that tokens are checked with (RFC 7517).
func (n *Node) jwks(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "public, max-age="+jwksMaxAge)
	return c.Blob(http.StatusOK, "application/jwk-set+json", n.Keys.JWKS(n.Now()))
}

// healthz says that the process answers, and will go on to: a balancer asks here, since a node without its database
// still has answers to give.
func (n *Node) healthz(c echo.Context) error {
	if n.stopping.Load() {
		return c.String(http.StatusServiceUnavailable, "stopping\n")
	}
	return c.String(http.StatusOK, "ok\n")
}

func (n *Node) version(c echo.Context) error {
	return writeJSON(c, http.StatusOK, map[string]string{"version": n.cfg.Version})
}
