package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// sessionCookie is the session cookie's name without its prefix.
const sessionCookie = "twodoors-session"

// sessionIDBytes is the length of a session id: 256 random bits (OWASP ASVS 5.0 7.2.3 asks for 128).
const sessionIDBytes = 32

// Keys of gorilla's session values.
type valueKey int

const (
	valueRow  valueKey = iota // models.Session
	valueUser                 // models.User
)

// sessionStore is a sessions.Store that keeps sessions on the server: the cookie holds a signed random id
// and nothing else. It adds what gorilla's own stores lack: ids kept only as hashes, the user as a column,
// idle and absolute limits enforced by the server, and the session read together with its user in one
// lookup.
type sessionStore struct {
	rows    SessionRows
	codecs  []securecookie.Codec
	cookies Cookies
	now     func() time.Time
}

var _ sessions.Store = (*sessionStore)(nil)

// Get returns the request's session, looking it up once however often it is asked for.
func (s *sessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New finds the request's session. As sessions.Store wants it, the answer is always usable: where there is
// no cookie it is a new session, and beside an error too.
func (s *sessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	session.IsNew = true
	session.Options = &sessions.Options{Path: "/", HttpOnly: true, Secure: s.cookies.Secure, SameSite: http.SameSiteLaxMode}
	id, err := s.id(r)
	if err != nil {
		return session, err
	}
	ctx := sqltrace.For(r.Context(), sqltrace.Auth)
	done := s.access(ctx, "find")
	row, user, err := s.rows.FindSession(ctx, sha256.Sum256([]byte(id)), s.now())
	if errors.Is(err, models.ErrNotFound) {
		done(string(ReasonUnknown))
		return session, &Refused{Reason: ReasonUnknown, Carrier: CarrierCookie}
	}
	if err != nil {
		return session, err
	}
	done("")
	session.ID = id
	session.IsNew = false
	session.Values[valueRow] = row
	session.Values[valueUser] = user
	return session, nil
}

// Save writes the session to the store and its cookie to the response: a session with Options.MaxAge below
// zero is ended, a new one gets its id here, any other has its last-seen time moved.
func (s *sessionStore) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	ctx := sqltrace.For(r.Context(), sqltrace.Auth)
	if session.Options.MaxAge < 0 {
		if session.ID != "" {
			defer s.access(ctx, "end")("")
			if err := s.rows.DeleteSession(ctx, sha256.Sum256([]byte(session.ID))); err != nil {
				return err
			}
		}
		s.cookies.Drop(w, r, sessionCookie, "/")
		return nil
	}
	row := session.Values[valueRow].(models.Session)
	if !session.IsNew {
		defer s.access(ctx, "touch")("")
		return s.rows.TouchSession(ctx, row.IDHash, s.now())
	}
	fresh := newSessionID()
	row.IDHash = sha256.Sum256([]byte(fresh))
	user := session.Values[valueUser].(models.User)
	done := s.access(ctx, "keep")
	var err error
	if session.ID != "" { // the client came with a session of its own: that one ends here
		err = s.rows.ReplaceSession(ctx, sha256.Sum256([]byte(session.ID)), row, user)
	} else {
		err = s.rows.CreateSession(ctx, row, user)
	}
	if err != nil {
		return err
	}
	done("")
	session.ID, session.Values[valueRow] = fresh, row
	return s.setCookie(r, w, session)
}

// rename moves the session to a new id and gives that to the client; the old id is dead at once.
func (s *sessionStore) rename(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	ctx := sqltrace.For(r.Context(), sqltrace.Auth)
	row := session.Values[valueRow].(models.Session)
	fresh := newSessionID()
	hash := sha256.Sum256([]byte(fresh))
	defer s.access(ctx, "rename")("")
	if err := s.rows.RenameSession(ctx, row.IDHash, hash, s.now()); err != nil {
		return err
	}
	row.IDHash = hash
	session.ID, session.Values[valueRow] = fresh, row
	return s.setCookie(r, w, session)
}

func (s *sessionStore) setCookie(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	value, err := securecookie.EncodeMulti(session.Name(), []byte(session.ID), s.codecs...)
	if err != nil {
		return err
	}
	row := session.Values[valueRow].(models.Session)
	var maxAge time.Duration
	if row.Remember {
		maxAge = row.ExpiresAt.Sub(s.now())
	}
	s.cookies.Set(w, r, sessionCookie, "/", value, maxAge)
	trace.From(r.Context()).Did("issue.session-id")
	return nil
}

// id reads the session id from the request's cookie. Its signature is checked before the database is asked,
// so that made-up cookies cost no lookup.
func (s *sessionStore) id(r *http.Request) (string, error) {
	value, found, ok := s.cookies.Find(r, sessionCookie, "/")
	if !found {
		return "", ErrNoCredential
	}
	done := trace.From(r.Context()).Check("check.cookie-signature")
	var id []byte
	if ok {
		ok = securecookie.DecodeMulti(s.cookies.Name(sessionCookie, "/"), value, &id, s.codecs...) == nil
	}
	if !ok || len(id) != sessionIDBytes {
		done(string(ReasonTampered))
		return "", &Refused{Reason: ReasonTampered, Carrier: CarrierCookie}
	}
	done("")
	return string(id), nil
}

func newSessionID() string {
	b := make([]byte, sessionIDBytes)
	rand.Read(b) // never fails
	return string(b)
}
