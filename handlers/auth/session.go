package auth

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gorilla/sessions"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// Session is the mode of the cookie session: the client holds a random id in a signed cookie, and the server remembers
// whose it is. Every request looks the session up once, together with its user; ending a session is deleting its row.
type Session struct {
	rows   SessionRows
	cookie *idStore
	limits SessionLimits
	now    func() time.Time
	unseen atomic.Int64 // until when last-seen is not tried again, in Unix microseconds
}

var _ ExhibitedMode = (*Session)(nil)

// NewSession makes the session mode over a store of rows.
func NewSession(rows SessionRows, users *models.DB, keys *KeyRing, cookies Cookies, limits SessionLimits, now func() time.Time) *Session {
	if store, copies := rows.(copyingRows); copies {
		rows = &copiedUsers{store, users, now}
	}
	return &Session{rows: rows, cookie: &idStore{keys.CookieCodecs(), cookies}, limits: limits, now: now}
}

// Name is "session".
func (m *Session) Name() string { return "session" }

// SignIn stores a new session and sets its cookie. A session that the client came with ends.
func (m *Session) SignIn(w http.ResponseWriter, r *http.Request, u models.User, how SignIn) (Issued, error) {
	session := sessions.NewSession(m.cookie, m.CookieName())
	session.ID = newSessionID()
	row := m.newRow(session.ID, u, how)
	ctx := sqltrace.For(r.Context(), sqltrace.Auth)
	var err error
	if old, _ := m.cookie.id(r); old != "" {
		err = m.rows.ReplaceSession(ctx, hashSessionID(old), row, u)
	} else {
		err = m.rows.CreateSession(ctx, row, u)
	}
	if err != nil {
		return Issued{}, err // nothing was stored
	}
	return Issued{Device: row.DeviceID}, m.give(w, r, session, row)
}

// Authenticate checks the cookie's signature, and looks the session up together with its user.
func (m *Session) Authenticate(w http.ResponseWriter, r *http.Request, floor Level) (Principal, error) {
	session, err := m.cookie.New(r, m.CookieName())
	if err != nil {
		return Principal{}, err
	}
	ctx := sqltrace.For(r.Context(), sqltrace.Auth)
	row, user, err := m.rows.FindSession(ctx, hashSessionID(session.ID), m.now())
	if errors.Is(err, models.ErrNotFound) {
		return Principal{}, &RejectedError{Reason: ReasonUnknown, Carrier: CarrierCookie}
	}
	if err != nil {
		return Principal{}, err
	}
	if err := m.seen(ctx, row); err != nil {
		return Principal{}, err
	}
	user, read, err := m.userNow(ctx, user, floor)
	if err != nil {
		return Principal{}, err
	}
	return Principal{
		UserID: user.ID, Name: user.Name, DisplayName: user.DisplayName, Role: user.Role, TeamID: user.TeamID, Mode: m.Name(), DeviceID: row.DeviceID,
		Carrier: CarrierCookie, Since: row.CreatedAt.Time, Expires: row.ExpiresAt.Time, Read: read, credential: &row,
	}, nil
}

// SignOut deletes the session's row, so that a copy of the cookie is worth nothing from now on.
func (m *Session) SignOut(w http.ResponseWriter, r *http.Request) error {
	id, err := m.cookie.id(r)
	if id != "" {
		if err := m.rows.DeleteSession(sqltrace.For(r.Context(), sqltrace.Auth), hashSessionID(id)); err != nil {
			return err // the client keeps its credential, or it could never ask again
		}
	}
	m.Forget(w, r)
	if errors.Is(err, ErrNoCredential) {
		return nil
	}
	return err
}

// Renew moves the session to a new id; the old one is dead at once.
func (m *Session) Renew(w http.ResponseWriter, r *http.Request, p Principal, _ models.User) (Issued, error) {
	session := sessions.NewSession(m.cookie, m.CookieName())
	session.ID = newSessionID()
	row, fresh := p.credential.(*models.Session), hashSessionID(session.ID)
	err := m.rows.RenameSession(sqltrace.For(r.Context(), sqltrace.Auth), row.IDHash, fresh, m.now())
	if errors.Is(err, models.ErrNotFound) { // it was ended meanwhile, on another device
		return Issued{}, &RejectedError{Reason: ReasonUnknown, Carrier: CarrierCookie}
	}
	if err != nil {
		return Issued{}, err
	}
	row.IDHash = fresh
	return Issued{}, m.give(w, r, session, *row)
}

// Forget clears the session cookie.
func (m *Session) Forget(w http.ResponseWriter, r *http.Request) {
	m.cookie.cookies.Drop(w, r, sessionCookie, "/")
}

// Devices lists the user's sessions.
func (m *Session) Devices(ctx context.Context, p Principal) ([]Device, error) {
	rows, err := m.rows.SessionsOfUser(ctx, p.UserID, m.now())
	if err != nil {
		return nil, err
	}
	devices := make([]Device, len(rows))
	for i, row := range rows {
		devices[i] = m.device(row)
	}
	return devices, nil
}

// EndDevice deletes one of the user's sessions.
func (m *Session) EndDevice(ctx context.Context, userID, id int64) error {
	return m.rows.EndSession(ctx, userID, id)
}

// EndOthers deletes all of the user's sessions but keep.
func (m *Session) EndOthers(ctx context.Context, userID, keep int64) (int64, error) {
	return m.rows.EndOtherSessions(ctx, userID, keep)
}
