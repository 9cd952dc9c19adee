package auth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/sessions"

	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// CookieLimits are the limits of time of cookie mode. They stand in the cookie, under its signature.
type CookieLimits struct {
	Max      time.Duration // end of a sign-in that is not remembered
	Remember time.Duration // end of a remembered one
}

// Cookie is the mode of the signed cookie: the session's content itself is in the cookie, and the server keeps
// nothing. A request costs no lookup, and no sign-in can be ended before its date.
type Cookie struct {
	rows    *models.DB // asked by the pages that act on a role, and by nobody else
	store   *contentStore
	cookies Cookies
	limits  CookieLimits
	encrypt bool
	now     func() time.Time
}

var _ ExhibitedMode = (*Cookie)(nil)
var _ OwnDevice = (*Cookie)(nil)

// NewCookie makes the cookie mode. Its cookies are good with the database of rows alone. With encrypt the client cannot
// read what it holds.
func NewCookie(rows *models.DB, keys *KeyRing, cookies Cookies, limits CookieLimits, encrypt bool, now func() time.Time) (*Cookie, error) {
	codecs, err := keys.contentCodecs(rows.ID(), encrypt, contentJSON{})
	if err != nil {
		return nil, err
	}
	return &Cookie{rows: rows, store: newContentStore(codecs, cookies), cookies: cookies, limits: limits, encrypt: encrypt, now: now}, nil
}

// Name is "cookie".
func (m *Cookie) Name() string { return "cookie" }

// SignIn writes the session into its cookie. It fails with *CookieTooLargeError where no browser would keep that.
func (m *Cookie) SignIn(w http.ResponseWriter, r *http.Request, u models.User, how SignIn) (Issued, error) {
	now := m.now()
	c := content{
		User: u.ID, Name: u.Name, Role: u.Role, Team: u.TeamID, Device: newDeviceID(deviceCookie),
		Since: now.Unix(), Expires: now.Add(m.limits.Max).Unix(), Remember: how.Remember,
	}
	if how.Remember {
		c.Expires = now.Add(m.limits.Remember).Unix()
	}
	return m.give(w, r, c)
}

// give signs the content and sets it as the cookie.
func (m *Cookie) give(w http.ResponseWriter, r *http.Request, c content) (Issued, error) {
	session := sessions.NewSession(m.store, m.CookieName())
	session.Options = &sessions.Options{}
	if c.Remember {
		session.Options.MaxAge = int(c.Expires - m.now().Unix())
	}
	session.Values[valueContent] = c
	done := trace.From(r.Context()).Check("issue.content")
	err := m.store.Save(r, w, session)
	done("")
	return Issued{}, err
}

// Authenticate checks the cookie's signature and the dates inside, and believes the rest, without any lookup.
// Where a page acts on a role the user is read all the same.
func (m *Cookie) Authenticate(_ http.ResponseWriter, r *http.Request, floor Level) (Principal, error) {
	c, err := m.content(r)
	if err != nil {
		return Principal{}, err
	}
	p := Principal{
		UserID: c.User, Name: c.Name, Role: c.Role, TeamID: c.Team, Mode: m.Name(), DeviceID: c.Device, Carrier: CarrierCookie,
		Since: time.Unix(c.Since, 0), Expires: time.Unix(c.Expires, 0), credential: c,
	}
	if !floor.AtLeast(LevelUser) {
		return p, nil
	}
	trace.From(r.Context()).Remark("floor-cookie", nil)
	user, _, err := m.rows.UserForToken(sqltrace.For(r.Context(), sqltrace.Auth), c.User, 0, false, m.now())
	if errors.Is(err, models.ErrNotFound) || err == nil && !user.Active {
		return Principal{}, &RejectedError{Reason: ReasonInactive, Carrier: CarrierCookie}
	}
	if err != nil {
		return Principal{}, err
	}
	p.Name, p.DisplayName, p.Role, p.TeamID, p.Read = user.Name, user.DisplayName, user.Role, user.TeamID, true
	return p, nil
}

// content reads the session out of the request's cookie: signature first, then the dates, by our clock.
func (m *Cookie) content(r *http.Request) (content, error) {
	value, found, ok := m.cookies.Find(r, contentCookie, "/")
	if !found {
		return content{}, ErrNoCredential
	}
	done := trace.From(r.Context()).Check("check.content")
	refuse := func(why Reason) (content, error) {
		done(string(why))
		return content{}, &RejectedError{Reason: why, Carrier: CarrierCookie}
	}
	if !ok || !canonical(value) {
		return refuse(ReasonTampered)
	}
	session, err := m.store.New(r, m.CookieName())
	if err != nil {
		return refuse(ReasonTampered)
	}
	c, ok := session.Values[valueContent].(content)
	switch now := m.now(); {
	case !ok || c.User == 0:
		return refuse(ReasonMalformed)
	case !now.Before(time.Unix(c.Expires, 0)):
		return refuse(ReasonExpired)
	case time.Unix(c.Since, 0).After(now.Add(Leeway)):
		return refuse(ReasonNotYet)
	}
	done("")
	return c, nil
}

// SignOut makes the client forget the cookie. There is nothing at the server that could be ended: a copy is
// good until its date.
func (m *Cookie) SignOut(w http.ResponseWriter, r *http.Request) error {
	m.Forget(w, r)
	return nil
}

// Renew writes the cookie anew, with the user as it is now and the same end. The old one stays good.
func (m *Cookie) Renew(w http.ResponseWriter, r *http.Request, p Principal, u models.User) (Issued, error) {
	c := p.credential.(content)
	c.Name, c.Role = u.Name, u.Role
	return m.give(w, r, c)
}

// Forget clears the cookie.
func (m *Cookie) Forget(w http.ResponseWriter, r *http.Request) {
	m.cookies.Drop(w, r, contentCookie, "/")
}

// Devices lists nothing: no sign-in is written down.
func (m *Cookie) Devices(context.Context, Principal) ([]Device, error) { return nil, nil }

// Device is the one sign-in that the server knows of while it asks.
func (m *Cookie) Device(p Principal) Device {
	return Device{
		ID: p.DeviceID, Mode: m.Name(), Carrier: CarrierCookie, Since: p.Since, LastSeen: m.now(), Expires: p.Expires, WorksUntil: p.Expires,
	}
}

// EndDevice always fails with models.ErrNotFound: the server knows of no sign-in that it could end.
func (m *Cookie) EndDevice(context.Context, int64, int64) error { return models.ErrNotFound }

// EndOthers ends none.
func (m *Cookie) EndOthers(context.Context, int64, int64) (int64, error) { return 0, nil }

// CookieName is the name of the cookie that carries the credential.
func (m *Cookie) CookieName() string { return m.cookies.Name(contentCookie, "/") }
