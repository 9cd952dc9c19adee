package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/securecookie"

	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// TokenLimits are the limits of time of JWT mode.
type TokenLimits struct {
	Access   time.Duration // an access token's life
	Max      time.Duration // absolute end of a sign-in that is not remembered
	Remember time.Duration // absolute end of a remembered one: the refresh token's longest life
	Grace    time.Duration // how long a used refresh token may be presented once more
	Verified int           // how many tokens that were found good are remembered, so that their signature is not checked again; 0: none
}

// Cookie names of JWT mode without their prefixes.
const (
	accessCookie  = "twodoors-access"
	refreshCookie = "twodoors-refresh"
	markerCookie  = "twodoors-carrier" // "header": the access token is in the page's memory; no secret
)

// JWT is the mode of the signed token: the client holds an access token that says who it is, and the server
// believes its own signature. Beside it goes an opaque refresh token, looked up at each use. How much more
// is checked on each request is the level.
type JWT struct {
	rows    *models.DB
	codecs  []securecookie.Codec // of the cookie that names a sign-in
	tokens  *tokens
	cookies Cookies
	limits  TokenLimits
	levels  *LevelChoices
	now     func() time.Time
}

var _ Mode = (*JWT)(nil)

// NewJWT makes the JWT mode. issuer is the base URL: it stands in each token, and a token of another
// issuer is refused, and so is one for the users of another database than rows. levels
// says how much is checked for whose accounts.
func NewJWT(rows *models.DB, keys *KeyRing, cookies Cookies, issuer string, limits TokenLimits, levels *LevelChoices, now func() time.Time) *JWT {
	return &JWT{
		rows: rows, codecs: keys.CookieCodecs(), tokens: newTokens(keys, issuer, rows.ID(), limits.Access, limits.Verified, now), cookies: cookies,
		limits: limits, levels: levels, now: now,
	}
}

// Name is "jwt".
func (m *JWT) Name() string { return "jwt" }

// SignIn signs an access token, about which nothing is stored, and stores the first refresh token of a new
// family. A sign-in that the browser came with ends.
func (m *JWT) SignIn(w http.ResponseWriter, r *http.Request, u models.User, how SignIn) (Issued, error) {
	now := m.now()
	family := models.Family{
		ID: newDeviceID(deviceJWT), UserID: u.ID, CreatedAt: models.At(now), LastSeen: models.At(now),
		ExpiresAt: models.At(now.Add(m.limits.Max)), Remember: how.Remember, Carrier: string(how.Carrier),
		UserAgent: cut(how.UserAgent, maxUserAgent), Address: how.Address, AccessEnds: models.At(m.accessEnds()), Most: SignInsOfUser,
	}
	if how.Remember {
		family.ExpiresAt = models.At(now.Add(m.limits.Remember))
	}
	refresh := newRefreshToken()
	hash, _ := hashRefreshToken(refresh)
	ctx := sqltrace.For(r.Context(), sqltrace.Auth)
	var old []int64
	if !how.Script { // what a script holds is its own affair
		old = m.brought(r)
	}
	if err := m.rows.ReplaceFamilies(ctx, old, Leeway, family, hash); err != nil {
		return Issued{}, err
	}
	trace.From(ctx).Did("issue.refresh-token")
	issued, err := m.give(w, r, u, family, refresh, how.Script)
	issued.Device = family.ID
	return issued, err
}

// tokenPrincipal is what JWT mode keeps in a principal.
type tokenPrincipal struct {
	claims claims
	raw    string
}

// Authenticate checks the token's signature and dates, without any lookup; then, above level signature,
// asks the database once for all that the level wants to know.
func (m *JWT) Authenticate(_ http.ResponseWriter, r *http.Request, floor Level) (Principal, error) {
	raw, carrier, err := m.credential(r)
	if err != nil {
		return Principal{}, err
	}
	c, reason := m.checked(r.Context(), raw)
	if reason != "" {
		// A token that ran out while its key was retired can no longer be told from a made-up one; its refresh
		// token may be good nevertheless, and decides.
		outlived := reason == ReasonUnknownKey && m.over(r)
		// So it does where the token does not name this database: it may be from before tokens named one.
		renewable := reason == ReasonExpired || reason == ReasonNotYet || reason == ReasonOtherDatabase || outlived
		return Principal{}, &Refused{Reason: reason, Carrier: carrier, Renewable: renewable}
	}
	level, raised := m.levels.For(c.Team), false
	if !level.AtLeast(floor) {
		level, raised = floor, true
	}
	p := Principal{
		UserID: c.Subject, Name: c.Name, Role: c.Role, TeamID: c.Team, Mode: m.Name(), DeviceID: c.SignIn, Carrier: carrier,
		Since: time.Unix(c.AuthTime, 0), Expires: time.Unix(c.Expires, 0), Level: level, Scope: c.Scope,
		credential: tokenPrincipal{c, raw},
	}
	if level == LevelSignature {
		return p, nil
	}
	why := "level"
	if raised {
		why = "floor"
	}
	trace.From(r.Context()).Remark(why, map[string]any{"Level": string(level)})
	ctx := sqltrace.For(r.Context(), sqltrace.Auth)
	user, denied, err := m.rows.UserForToken(ctx, c.Subject, c.SignIn, level.AtLeast(LevelDenylist), m.now())
	switch {
	case errors.Is(err, models.ErrNotFound), err == nil && !user.Active:
		return Principal{}, &Refused{Reason: ReasonInactive, Carrier: carrier}
	case err != nil:
		return Principal{}, err
	case denied:
		return Principal{}, &Refused{Reason: ReasonDenied, Carrier: carrier}
	case level.AtLeast(LevelVersion) && user.TokenVersion != c.Version:
		return Principal{}, &Refused{Reason: ReasonSuperseded, Carrier: carrier}
	}
	p.Name, p.DisplayName, p.Role, p.TeamID, p.Read = user.Name, user.DisplayName, user.Role, user.TeamID, true
	return p, nil
}

// checked is tokens.check as a step of the request's record; with a cache of verified tokens, a hit there is the
// step.
func (m *JWT) checked(ctx context.Context, raw string) (claims, Reason) {
	if c, ok := m.tokens.cache.get(raw, m.tokens.keys, m.now()); ok {
		trace.From(ctx).Did("check.token-known")
		return c, ""
	}
	done := trace.From(ctx).Check("check.token")
	c, reason := m.tokens.check(raw)
	done(string(reason))
	return c, reason
}

// SignOut ends the token's family: its refresh token is dead at once. The access token is put on the
// denylist, which only the levels that ask will know. A token that the clock alone speaks against still shows whose
// sign-in to end. Without a token that can be read it fails with ErrNoCredential or a *Refused and changes nothing:
// the refresh token may still say whose sign-in it is (SignOutByRefresh). A limited token belongs to no sign-in that it
// could end: *ScopeError.
func (m *JWT) SignOut(w http.ResponseWriter, r *http.Request) error {
	raw, carrier, err := m.credential(r)
	if err != nil {
		return err
	}
	c, reason := m.checked(r.Context(), raw)
	if reason != "" && reason != ReasonExpired && reason != ReasonNotYet {
		return &Refused{Reason: reason, Carrier: carrier}
	}
	if c.Scope != "" {
		return &ScopeError{}
	}
	err = m.rows.EndFamily(sqltrace.For(r.Context(), sqltrace.Auth), c.SignIn, c.Subject, "signed-out", m.now(), Leeway)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err // the client keeps its credential, or it could never ask again
	}
	m.Forget(w, r)
	return nil
}

// accessEnds is the end of an access token that is issued now. It is stored with the sign-in, which is denied until the
// last of them once it is ended: the limits may be others by then.
func (m *JWT) accessEnds() time.Time { return m.now().Add(m.limits.Access) }

// Renew replaces the family's refresh token, and issues an access token that knows the new password's version.
func (m *JWT) Renew(w http.ResponseWriter, r *http.Request, p Principal, u models.User) (Issued, error) {
	c := p.credential.(tokenPrincipal).claims
	refresh := newRefreshToken()
	hash, _ := hashRefreshToken(refresh)
	family, err := m.rows.RenewFamily(sqltrace.For(r.Context(), sqltrace.Auth), c.SignIn, hash, m.now(), m.accessEnds())
	if errors.Is(err, models.ErrNotFound) { // it was ended meanwhile, on another device
		return Issued{}, &Refused{Reason: ReasonDenied, Carrier: p.Carrier}
	}
	if err != nil {
		return Issued{}, err
	}
	trace.From(r.Context()).Did("issue.refresh-token")
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
	level := m.levels.For(p.TeamID)
	devices := make([]Device, len(rows))
	for i, row := range rows {
		devices[i] = Device{
			ID: row.ID, Mode: m.Name(), Carrier: Carrier(row.Carrier), UserAgent: row.UserAgent, Address: row.Address,
			Since: row.CreatedAt.Time, LastSeen: row.LastSeen.Time, Expires: row.ExpiresAt.Time, Label: row.Label,
		}
		if !level.AtLeast(LevelDenylist) {
			if until := row.AccessEnds.Add(Leeway); until.After(m.now()) {
				devices[i].WorksUntil = until
			}
		}
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

// CopyLife is what is left of the token, unless the level asks whether the sign-in was ended. A limited token is
// not ended by anyone's signing out.
func (m *JWT) CopyLife(p Principal) time.Duration {
	if m.levels.For(p.TeamID).AtLeast(LevelDenylist) && !p.Limited() {
		return 0
	}
	return max(0, p.Expires.Add(Leeway).Sub(m.now()))
}

// over reports whether the token says of itself, unchecked, that it has expired.
func (m *JWT) over(r *http.Request) bool {
	shown := m.Presented(r)
	return shown != nil && !shown.ExpiresAt.IsZero() && shown.ExpiresAt.Before(m.now())
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

// Kept reads the rows of the token's family. For the access token there is none.
func (m *JWT) Kept(ctx context.Context, p Principal) ([]KeptRow, error) {
	family, token, used, err := m.rows.FamilyRows(sqltrace.For(ctx, sqltrace.Display), p.DeviceID)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows := []KeptRow{{Table: "token_families", What: "family-row", Columns: family, Count: 1}}
	if len(token) > 0 {
		rows = append(rows, KeptRow{Table: "refresh_tokens", What: "refresh-row", Columns: token, Count: 1})
	}
	if used.Count > 0 {
		rows = append(rows, KeptRow{Table: "refresh_tokens", What: "used-refresh", Count: used.Count, Bytes: used.Bytes})
	}
	return rows, nil
}

// Held is the access token, wherever it is kept, and the refresh cookie, which this request did not carry.
func (m *JWT) Held(w http.ResponseWriter, r *http.Request, p Principal) []HeldItem {
	var items []HeldItem
	if p.Carrier == CarrierHeader {
		raw := p.credential.(tokenPrincipal).raw
		items = append(items, HeldItem{What: "access-memory", Value: raw, Bytes: len(raw)})
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
	return append(items, HeldItem{Name: name, What: "refresh-cookie", Bytes: CookieBytes(name, "") + refreshTokenLength})
}
