package auth

import (
	"net/http"
	"strings"
	"time"

	"twodoors/handlers/trace"
	"twodoors/models"
)

// give signs an access token and hands it to the client together with a refresh token, the way the
// family's carrier wants it.
func (m *JWT) give(w http.ResponseWriter, r *http.Request, u models.User, f models.Family, refresh string, script bool) (Issued, error) {
	trace.From(r.Context()).Event("issue.refresh-token")
	done := trace.From(r.Context()).Check("issue.access-token")
	access, c, err := m.tokens.issue(u, f)
	done("")
	if err != nil {
		return Issued{}, err
	}
	issued := Issued{
		AccessToken: access, RefreshToken: refresh, ExpiresIn: time.Duration(c.Expires-c.IssuedAt) * time.Second, Carrier: Carrier(f.Carrier), Device: f.ID,
	}
	if script {
		return issued, nil
	}
	// The access cookie is kept as long as the refresh token, so that an expired one is recognised.
	var maxAge time.Duration
	if f.Remember {
		maxAge = f.ExpiresAt.Sub(m.now())
	}
	m.cookies.Set(w, r, refreshCookie, refreshPath, refresh, maxAge)
	if Carrier(f.Carrier) == CarrierHeader {
		m.cookies.Set(w, r, markerCookie, markerPath, string(CarrierHeader), maxAge)
		if err := m.nameFamily(w, r, f, maxAge); err != nil {
			return Issued{}, err
		}
		if _, found, _ := m.cookies.Find(r, accessCookie, "/"); found {
			m.cookies.Drop(w, r, accessCookie, "/")
		}
		return issued, nil
	}
	m.cookies.Set(w, r, accessCookie, "/", access, maxAge)
	if _, found, _ := m.cookies.Find(r, familyCookie, "/"); found {
		m.cookies.Drop(w, r, familyCookie, "/")
	}
	// The marker is not sent to addresses outside its path, where it may be there all the same.
	if _, found, _ := m.cookies.Find(r, markerCookie, markerPath); found || !strings.HasPrefix(r.URL.Path, markerPath+"/") {
		m.cookies.Drop(w, r, markerCookie, markerPath)
	}
	return issued, nil
}

// credential finds the access token in the request. Two at once are an error of the client: we do not
// choose (RFC 6750, section 2).
func (m *JWT) credential(r *http.Request) (raw string, carrier Carrier, err error) {
	cookie, inCookie, ok := m.cookies.Find(r, accessCookie, "/")
	bearer, inHeader, wellFormed := bearerToken(r)
	switch {
	case inCookie && inHeader:
		return "", "", ErrTwoCarriers
	case inHeader && !wellFormed:
		return "", "", &RejectedError{Reason: ReasonMalformed, Carrier: CarrierHeader}
	case inHeader:
		return bearer, CarrierHeader, nil
	case inCookie && !ok:
		return "", "", &RejectedError{Reason: ReasonMalformed, Carrier: CarrierCookie}
	case inCookie:
		return cookie, CarrierCookie, nil
	}
	if _, marked, _ := m.cookies.Find(r, markerCookie, markerPath); marked {
		return "", "", &RejectedError{Reason: ReasonAbsent, Carrier: CarrierCookie, Renewable: true}
	}
	return "", "", ErrNoCredential
}

// bearerToken reads the Authorization header (RFC 6750, section 2.1). found is true for any such header.
func bearerToken(r *http.Request) (token string, found, wellFormed bool) {
	lines := r.Header["Authorization"]
	if len(lines) == 0 {
		return "", false, false
	}
	scheme, token, ok := strings.Cut(lines[0], " ")
	return token, true, ok && len(lines) == 1 && strings.EqualFold(scheme, "Bearer") && token != ""
}
