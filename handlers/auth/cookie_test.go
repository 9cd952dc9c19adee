package auth_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
)

// cookieMode is the signed cookie's mode on a clock that the test moves; its database answers nothing, and is not
// asked.
func cookieMode(t *testing.T, encrypt bool) (m *auth.Cookie, now *time.Time) {
	t.Helper()
	at := time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)
	keys, err := auth.NewKeyRing("EdDSA", at)
	if err != nil {
		t.Fatal(err)
	}
	m, err = auth.NewCookie(unreachable(t), keys, auth.Cookies{}, auth.CookieLimits{Max: 8 * time.Hour, Remember: 336 * time.Hour}, encrypt, func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	return m, &at
}

// signedIn is a request that carries a new sign-in's cookie.
func signedIn(t *testing.T, m *auth.Cookie, u models.User) (*http.Request, *http.Cookie) {
	t.Helper()
	w := httptest.NewRecorder()
	if _, err := m.SignIn(w, httptest.NewRequest(http.MethodPost, "/", nil), u, auth.SignIn{}); err != nil {
		t.Fatal(err)
	}
	k := w.Result().Cookies()[0]
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(k)
	return r, k
}

// TestCookieHoldsTheSession: the content comes back as it was written, and whoever holds the cookie can read
// it, unless it is encrypted.
func TestCookieHoldsTheSession(t *testing.T) {
	for _, encrypt := range []bool{false, true} {
		m, now := cookieMode(t, encrypt)
		u := models.User{ID: 7, Name: "minji-kim", Role: models.RoleAdmin}
		r, k := signedIn(t, m, u)
		p, err := m.Authenticate(httptest.NewRecorder(), r, auth.LevelSignature)
		if err != nil || p.UserID != 7 || p.Name != "minji-kim" || p.Role != "admin" || p.Read || !p.Since.Equal(*now) || !p.Expires.Equal(now.Add(8*time.Hour)) {
			t.Errorf("encrypted %v: %+v, %v", encrypt, p, err)
		}
		outer, err := base64.URLEncoding.DecodeString(k.Value)
		if err != nil {
			t.Fatal(err)
		}
		inner, err := base64.URLEncoding.DecodeString(strings.Split(string(outer), "|")[1])
		if err != nil {
			t.Fatal(err)
		}
		if readable := strings.Contains(string(inner), `"name":"minji-kim"`); readable == encrypt {
			t.Errorf("encrypted %v: readable %v", encrypt, readable)
		}
		shown := m.Presented(r)
		if (shown.Payload == nil) != encrypt {
			t.Errorf("encrypted %v: shown as %q", encrypt, shown.Payload)
		}
	}
}

// TestCookieDates: our clock decides, not the library's.
func TestCookieDates(t *testing.T) {
	m, now := cookieMode(t, false)
	r, _ := signedIn(t, m, models.User{ID: 7, Name: "minji", Role: "member"})
	start := *now
	for _, at := range []struct {
		after time.Duration
		want  auth.Reason
	}{{0, ""}, {8*time.Hour - time.Second, ""}, {8 * time.Hour, auth.ReasonExpired}, {-auth.Leeway, ""}, {-auth.Leeway - time.Second, auth.ReasonNotYet}} {
		*now = start.Add(at.after)
		_, err := m.Authenticate(httptest.NewRecorder(), r, auth.LevelSignature)
		var refused *auth.RejectedError
		if got := errors.As(err, &refused); got != (at.want != "") || got && refused.Reason != at.want {
			t.Errorf("after %v: %v, want %q", at.after, err, at.want)
		}
	}
}

// TestCookieEveryByte: each byte changed, each way of writing the same bytes otherwise: refused.
func TestCookieEveryByte(t *testing.T) {
	for _, encrypt := range []bool{false, true} {
		m, _ := cookieMode(t, encrypt)
		_, k := signedIn(t, m, models.User{ID: 7, Name: "minji", Role: "member"})
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="
		for i := range k.Value {
			for _, c := range []byte{'A', 'Q', alphabet[(strings.IndexByte(alphabet, k.Value[i])+1)%len(alphabet)]} {
				if c == k.Value[i] {
					continue
				}
				refuse(t, m, k.Value[:i]+string(c)+k.Value[i+1:])
			}
			refuse(t, m, k.Value[:i])
		}
		refuse(t, m, k.Value+"A")
		refuse(t, m, strings.TrimRight(k.Value, "=")+"\n")
		refuse(t, m, strings.Repeat("x", 5000))
		// Signed by the same key for another cookie, or made in the other form.
		other, _ := cookieMode(t, !encrypt)
		_, foreign := signedIn(t, other, models.User{ID: 7, Name: "minji", Role: "admin"})
		refuse(t, m, foreign.Value)
	}
}

func refuse(t *testing.T, m *auth.Cookie, value string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", "twodoors-content="+value)
	var refused *auth.RejectedError
	if p, err := m.Authenticate(httptest.NewRecorder(), r, auth.LevelSignature); !errors.As(err, &refused) && !errors.Is(err, auth.ErrNoCredential) {
		t.Errorf("%.60q let in %+v, %v", value, p, err)
	}
}

// TestCookieTooLarge: what no browser would keep is an error when it is written, to the byte.
func TestCookieTooLarge(t *testing.T) {
	for _, encrypt := range []bool{false, true} {
		m, _ := cookieMode(t, encrypt)
		largest := 0
		for length := 1; length < 4000; length++ {
			w := httptest.NewRecorder()
			_, err := m.SignIn(w, httptest.NewRequest(http.MethodPost, "/", nil), models.User{ID: 7, Name: strings.Repeat("n", length), Role: "member"}, auth.SignIn{})
			var large *auth.CookieTooLargeError
			if errors.As(err, &large) {
				if large.Bytes <= auth.MaxCookie || len(w.Result().Cookies()) != 0 {
					t.Errorf("%d bytes refused, and %d cookies set", large.Bytes, len(w.Result().Cookies()))
				}
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			k := w.Result().Cookies()[0]
			largest = auth.CookieBytes(k.Name, k.Value)
		}
		if largest > auth.MaxCookie || largest < auth.MaxCookie-10 {
			t.Errorf("encrypted %v: the largest cookie has %d bytes", encrypt, largest)
		}
	}
}
