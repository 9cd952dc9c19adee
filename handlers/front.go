package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/views"
)

// measured are the figures of the front page.
type measured struct {
	facts []views.DoorFacts
	at    time.Time
}

// front is the first page: what this is, the doors, and their differences as measured on this server.
func (n *Node) front(c echo.Context) error {
	view := views.Front{Chrome: n.chrome(c, "title.front", views.SectionHome), Database: databaseName(n.DB.Dialect())}
	if n.cfg.SelfSigned != nil {
		view.Fingerprint = n.cfg.SelfSigned()
	}
	if m := n.facts.Load(); m != nil {
		view.Facts, view.Measured = m.facts, m.at
	}
	return n.render(c, http.StatusOK, views.FrontPage(view))
}

func databaseName(dialect string) string {
	if dialect == "postgres" {
		return "PostgreSQL"
	}
	return "SQLite"
}
