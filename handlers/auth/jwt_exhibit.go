package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// Abilities follow the level: what it asks about, it knows. Refresh tokens are listed and ended at any level.
func (m *JWT) Abilities(level Level) []Ability {
	has := []Ability{AbilityOwn, AbilityList, AbilityEndOne, AbilityEndAll, AbilityExpire}
	if level.AtLeast(LevelUser) {
		has = append(has, AbilityUser)
	}
	if level.AtLeast(LevelDenylist) {
		has = append(has, AbilityAtOnce, AbilitySignOut)
	}
	return has
}

// ReplayWindow is what is left of the token, unless the level asks whether the sign-in was ended. A limited token is
// not ended by anyone's signing out.
func (m *JWT) ReplayWindow(p Principal) time.Duration {
	if m.levels.For(p.TeamID).AtLeast(LevelDenylist) && !p.Limited() {
		return 0
	}
	return max(0, p.Expires.Add(Leeway).Sub(m.now()))
}

// Presented describes the access token: anyone can read it.
func (m *JWT) Presented(r *http.Request) *Presented {
	raw, carrier, err := m.credential(r)
	if err != nil {
		return nil
	}
	shown := &Presented{Kind: "access-token", Carrier: carrier, Name: "Authorization", Scheme: "Bearer", Value: raw}
	if carrier == CarrierCookie {
		shown.Name, shown.Scheme = m.cookies.Name(accessCookie, "/"), ""
	}
	if parts := strings.Split(raw, "."); len(parts) == 3 {
		shown.Header, shown.Payload = decodedMembers(parts[0]), decodedMembers(parts[1])
		shown.HeaderBytes, shown.BodyBytes = len(parts[0]), len(parts[1])
	}
	for _, m := range shown.Payload {
		switch m.Name {
		case "iat":
			shown.IssuedAt, _ = m.Unix()
		case "exp":
			shown.ExpiresAt, _ = m.Unix()
		}
	}
	return shown
}

// ServerState reads the rows of the token's family. For the access token there is none.
func (m *JWT) ServerState(ctx context.Context, p Principal) ([]ServerRow, error) {
	family, token, used, err := m.rows.FamilyRows(sqltrace.For(ctx, sqltrace.Display), p.DeviceID)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows := []ServerRow{{Table: "token_families", What: "family-row", Columns: family, Count: 1}}
	if len(token) > 0 {
		rows = append(rows, ServerRow{Table: "refresh_tokens", What: "refresh-row", Columns: token, Count: 1})
	}
	if used.Count > 0 {
		rows = append(rows, ServerRow{Table: "refresh_tokens", What: "used-refresh", Count: used.Count, Bytes: used.Bytes})
	}
	return rows, nil
}

// ClientState is the access token, wherever it is kept, and the refresh cookie, which this request did not carry.
func (m *JWT) ClientState(w http.ResponseWriter, r *http.Request, p Principal) []ClientItem {
	var items []ClientItem
	if p.Carrier == CarrierHeader {
		raw := p.credential.(tokenPrincipal).raw
		items = append(items, ClientItem{What: "access-memory", Value: raw, Bytes: len(raw)})
		if marker := heldCookie(w, r, m.cookies.Name(markerCookie, markerPath), "marker-cookie"); marker.Value != "" {
			items = append(items, marker)
		}
		if family := heldCookie(w, r, m.cookies.Name(familyCookie, "/"), "family-cookie"); family.Value != "" {
			items = append(items, family)
		}
	} else {
		items = append(items, heldCookie(w, r, m.cookies.Name(accessCookie, "/"), "access-cookie"))
	}
	name := m.cookies.Name(refreshCookie, refreshPath)
	return append(items, ClientItem{Name: name, What: "refresh-cookie", Bytes: CookieBytes(name, "") + refreshTokenLength})
}
