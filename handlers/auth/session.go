package auth

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gorilla/sessions"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// SessionLimits are a session's limits of time, enforced by the server.
type SessionLimits struct {
	Idle     time.Duration // without a request; not for remembered sessions
	Max      time.Duration // absolute end after signing in
	Remember time.Duration // absolute end of a remembered session
}

// lastSeenEvery is how often at most a session's last-seen time is written: writing it at each request would
// halve the rate of a page.
const lastSeenEvery = time.Minute

// LastSeenEvery is how often at most last-seen is written under these limits: at most once a minute, and about thirty
// times within the idle limit, in whole seconds.
func (l SessionLimits) LastSeenEvery() time.Duration {
	return min(lastSeenEvery, max(time.Second, (l.Idle/30).Truncate(time.Second)))
}

// LongestIdle is how long a session goes on after last-seen was written: the idle limit, and as much as last-seen may
// lie behind the last request. So a session never ends before it was idle for the limit, and ends by LastSeenEvery
// later at most. In whole seconds, as sessions keep it.
func (l SessionLimits) LongestIdle() time.Duration {
	return (l.Idle + l.LastSeenEvery() + time.Second - 1).Truncate(time.Second)
}

// SignInsOfUser is how many sign-ins of a user a mode keeps at the same time: more than anybody has browsers, and few
// enough for one page. SignIn fails with models.ErrFull beyond it.
const SignInsOfUser = 50

// Session is the mode of the cookie session: the client holds a random id in a cookie, and the server
// remembers whose it is. Every request asks the session store once; ending a session is deleting its row.
type Session struct {
	store  *sessionStore
	users  *models.DB // asked by pages that act on a role, where the store has but a copy of the user
	limits SessionLimits
	unseen atomic.Int64 // until when last-seen is not tried again, in Unix microseconds
}

var _ Mode = (*Session)(nil)

// NewSession makes the session mode over a store of rows.
func NewSession(rows SessionRows, users *models.DB, keys *KeyRing, cookies Cookies, limits SessionLimits, now func() time.Time) *Session {
	return &Session{
		store:  &sessionStore{rows: rows, codecs: keys.CookieCodecs(), cookies: cookies, now: now},
		users:  users,
		limits: limits,
	}
}

// Name is "session".
func (m *Session) Name() string { return "session" }

// SignIn stores a new session and sets its cookie. A session that the client came with ends.
func (m *Session) SignIn(w http.ResponseWriter, r *http.Request, u models.User, how SignIn) (Issued, error) {
	now := m.store.now()
	row := models.Session{
		DeviceID: newDeviceID(deviceSession), UserID: u.ID, CreatedAt: models.At(now), LastSeen: models.At(now),
		Idle: m.limits.LongestIdle(), ExpiresAt: models.At(now.Add(m.limits.Max)), Remember: how.Remember,
		UserAgent: cut(how.UserAgent, maxUserAgent), Address: how.Address, Most: SignInsOfUser,
	}
	if how.Remember {
		row.Idle, row.ExpiresAt = 0, models.At(now.Add(m.limits.Remember))
	}
	session := sessions.NewSession(m.store, m.CookieName())
	session.IsNew = true
	session.Options = &sessions.Options{}
	if old, err := m.store.id(r); err == nil {
		session.ID = old
	}
	session.Values[valueRow], session.Values[valueUser] = row, u
	if err := session.Save(r, w); err != nil {
		return Issued{}, err // nothing was stored
	}
	issued := Issued{Device: row.DeviceID}
	if !m.copies() {
		return issued, nil
	}
	return issued, m.settle(r.Context(), session.Values[valueRow].(models.Session), u)
}

// Authenticate checks the cookie's signature and looks the session up, together with its user.
func (m *Session) Authenticate(w http.ResponseWriter, r *http.Request, floor Level) (Principal, error) {
	session, err := m.store.Get(r, m.CookieName())
	if err != nil {
		return Principal{}, err
	}
	row, user := session.Values[valueRow].(models.Session), session.Values[valueUser].(models.User)
	if err := m.seen(w, r, session); err != nil {
		return Principal{}, err
	}
	read := true
	if m.copies() {
		if user, read, err = m.userNow(r.Context(), user, floor); err != nil {
			return Principal{}, err
		}
	}
	return Principal{
		UserID: user.ID, Name: user.Name, DisplayName: user.DisplayName, Role: user.Role, TeamID: user.TeamID, Mode: m.Name(), DeviceID: row.DeviceID,
		Carrier: CarrierCookie, Since: row.CreatedAt.Time, Expires: row.ExpiresAt.Time, Read: read, credential: session,
	}, nil
}

// SignOut deletes the session's row, so that a copy of the cookie is worth nothing from now on.
func (m *Session) SignOut(w http.ResponseWriter, r *http.Request) error {
	session := sessions.NewSession(m.store, m.CookieName())
	session.Options = &sessions.Options{MaxAge: -1}
	id, err := m.store.id(r)
	if err == nil {
		session.ID = id
	}
	if saved := session.Save(r, w); saved != nil || errors.Is(err, ErrNoCredential) {
		return saved
	}
	return err
}

// Renew moves the session to a new id.
func (m *Session) Renew(w http.ResponseWriter, r *http.Request, p Principal, _ models.User) (Issued, error) {
	err := m.store.rename(r, w, p.credential.(*sessions.Session))
	if errors.Is(err, models.ErrNotFound) { // it was ended meanwhile, on another device
		return Issued{}, &Refused{Reason: ReasonUnknown, Carrier: CarrierCookie}
	}
	return Issued{}, err
}

// Forget clears the session cookie.
func (m *Session) Forget(w http.ResponseWriter, r *http.Request) {
	m.store.cookies.Drop(w, r, sessionCookie, "/")
}

// Devices lists the user's sessions.
func (m *Session) Devices(ctx context.Context, p Principal) ([]Device, error) {
	rows, err := m.store.rows.SessionsOfUser(ctx, p.UserID, m.store.now())
	if err != nil {
		return nil, err
	}
	devices := make([]Device, len(rows))
	for i, row := range rows {
		devices[i] = Device{
			ID: row.DeviceID, Mode: m.Name(), Carrier: CarrierCookie, UserAgent: row.UserAgent, Address: row.Address,
			Since: row.CreatedAt.Time, LastSeen: row.LastSeen.Time, Expires: row.ExpiresAt.Time,
		}
	}
	return devices, nil
}

// EndDevice deletes one of the user's sessions.
func (m *Session) EndDevice(ctx context.Context, userID, id int64) error {
	return m.store.rows.EndSession(ctx, userID, id)
}

// EndOthers deletes all of the user's sessions but keep.
func (m *Session) EndOthers(ctx context.Context, userID, keep int64) (int64, error) {
	return m.store.rows.EndOtherSessions(ctx, userID, keep)
}

// Abilities are all of them, since every request asks the store; but a store that keeps a copy of the user does
// not know what the database knows.
func (m *Session) Abilities(Level) []Ability {
	if m.copies() {
		return slices.DeleteFunc(Abilities(), func(a Ability) bool { return a == AbilityUser })
	}
	return Abilities()
}

// CopyLife is zero: every request asks the store, and the store no longer knows the id.
func (m *Session) CopyLife(Principal) time.Duration { return 0 }

// Presented describes the session cookie: an id that says nothing.
func (m *Session) Presented(r *http.Request) *Presented {
	value, found, _ := m.store.cookies.Find(r, sessionCookie, "/")
	if !found {
		return nil
	}
	return &Presented{Kind: "session-id", Carrier: CarrierCookie, Name: m.CookieName(), Value: value}
}

// Kept reads the session's row.
func (m *Session) Kept(ctx context.Context, p Principal) ([]KeptRow, error) {
	row := p.credential.(*sessions.Session).Values[valueRow].(models.Session)
	columns, err := m.store.rows.SessionRow(sqltrace.For(ctx, sqltrace.Display), row.IDHash)
	if err != nil {
		return nil, err
	}
	kept := KeptRow{Table: "sessions", What: "session-row", Columns: columns, Count: 1}
	switch m.store.rows.Kind() {
	case StoreRedis:
		kept.Table, kept.What = "twodoors:session", "session-entry-redis"
	case StoreMemory:
		kept.Table, kept.What = "", "session-entry-memory"
	}
	return []KeptRow{kept}, nil
}

// Held is the session cookie.
func (m *Session) Held(w http.ResponseWriter, r *http.Request, _ Principal) []HeldItem {
	name := m.CookieName()
	return []HeldItem{heldCookie(w, r, name, "session-cookie")}
}

// CookieName is the name of the cookie that carries the credential.
func (m *Session) CookieName() string { return m.store.cookies.Name(sessionCookie, "/") }

// heldCookie is a cookie as the client holds it after this response: what the response sets, or else what
// the request brought.
func heldCookie(w http.ResponseWriter, r *http.Request, name, what string) HeldItem {
	item := HeldItem{Name: name, What: what}
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
