package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// LimitedToken is an access token that a member issued for a script. It is signed like any other, but says what it
// may do (scope), lives as long as it was given, and has no refresh token.
type LimitedToken struct {
	ID             int64 // its sid: what the denylist knows it by
	Name, Scope    string
	Since, Expires time.Time
	// Revoked is when it was; zero: it was not.
	Revoked time.Time
	// WorksUntil is until when it is accepted at the level in force although it was, or if it were, revoked now; zero:
	// it is refused at the next request.
	WorksUntil time.Time
}

// NewLimited is what a limited token is to be. Scope comes from ParseScope.
type NewLimited struct {
	Name, Scope        string
	Life               time.Duration
	UserAgent, Address string
}

// IssueLimited signs a limited token for the principal, who must have been read at level version: whoever was
// signed out, or has an old password's token, must not turn that into something that lives longer. It gives the token
// itself once; the database keeps its id, name, scope and dates. It fails with models.ErrTooMany, and with a *RejectedError
// where the sign-in was ended, or the user changed, since it was read.
func (m *JWT) IssueLimited(ctx context.Context, p Principal, n NewLimited) (LimitedToken, string, error) {
	if p.Limited() {
		return LimitedToken{}, "", &ScopeError{}
	}
	now := m.now()
	c := p.credential.(tokenPrincipal).claims
	by := models.Issuer{Family: c.SignIn, Version: c.Version, Outlived: p.TeamID == 0}
	if left := p.Expires.Sub(now); !by.Outlived && n.Life > left {
		n.Life = left // nobody has given a password: it is worth no more than what asks for it, and ends with it
	}
	c.ID, c.SignIn, c.Name, c.Role, c.Scope = rand.Text(), newDeviceID(deviceJWT), p.Name, p.Role, n.Scope
	c.IssuedAt, c.Expires = now.Unix(), now.Add(n.Life).Unix()
	row := models.LimitedToken{Name: n.Name, Scope: n.Scope, Family: models.Family{
		ID: c.SignIn, UserID: p.UserID, CreatedAt: models.At(now), LastSeen: models.At(now), ExpiresAt: models.At(time.Unix(c.Expires, 0)),
		UserAgent: cut(n.UserAgent, maxUserAgent), Address: n.Address,
	}}
	err := m.rows.CreateLimitedToken(sqltrace.For(ctx, sqltrace.Auth), by, row)
	if errors.Is(err, models.ErrChanged) {
		return LimitedToken{}, "", &RejectedError{Reason: ReasonSuperseded, Carrier: p.Carrier}
	}
	if err != nil {
		return LimitedToken{}, "", err
	}
	done := trace.From(ctx).Check("issue.limited-token")
	raw, err := m.tokens.sign(&c)
	done("")
	if err != nil {
		return LimitedToken{}, "", err
	}
	return m.limited(p, row), raw, nil
}

// LimitedTokens lists the principal's limited tokens that have not expired, revoked ones too.
func (m *JWT) LimitedTokens(ctx context.Context, p Principal) ([]LimitedToken, error) {
	rows, err := m.rows.LimitedTokens(ctx, p.UserID, m.now())
	if err != nil {
		return nil, err
	}
	list := make([]LimitedToken, len(rows))
	for i, row := range rows {
		list[i] = m.limited(p, row)
	}
	return list, nil
}

func (m *JWT) limited(p Principal, row models.LimitedToken) LimitedToken {
	t := LimitedToken{
		ID: row.ID, Name: row.Name, Scope: row.Scope, Since: row.CreatedAt.Time, Expires: row.ExpiresAt.Time, Revoked: row.EndedAt.Time,
	}
	if !m.levels.For(p.TeamID).AtLeast(LevelDenylist) {
		t.WorksUntil = t.Expires.Add(Leeway)
	}
	return t
}

// EndLimited revokes one of the user's limited tokens: it is on the denylist until its end, which only the levels
// that ask will know. Anything else, a sign-in too, is models.ErrNotFound.
func (m *JWT) EndLimited(ctx context.Context, userID, id int64) error {
	return m.rows.EndLimitedToken(sqltrace.For(ctx, sqltrace.Auth), id, userID, "revoked", m.now(), Leeway)
}
