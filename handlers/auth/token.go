package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"math"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"

	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// tokenCookie is the cookie's name without its prefix.
const tokenCookie = "twodoors-token"

// Forever is the life of what no date ends.
const Forever = time.Duration(math.MaxInt64)

// Token is the mode of the opaque token: a user has one token, the same at every sign-in and for every device,
// without an end. Every request looks it up together with its user; replacing it puts every device out. A
// script sends it in a header; a browser, in a signed cookie that ends after two weeks.
type Token struct {
	rows    *models.DB
	keys    *rotating[[][]byte] // the first makes tokens; older ones still recognise theirs
	codecs  []securecookie.Codec
	cookies Cookies
	life    time.Duration // of the cookie
	now     func() time.Time
}

var _ ExhibitedMode = (*Token)(nil)

// NewToken makes the token mode. life is how long its cookie is good, two weeks by default.
func NewToken(rows *models.DB, keys *KeyRing, cookies Cookies, life time.Duration, now func() time.Time) (*Token, error) {
	derived, err := keys.derived("opaque token for database "+rows.ID(), 32)
	if err != nil {
		return nil, err
	}
	return &Token{rows: rows, keys: derived, codecs: keys.CookieCodecs(), cookies: cookies, life: life, now: now}, nil
}

// Name is "token".
func (m *Token) Name() string { return "token" }

// SignIn gives the user's token to the client. It is stored the first time, and after it was revoked; any
// other sign-in gets the one that other devices hold already.
func (m *Token) SignIn(w http.ResponseWriter, r *http.Request, u models.User, how SignIn) (Issued, error) {
	ctx := sqltrace.For(r.Context(), sqltrace.Auth)
	for {
		row, err := m.rows.TokenOfUser(ctx, u.ID)
		if errors.Is(err, models.ErrNotFound) {
			row, err = models.UserToken{UserID: u.ID, Version: 1}, nil
		}
		if err != nil {
			return Issued{}, err
		}
		token, stands := m.tokenOf(row)
		if !stands {
			hash, _ := hashOpaqueToken(token)
			err = m.rows.StoreToken(ctx, u.ID, row.Version, hash, m.now())
			if errors.Is(err, models.ErrTaken) {
				continue // replaced between the reading and the writing
			}
			if err != nil {
				return Issued{}, err
			}
		}
		return m.give(w, r, token, how)
	}
}

// tokenOf makes a user's token of its version. stands is whether it is the one that is stored. A token made
// under a key that has gone is replaced, for nobody can make it again.
func (m *Token) tokenOf(row models.UserToken) (token string, stands bool) {
	for _, key := range m.keys.get() {
		token = newOpaqueToken(key, row.UserID, row.Version)
		if hash, _ := hashOpaqueToken(token); subtle.ConstantTimeCompare(hash[:], row.Hash) == 1 {
			return token, true
		}
	}
	return newOpaqueToken(m.keys.get()[0], row.UserID, row.Version), false
}

// tokenHeld is what token mode keeps in a principal.
type tokenHeld struct {
	presented
	accountEnds time.Time // zero: never
}

// Authenticate looks the token up, together with its user. A cookie's signature and date are checked first,
// without the database.
func (m *Token) Authenticate(_ http.ResponseWriter, r *http.Request, _ Level) (Principal, error) {
	sent, err := m.credential(r)
	if err != nil {
		return Principal{}, err
	}
	x := trace.From(r.Context())
	done := x.Check("check.token-form")
	hash, ok := hashOpaqueToken(sent.token)
	if !ok {
		done(string(ReasonMalformed))
		return Principal{}, &RejectedError{Reason: ReasonMalformed, Carrier: sent.carrier}
	}
	done("")
	row, user, err := m.rows.FindToken(sqltrace.For(r.Context(), sqltrace.Auth), hash, m.now())
	if errors.Is(err, models.ErrNotFound) {
		return Principal{}, &RejectedError{Reason: ReasonUnknown, Carrier: sent.carrier}
	}
	if err != nil {
		return Principal{}, err
	}
	done = x.Check("check.active")
	if !user.Active {
		done(string(ReasonInactive))
		return Principal{}, &RejectedError{Reason: ReasonInactive, Carrier: sent.carrier}
	}
	done("")
	p := Principal{
		UserID: user.ID, Name: user.Name, DisplayName: user.DisplayName, Role: user.Role, TeamID: user.TeamID, Mode: m.Name(), DeviceID: tokenDevice(user.ID),
		Carrier: sent.carrier, Since: row.CreatedAt.Time, Read: true, credential: tokenHeld{sent, user.ExpiresAt.Time},
	}
	if sent.carrier == CarrierCookie { // in a header nothing says when this client signed in
		p.Since, p.Expires = sent.issued, sent.issued.Add(m.life)
	}
	return p, nil
}

// SignOut makes the client forget the token, and no more: to end it would put every other device out, too.
// That is what Renew and EndOthers do.
func (m *Token) SignOut(w http.ResponseWriter, r *http.Request) error {
	if _, err := m.credential(r); errors.Is(err, ErrTwoCarriers) {
		return err
	}
	m.Forget(w, r)
	return nil
}

// Renew replaces the token, so that every other device is out, and gives the new one to this client.
func (m *Token) Renew(w http.ResponseWriter, r *http.Request, p Principal, _ models.User) (Issued, error) {
	held := p.credential.(tokenHeld)
	var token string
	_, err := m.rows.ReplaceToken(sqltrace.For(r.Context(), sqltrace.Auth), p.UserID, func(version int64) [32]byte {
		token = newOpaqueToken(m.keys.get()[0], p.UserID, version)
		hash, _ := hashOpaqueToken(token)
		return hash
	}, m.now())
	if errors.Is(err, models.ErrNotFound) {
		return Issued{}, &RejectedError{Reason: ReasonUnknown, Carrier: p.Carrier}
	}
	if err != nil {
		return Issued{}, err
	}
	return m.give(w, r, token, SignIn{Remember: held.keep, Script: p.Carrier == CarrierHeader})
}

// Forget clears the token's cookie.
func (m *Token) Forget(w http.ResponseWriter, r *http.Request) {
	m.cookies.Drop(w, r, tokenCookie, "/")
}

// Devices lists the token itself, once, for all the devices that hold it: the server does not know them.
func (m *Token) Devices(ctx context.Context, p Principal) ([]Device, error) {
	row, err := m.rows.TokenOfUser(ctx, p.UserID)
	if errors.Is(err, models.ErrNotFound) || err == nil && !row.Standing() {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []Device{{ID: tokenDevice(p.UserID), Mode: m.Name(), Since: row.CreatedAt.Time}}, nil
}

// EndDevice revokes the token: every device that holds it is out.
func (m *Token) EndDevice(ctx context.Context, userID, id int64) error {
	if id != tokenDevice(userID) {
		return models.ErrNotFound
	}
	ended, err := m.rows.RevokeToken(ctx, userID)
	if err == nil && ended == 0 {
		return models.ErrNotFound
	}
	return err
}

// EndOthers revokes the token, unless it is to be kept: then it ends nothing, for the others hold the same
// one, and only Renew tells them apart.
func (m *Token) EndOthers(ctx context.Context, userID, keep int64) (int64, error) {
	if keep == tokenDevice(userID) {
		return 0, nil
	}
	return m.rows.RevokeToken(ctx, userID)
}
