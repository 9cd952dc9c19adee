package auth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// JWT is the mode of the signed token: the client holds an access token that says who it is, and the server believes its
// own signature. How much more is checked on each request is the level. Beside it goes an opaque refresh token, looked up
// at each use; the two belong to a family, which is what the server knows of a sign-in.
type JWT struct {
	rows    *models.DB
	codecs  []securecookie.Codec // of the cookie that names a sign-in
	tokens  *tokens
	cookies Cookies
	limits  TokenLimits
	levels  *LevelChoices
	now     func() time.Time
}

var _ ExhibitedMode = (*JWT)(nil)

// NewJWT makes the JWT mode. issuer is the base URL: it stands in each token, and a token of another issuer, or for the
// users of another database than rows, is refused. levels says how much is checked for whose accounts.
func NewJWT(rows *models.DB, keys *KeyRing, cookies Cookies, issuer string, limits TokenLimits, levels *LevelChoices, now func() time.Time) *JWT {
	return &JWT{
		rows: rows, codecs: keys.CookieCodecs(), tokens: newTokens(keys, issuer, rows.ID(), limits.Access, limits.Verified, now), cookies: cookies,
		limits: limits, levels: levels, now: now,
	}
}

// Name is "jwt".
func (m *JWT) Name() string { return "jwt" }

// SignIn signs an access token, about which nothing is stored, and stores the first refresh token of a new family. A
// sign-in that the browser came with ends.
func (m *JWT) SignIn(w http.ResponseWriter, r *http.Request, u models.User, how SignIn) (Issued, error) {
	family := m.newFamily(u, how)
	refresh := newRefreshToken()
	hash, _ := hashRefreshToken(refresh)
	var old []int64
	if !how.Script { // what a script holds is its own affair
		old = m.brought(r)
	}
	if err := m.rows.ReplaceFamilies(sqltrace.For(r.Context(), sqltrace.Auth), old, Leeway, family, hash); err != nil {
		return Issued{}, err
	}
	return m.give(w, r, u, family, refresh, how.Script)
}

// Authenticate checks the token's signature and dates, without any lookup; then, above level signature, asks the database
// once for all that the level wants to know.
func (m *JWT) Authenticate(_ http.ResponseWriter, r *http.Request, floor Level) (Principal, error) {
	raw, carrier, err := m.credential(r)
	if err != nil {
		return Principal{}, err
	}
	c, reason := m.checked(r.Context(), raw)
	if reason != "" {
		return Principal{}, &RejectedError{Reason: reason, Carrier: carrier, Renewable: m.renewable(r, reason)}
	}
	p := Principal{
		UserID: c.Subject, Name: c.Name, Role: c.Role, TeamID: c.Team, Mode: m.Name(), DeviceID: c.SignIn, Carrier: carrier,
		Since: time.Unix(c.AuthTime, 0), Expires: time.Unix(c.Expires, 0), Level: m.level(r.Context(), c.Team, floor), Scope: c.Scope,
		credential: tokenPrincipal{c, raw},
	}
	if p.Level == LevelSignature {
		return p, nil
	}
	user, denied, err := m.rows.UserForToken(sqltrace.For(r.Context(), sqltrace.Auth), c.Subject, c.SignIn, p.Level.AtLeast(LevelDenylist), m.now())
	switch {
	case errors.Is(err, models.ErrNotFound), err == nil && !user.Active:
		return Principal{}, &RejectedError{Reason: ReasonInactive, Carrier: carrier}
	case err != nil:
		return Principal{}, err
	case denied:
		return Principal{}, &RejectedError{Reason: ReasonDenied, Carrier: carrier}
	case p.Level.AtLeast(LevelVersion) && user.TokenVersion != c.Version:
		return Principal{}, &RejectedError{Reason: ReasonSuperseded, Carrier: carrier}
	}
	p.Name, p.DisplayName, p.Role, p.TeamID, p.Read = user.Name, user.DisplayName, user.Role, user.TeamID, true
	return p, nil
}

// SignOut ends the token's family: its refresh token is dead at once. The access token is put on the denylist, which only
// the levels that ask will know. It fails with ErrNoCredential, a *RejectedError or, for a limited token, which belongs to no
// sign-in, a *ScopeError, and changes nothing: the refresh token may still say whose sign-in it is (SignOutByRefresh).
func (m *JWT) SignOut(w http.ResponseWriter, r *http.Request) error {
	c, err := m.signIn(r)
	if err != nil {
		return err
	}
	err = m.rows.EndFamily(sqltrace.For(r.Context(), sqltrace.Auth), c.SignIn, c.Subject, "signed-out", m.now(), Leeway)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err // the client keeps its credential, or it could never ask again
	}
	m.Forget(w, r)
	return nil
}

// Renew replaces the family's refresh token, and issues an access token that knows the new password's version.
func (m *JWT) Renew(w http.ResponseWriter, r *http.Request, p Principal, u models.User) (Issued, error) {
	refresh := newRefreshToken()
	hash, _ := hashRefreshToken(refresh)
	family, err := m.rows.RenewFamily(sqltrace.For(r.Context(), sqltrace.Auth), p.DeviceID, hash, m.now(), m.accessEnds())
	if errors.Is(err, models.ErrNotFound) { // it was ended meanwhile, on another device
		return Issued{}, &RejectedError{Reason: ReasonDenied, Carrier: p.Carrier}
	}
	if err != nil {
		return Issued{}, err
	}
	return m.give(w, r, u, family, refresh, false)
}

// Forget clears the cookies of this mode.
func (m *JWT) Forget(w http.ResponseWriter, r *http.Request) {
	m.cookies.Drop(w, r, accessCookie, "/")
	m.cookies.Drop(w, r, refreshCookie, refreshPath)
	m.cookies.Drop(w, r, markerCookie, markerPath)
	m.cookies.Drop(w, r, familyCookie, "/")
}

// Devices lists the user's token families that still stand.
func (m *JWT) Devices(ctx context.Context, p Principal) ([]Device, error) {
	rows, err := m.rows.FamiliesOfUser(ctx, p.UserID, m.now())
	if err != nil {
		return nil, err
	}
	devices := make([]Device, len(rows))
	for i, row := range rows {
		devices[i] = m.device(row, p.TeamID)
	}
	return devices, nil
}

// EndDevice ends one of the user's families.
func (m *JWT) EndDevice(ctx context.Context, userID, id int64) error {
	return m.rows.EndFamily(ctx, id, userID, "revoked", m.now(), Leeway)
}

// EndOthers ends all of the user's families but keep.
func (m *JWT) EndOthers(ctx context.Context, userID, keep int64) (int64, error) {
	return m.rows.EndOtherFamilies(ctx, userID, keep, "revoked", m.now(), Leeway)
}
