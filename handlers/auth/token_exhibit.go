package auth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// Abilities say that the token can be ended for all devices, never for one, and is read with its user each time.
func (m *Token) Abilities(Level) []Ability {
	return []Ability{AbilityEndAll, AbilityAtOnce, AbilityUser}
}

// ReplayWindow is what is left of the cookie; in a header, the token has no end but the account's.
func (m *Token) ReplayWindow(p Principal) time.Duration {
	life := Forever
	if !p.Expires.IsZero() {
		life = p.Expires.Sub(m.now())
	}
	if ends := p.credential.(tokenHeld).accountEnds; !ends.IsZero() {
		life = min(life, ends.Sub(m.now()))
	}
	return max(0, life)
}

// Presented describes the token: it says nothing, and its cookie's date is all that can be read beside it.
func (m *Token) Presented(r *http.Request) *Presented {
	scheme, token, inHeader, wellFormed := tokenHeader(r)
	value, inCookie, _ := m.cookies.Find(r, tokenCookie, "/")
	switch {
	case inHeader && wellFormed && !inCookie:
		return &Presented{Kind: "opaque-token", Carrier: CarrierHeader, Name: "Authorization", Scheme: scheme, Value: token}
	case inHeader || !inCookie:
		return nil
	}
	shown := &Presented{Kind: "opaque-token-cookie", Carrier: CarrierCookie, Name: m.cookieName(), Value: value}
	if s, ok := parseSealed(string(unsigned(value))); ok {
		shown.IssuedAt, shown.ExpiresAt = s.issued, s.issued.Add(m.life)
	}
	return shown
}

// ServerState reads the token's row.
func (m *Token) ServerState(ctx context.Context, p Principal) ([]ServerRow, error) {
	columns, err := m.rows.TokenRow(sqltrace.For(ctx, sqltrace.Display), p.UserID)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []ServerRow{{Table: "user_tokens", What: "token-row", Columns: columns, Count: 1}}, nil
}

// ClientState is the token, in its cookie or wherever a script keeps it.
func (m *Token) ClientState(w http.ResponseWriter, r *http.Request, p Principal) []ClientItem {
	if p.Carrier == CarrierHeader {
		token := p.credential.(tokenHeld).token
		return []ClientItem{{What: "token-script", Value: token, Bytes: len(token)}}
	}
	return []ClientItem{heldCookie(w, r, m.cookieName(), "token-cookie")}
}

func (m *Token) cookieName() string { return m.cookies.Name(tokenCookie, "/") }
