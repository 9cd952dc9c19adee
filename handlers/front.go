package handlers

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
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
		view.Facts, view.Measured = slices.Clone(m.facts), m.at
		// The row of a sign-in names the browser and its address: those of who is looking, so that the figure is the one that
		// stands on their own pages.
		how := n.signInOf(c, false, auth.CarrierCookie)
		for i := range view.Facts {
			if view.Facts[i].KeepsAgent {
				view.Facts[i].ServerBytes += len(how.UserAgent) + len(how.Address)
			}
		}
	}
	return n.render(c, http.StatusOK, views.FrontPage(view))
}

func databaseName(dialect string) string {
	if dialect == "postgres" {
		return "PostgreSQL"
	}
	return "SQLite"
}
