package auth

import (
	"context"
	"net/http"
	"time"

	"twodoors/models"
)

// Exhibit shows what a mode does. No request is let in or refused by it.
type Exhibit interface {
	// Abilities lists what this mode can do of what not every mode can, where so much is checked on each request.
	// Modes without levels are the same at all of them.
	Abilities(l Level) []Ability

	// ReplayWindow is for how long a copy of the principal's credential would still be accepted if its owner
	// signed out now.
	ReplayWindow(p Principal) time.Duration

	// Presented describes the credential that the request carries, unchecked, for showing it; nil for none.
	Presented(r *http.Request) *Presented

	// ServerState reads what the server keeps for the principal's sign-in, to show it (lookups of purpose display).
	ServerState(ctx context.Context, p Principal) ([]ServerRow, error)

	// ClientState lists what the client holds for the principal's sign-in after this response.
	ClientState(w http.ResponseWriter, r *http.Request, p Principal) []ClientItem
}

// ExhibitedMode is a mode that can be shown.
type ExhibitedMode interface {
	Mode
	Exhibit
}

// Presented is the credential of a request as anyone could read it, without any key.
type Presented struct {
	Kind    string // "session-id", "access-token", "opaque-token", "content-cookie", …
	Carrier Carrier
	Name    string // of the cookie or the header
	Scheme  string // of the header: "Bearer" or "Token"
	Value   string
	// Header and Payload are what a JWT's first two parts say, or a cookie that is the session itself in the place of
	// the second; nil where nothing can be read.
	Header, Payload        []Member
	HeaderBytes, BodyBytes int
	IssuedAt, ExpiresAt    time.Time
}

// Bytes is the length of the credential alone: of a cookie's value, or of what follows the scheme in a header (RFC 6750,
// section 2.1).
func (p *Presented) Bytes() int { return len(p.Value) }

// LineBytes is the length of a header line that carries the credential and nothing else, from the header's name to the
// line's end.
func (p *Presented) LineBytes() int {
	if p.Carrier == CarrierHeader {
		return len("Authorization: ") + len(p.Scheme) + len(" ") + len(p.Value) + len("\r\n")
	}
	return len("Cookie: ") + len(p.Name) + len("=") + len(p.Value) + len("\r\n")
}

// CookieBytes is what browsers count of a cookie, name and value together, against MaxCookie (RFC 6265bis, section 5.7).
func CookieBytes(name, value string) int { return len(name) + len(value) }

// ServerRow is a stored row.
type ServerRow struct {
	Table   string
	What    string // message key below "state."
	Columns []models.Column
	Count   int // for a row that stands for several
	Bytes   int // of those, whose columns are not shown
}

// ClientItem is a cookie or a token that the client holds.
type ClientItem struct {
	Name  string
	What  string // message key below "state."
	Value string // "" where the server has not seen it in this request
	Bytes int
	Limit int // how many bytes it may have; 0 where that is no concern
}

// heldCookie is a cookie as the client holds it after this response: what the response sets, or else what
// the request brought.
func heldCookie(w http.ResponseWriter, r *http.Request, name, what string) ClientItem {
	item := ClientItem{Name: name, What: what}
	if c, err := r.Cookie(name); err == nil {
		item.Value = c.Value
	}
	for _, line := range w.Header()["Set-Cookie"] {
		if c, err := http.ParseSetCookie(line); err == nil && c.Name == name {
			item.Value = c.Value
		}
	}
	item.Bytes = CookieBytes(item.Name, item.Value)
	return item
}
