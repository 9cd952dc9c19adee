package auth

import (
	"context"
	"net/http"
	"slices"
	"time"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// Store is where the sessions are kept: one of the kinds of stores.
func (m *Session) Store() string { return m.rows.Kind() }

// Abilities are all of them, since every request asks the store; but a store that keeps a copy of the user does
// not know what the database knows.
func (m *Session) Abilities(Level) []Ability {
	if _, copies := m.rows.(*copiedUsers); copies {
		return slices.DeleteFunc(Abilities(), func(a Ability) bool { return a == AbilityUser })
	}
	return Abilities()
}

// ReplayWindow is zero: every request asks the store, and the store no longer knows the id.
func (m *Session) ReplayWindow(Principal) time.Duration { return 0 }

// Presented describes the session cookie: an id that says nothing.
func (m *Session) Presented(r *http.Request) *Presented {
	value, found, _ := m.cookie.cookies.Find(r, sessionCookie, "/")
	if !found {
		return nil
	}
	return &Presented{Kind: "session-id", Carrier: CarrierCookie, Name: m.CookieName(), Value: value}
}

// ServerState reads the session's row.
func (m *Session) ServerState(ctx context.Context, p Principal) ([]ServerRow, error) {
	columns, err := m.rows.SessionRow(sqltrace.For(ctx, sqltrace.Display), p.credential.(*models.Session).IDHash)
	if err != nil {
		return nil, err
	}
	kept := ServerRow{Table: "sessions", What: "session-row", Columns: columns, Count: 1}
	switch m.rows.Kind() {
	case StoreRedis:
		kept.Table, kept.What = "twodoors:session", "session-entry-redis"
	case StoreMemory:
		kept.Table, kept.What = "", "session-entry-memory"
	}
	return []ServerRow{kept}, nil
}

// ClientState is the session cookie.
func (m *Session) ClientState(w http.ResponseWriter, r *http.Request, _ Principal) []ClientItem {
	name := m.CookieName()
	return []ClientItem{heldCookie(w, r, name, "session-cookie")}
}
