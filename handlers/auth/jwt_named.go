package auth

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gorilla/securecookie"

	"twodoors/models"
)

// familyCookie names the browser's sign-in where its access token travels in a header: nothing else that the browser
// sends to every address says which sign-in the next one replaces. It is signed, and signs nobody in.
const familyCookie = "twodoors-family"

// familySeal is what that cookie is signed for: its name, and the database that has the sign-in.
func (m *JWT) familySeal() string {
	return m.cookies.Name(familyCookie, "/") + " of database " + m.rows.ID()
}

// nameFamily sets the cookie, unless the browser has it already.
func (m *JWT) nameFamily(w http.ResponseWriter, r *http.Request, f models.Family, maxAge time.Duration) error {
	if named, _ := m.namedFamily(r); named == f.ID {
		return nil
	}
	value, err := securecookie.EncodeMulti(m.familySeal(), strconv.AppendInt(nil, f.ID, 10), m.codecs...)
	if err != nil {
		return err
	}
	m.cookies.Set(w, r, familyCookie, "/", value, maxAge)
	return nil
}

// namedFamily is the sign-in that the request's cookie names.
func (m *JWT) namedFamily(r *http.Request) (id int64, ok bool) {
	value, found, ok := m.cookies.Find(r, familyCookie, "/")
	var text []byte
	if !found || !ok || securecookie.DecodeMulti(m.familySeal(), value, &text, m.codecs...) != nil {
		return 0, false
	}
	id, err := positive(string(text))
	return id, err == nil
}

// brought are the sign-ins that the browser came with: those of its access tokens, which may have expired, and the one
// that its cookie names. A limited token is no sign-in.
func (m *JWT) brought(r *http.Request) (families []int64) {
	cookie, _, _ := m.cookies.Find(r, accessCookie, "/")
	bearer, _, _ := bearerToken(r)
	for _, raw := range []string{cookie, bearer} {
		if raw == "" {
			continue
		}
		if c, reason := m.tokens.check(raw); c.Scope == "" && (reason == "" || reason == ReasonExpired) {
			families = append(families, c.SignIn)
		}
	}
	if id, ok := m.namedFamily(r); ok {
		families = append(families, id)
	}
	slices.Sort(families)
	return slices.Compact(families)
}
