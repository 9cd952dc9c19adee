package auth

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Abilities says that each sign-in has a cookie of its own that ends by its date, and that is all.
func (m *Cookie) Abilities(Level) []Ability { return []Ability{AbilityOwn, AbilityExpire} }

// ReplayWindow is what is left of the cookie: nobody is asked whether it was signed out.
func (m *Cookie) ReplayWindow(p Principal) time.Duration {
	return max(0, p.Expires.Sub(m.now()))
}

// Presented describes the cookie: whoever holds it can read the session, unless it is encrypted.
func (m *Cookie) Presented(r *http.Request) *Presented {
	value, found, _ := m.cookies.Find(r, contentCookie, "/")
	if !found {
		return nil
	}
	shown := &Presented{Kind: "content-cookie", Carrier: CarrierCookie, Name: m.CookieName(), Value: value}
	if m.encrypt {
		shown.Kind = "content-cookie-encrypted"
		return shown
	}
	var c content
	if text := unsigned(value); json.Unmarshal(text, &c) == nil && c.User != 0 {
		shown.Payload, shown.BodyBytes = Members(text), len(text)
		shown.IssuedAt, shown.ExpiresAt = time.Unix(c.Since, 0), time.Unix(c.Expires, 0)
	}
	return shown
}

// ServerState is nothing.
func (m *Cookie) ServerState(context.Context, Principal) ([]ServerRow, error) { return nil, nil }

// ClientState is the cookie, which must not outgrow what a browser keeps.
func (m *Cookie) ClientState(w http.ResponseWriter, r *http.Request, _ Principal) []ClientItem {
	what := "content-cookie"
	if m.encrypt {
		what = "content-cookie-encrypted"
	}
	item := heldCookie(w, r, m.CookieName(), what)
	item.Limit = MaxCookie
	return []ClientItem{item}
}
