package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"twodoors/handlers/trace"
	"twodoors/models"
)

// sessionCookie is the session cookie's name without its prefix.
const sessionCookie = "twodoors-session"

// sessionIDBytes is the length of a session id: 256 random bits (OWASP ASVS 5.0 7.2.3 asks for 128).
const sessionIDBytes = 32

func newSessionID() string {
	b := make([]byte, sessionIDBytes)
	rand.Read(b) // never fails
	return string(b)
}

// hashSessionID is what is stored of a session id.
func hashSessionID(id string) [32]byte { return sha256.Sum256([]byte(id)) }

// idStore is a sessions.Store of which the cookie holds a signed random id and nothing else. What the id stands for is
// looked up by the mode, so that one sees where.
type idStore struct {
	codecs  []securecookie.Codec
	cookies Cookies
}

var _ sessions.Store = (*idStore)(nil)

// Get reads the cookie anew, as New does: there is nothing worth keeping within a request.
func (s *idStore) Get(r *http.Request, name string) (*sessions.Session, error) { return s.New(r, name) }

// New reads the request's cookie. As sessions.Store wants it, the answer is usable beside an error too.
func (s *idStore) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	id, err := s.id(r)
	session.ID, session.IsNew = id, err != nil
	return session, err
}

// Save signs the session's id and sets it as the cookie, for Options.MaxAge seconds.
func (s *idStore) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	value, err := securecookie.EncodeMulti(session.Name(), []byte(session.ID), s.codecs...)
	if err != nil {
		return err
	}
	s.cookies.Set(w, r, sessionCookie, "/", value, time.Duration(session.Options.MaxAge)*time.Second)
	trace.From(r.Context()).Event("issue.session-id")
	return nil
}

// id reads the session id from the request's cookie. Its signature is checked before the store is asked, so that
// made-up cookies cost no lookup.
func (s *idStore) id(r *http.Request) (string, error) {
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
		return "", &RejectedError{Reason: ReasonTampered, Carrier: CarrierCookie}
	}
	done("")
	return string(id), nil
}

// give sets the cookie of a session: a remembered one outlives the browser's window.
func (m *Session) give(w http.ResponseWriter, r *http.Request, session *sessions.Session, row models.Session) error {
	session.Options = &sessions.Options{}
	if row.Remember {
		session.Options.MaxAge = int(row.ExpiresAt.Sub(m.now()) / time.Second)
	}
	return session.Save(r, w)
}

// CookieName is the name of the cookie that carries the credential.
func (m *Session) CookieName() string { return m.cookie.cookies.Name(sessionCookie, "/") }
