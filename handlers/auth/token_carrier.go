package auth

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/securecookie"

	"twodoors/handlers/trace"
)

// give hands the token to a script in the answer's body, and to a browser in the signed cookie.
func (m *Token) give(w http.ResponseWriter, r *http.Request, token string, how SignIn) (Issued, error) {
	trace.From(r.Context()).Event("issue.token")
	if how.Script {
		return Issued{AccessToken: token, TokenType: "Token", Carrier: CarrierHeader}, nil
	}
	value, err := securecookie.EncodeMulti(m.cookieName(), []byte(sealed{m.now(), how.Remember, token}.String()), m.codecs...)
	if err != nil {
		return Issued{}, err
	}
	var maxAge time.Duration
	if how.Remember {
		maxAge = m.life
	}
	m.cookies.Set(w, r, tokenCookie, "/", value, maxAge)
	return Issued{TokenType: "Token", Carrier: CarrierCookie}, nil
}

// presented is the token as it came, and what its cookie said beside it.
type presented struct {
	sealed
	carrier Carrier
	scheme  string // of the header
}

// credential finds the token in the request. Two at once are an error of the client: we do not choose.
func (m *Token) credential(r *http.Request) (presented, error) {
	value, inCookie, ok := m.cookies.Find(r, tokenCookie, "/")
	scheme, token, inHeader, wellFormed := tokenHeader(r)
	switch {
	case inCookie && inHeader:
		return presented{}, ErrTwoCarriers
	case inHeader && !wellFormed:
		return presented{}, &RejectedError{Reason: ReasonMalformed, Carrier: CarrierHeader}
	case inHeader:
		return presented{sealed{token: token}, CarrierHeader, scheme}, nil
	case !inCookie:
		return presented{}, ErrNoCredential
	}
	done := trace.From(r.Context()).Check("check.cookie-signature")
	refuse := func(why Reason) (presented, error) {
		done(string(why))
		return presented{}, &RejectedError{Reason: why, Carrier: CarrierCookie}
	}
	var text []byte
	if !ok || !canonical(value) || securecookie.DecodeMulti(m.cookieName(), value, &text, m.codecs...) != nil {
		return refuse(ReasonTampered)
	}
	s, ok := parseSealed(string(text))
	switch now := m.now(); {
	case !ok:
		return refuse(ReasonMalformed)
	case !now.Before(s.issued.Add(m.life)):
		return refuse(ReasonExpired)
	case s.issued.After(now.Add(Leeway)):
		return refuse(ReasonNotYet)
	}
	done("")
	return presented{s, CarrierCookie, ""}, nil
}

// tokenHeader reads an Authorization header of the schemes Token (as Django REST Framework has it) and Bearer
// (RFC 6750, section 2.1). found is true for any such header.
func tokenHeader(r *http.Request) (scheme, token string, found, wellFormed bool) {
	lines := r.Header["Authorization"]
	if len(lines) == 0 {
		return "", "", false, false
	}
	scheme, token, ok := strings.Cut(lines[0], " ")
	known := strings.EqualFold(scheme, "Token") || strings.EqualFold(scheme, "Bearer")
	return scheme, token, true, ok && known && len(lines) == 1 && token != ""
}

// sealed is what the token's signed cookie holds: the token, and the date that ends the cookie, not the token.
type sealed struct {
	issued time.Time
	keep   bool // whether the browser was asked to keep the cookie
	token  string
}

func (s sealed) String() string {
	return strconv.FormatInt(s.issued.Unix(), 10) + "." + strconv.FormatBool(s.keep) + "." + s.token
}

func parseSealed(text string) (s sealed, ok bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return s, false
	}
	unix, err := strconv.ParseInt(parts[0], 10, 64)
	return sealed{time.Unix(unix, 0), parts[1] == "true", parts[2]}, err == nil
}
