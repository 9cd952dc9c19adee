package auth

import (
	"context"
	"net/http"

	"twodoors/handlers/trace"
)

// tokenPrincipal is what JWT mode keeps in a principal.
type tokenPrincipal struct {
	claims TokenClaims
	raw    string
}

// level is how much is checked for an account of the team: what is set or chosen for it, and the floor at least.
func (m *JWT) level(ctx context.Context, team int64, floor Level) Level {
	level, why := m.levels.For(team), "level"
	if !level.AtLeast(floor) {
		level, why = floor, "floor"
	}
	if level != LevelSignature {
		trace.From(ctx).Remark(why, map[string]any{"Level": string(level)})
	}
	return level
}

// checked is tokens.check as a step of the request's record; with a cache of verified tokens, a hit there is the
// step.
func (m *JWT) checked(ctx context.Context, raw string) (TokenClaims, Reason) {
	if c, ok := m.tokens.cache.get(raw, m.tokens.keys, m.now()); ok {
		trace.From(ctx).Event("check.token-known")
		return c, ""
	}
	done := trace.From(ctx).Check("check.token")
	c, reason := m.tokens.check(raw)
	done(string(reason))
	return c, reason
}

// renewable reports whether the refresh token may be good although the access token was refused, so that it decides: the
// clock alone is against the access token; or it does not name this database, and may be from before tokens named one; or
// it ran out while its key was retired, and can no longer be told from a made-up one.
func (m *JWT) renewable(r *http.Request, reason Reason) bool {
	switch reason {
	case ReasonExpired, ReasonNotYet, ReasonOtherDatabase:
		return true
	case ReasonUnknownKey:
		shown := m.Presented(r)
		return shown != nil && !shown.ExpiresAt.IsZero() && shown.ExpiresAt.Before(m.now())
	}
	return false
}

// signIn is whose sign-in the request's access token belongs to. A token that the clock alone speaks against still shows
// that.
func (m *JWT) signIn(r *http.Request) (TokenClaims, error) {
	raw, carrier, err := m.credential(r)
	if err != nil {
		return TokenClaims{}, err
	}
	c, reason := m.checked(r.Context(), raw)
	if reason != "" && reason != ReasonExpired && reason != ReasonNotYet {
		return TokenClaims{}, &RejectedError{Reason: reason, Carrier: carrier}
	}
	if c.Scope != "" {
		return TokenClaims{}, &ScopeError{}
	}
	return c, nil
}
