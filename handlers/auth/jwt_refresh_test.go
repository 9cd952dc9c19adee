package auth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// tokenMode is a JWT mode over a real database, with a clock that the test moves.
type tokenMode struct {
	*auth.JWT
	t     testing.TB
	db    *models.DB
	file  string
	user  models.User
	clock time.Time
}

func newTokenMode(t testing.TB) *tokenMode {
	t.Helper()
	m := &tokenMode{t: t, clock: start, file: filepath.Join(t.TempDir(), "db")}
	var err error
	if m.db, err = models.Open(t.Context(), models.Options{URL: "sqlite:" + m.file}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.db.Close() })
	m.user, err = m.db.CreateUser(sqltrace.Background(t.Context()), models.NewUser{Name: "mina", PasswordHash: "-", Now: start})
	if err != nil {
		t.Fatal(err)
	}
	ring, err := auth.NewKeyRing("EdDSA", start)
	if err != nil {
		t.Fatal(err)
	}
	m.JWT = auth.NewJWT(m.db, ring, auth.Cookies{}, issuer, auth.TokenLimits{
		Access: 15 * time.Minute, Max: 8 * time.Hour, Remember: 336 * time.Hour, Grace: 10 * time.Second,
	}, auth.NewLevelChoices(auth.LevelSignature), func() time.Time { return m.clock })
	return m
}

// request is a request whose lookups belong to the test.
func (m *tokenMode) request(method, path string) *http.Request {
	return httptest.NewRequest(method, issuer+path, nil).WithContext(sqltrace.Background(m.t.Context()))
}

func (m *tokenMode) signIn() auth.Issued {
	m.t.Helper()
	issued, err := m.SignIn(httptest.NewRecorder(), m.request(http.MethodPost, "/api/jwt/login"), m.user,
		auth.SignIn{Script: true, Carrier: auth.CarrierHeader})
	if err != nil {
		m.t.Fatal(err)
	}
	return issued
}

// refresh presents a refresh token. The reason is "" where it was good.
func (m *tokenMode) refresh(token string) (auth.Issued, auth.Reason) {
	m.t.Helper()
	issued, err := m.Refresh(httptest.NewRecorder(), m.request(http.MethodPost, "/api/jwt/refresh"), token)
	var refused *auth.RejectedError
	if errors.As(err, &refused) {
		return issued, refused.Reason
	}
	if err != nil {
		m.t.Fatal(err)
	}
	return issued, ""
}

func TestRefreshRotates(t *testing.T) {
	m := newTokenMode(t)
	first := m.signIn()
	second, why := m.refresh(first.RefreshToken)
	if why != "" || second.RefreshToken == first.RefreshToken || second.AccessToken == first.AccessToken {
		t.Fatalf("refused %q, or a token was given twice", why)
	}
	m.clock = start.Add(10 * time.Second)
	if again, why := m.refresh(first.RefreshToken); why != "" || again.RefreshToken != second.RefreshToken {
		t.Errorf("again within the grace: %q, another successor: %v", why, again.RefreshToken != second.RefreshToken)
	}
	third, why := m.refresh(second.RefreshToken)
	if why != "" {
		t.Fatalf("the successor: %s", why)
	}
	other := m.signIn()
	// The successor has been used, so whoever comes with the first token now is not its owner.
	if _, why := m.refresh(first.RefreshToken); why != auth.ReasonReused {
		t.Errorf("after the successor was used: %q", why)
	}
	if _, why := m.refresh(third.RefreshToken); why != auth.ReasonEnded {
		t.Errorf("the newest token of the family that ended: %q", why)
	}
	if _, why := m.refresh(other.RefreshToken); why != "" {
		t.Errorf("another family: %s", why)
	}
}

func TestRefreshReuseAfterTheGrace(t *testing.T) {
	m := newTokenMode(t)
	first := m.signIn()
	second, _ := m.refresh(first.RefreshToken)
	m.clock = start.Add(10*time.Second + time.Microsecond)
	if _, why := m.refresh(first.RefreshToken); why != auth.ReasonReused {
		t.Errorf("past the grace: %q", why)
	}
	if _, why := m.refresh(second.RefreshToken); why != auth.ReasonEnded {
		t.Errorf("its successor: %q", why)
	}
}

func TestRefreshEndsWithTheFamily(t *testing.T) {
	m := newTokenMode(t)
	token := m.signIn().RefreshToken
	for range 3 { // however often it is renewed, the end stays where it was
		m.clock = m.clock.Add(2*time.Hour + 39*time.Minute)
		next, why := m.refresh(token)
		if why != "" {
			t.Fatal(why)
		}
		token = next.RefreshToken
	}
	m.clock = start.Add(8 * time.Hour)
	if _, why := m.refresh(token); why != auth.ReasonEnded {
		t.Errorf("past the absolute end: %q", why)
	}
}

// TestRefreshForms: what cannot be a token of ours is refused without asking the database: this one would not answer.
func TestRefreshForms(t *testing.T) {
	ring, err := auth.NewKeyRing("EdDSA", start)
	if err != nil {
		t.Fatal(err)
	}
	m := auth.NewJWT(unreachable(t), ring, auth.Cookies{}, issuer, auth.TokenLimits{}, auth.NewLevelChoices(auth.LevelSignature), func() time.Time { return start })
	good := base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	for name, token := range map[string]string{
		"cut off": good[:42], "one more": good + "A", "padded": good + "=", "31 bytes padded": good[:42] + "=",
		"a space": " " + good[1:], "a line break": good[:20] + "\n" + good[21:], "standard base64": "+/" + good[2:],
		"a last character with bits to spare": good[:42] + "B", "NUL": good[:42] + "\x00", "9 KB": strings.Repeat("A", 9<<10),
		"an access token": strings.Repeat("A", 20) + "." + strings.Repeat("A", 11) + "." + strings.Repeat("A", 10),
	} {
		_, err := m.Refresh(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, issuer+"/api/jwt/refresh", nil), token)
		var refused *auth.RejectedError
		if !errors.As(err, &refused) || refused.Reason != auth.ReasonMalformed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDatabaseYieldsNoToken looks for the tokens in every byte that was stored, in every spelling.
func TestDatabaseYieldsNoToken(t *testing.T) {
	m := newTokenMode(t)
	first := m.signIn()
	second, _ := m.refresh(first.RefreshToken)
	stored := append(mustRead(t, m.file), mustRead(t, m.file+"-wal")...)
	for i, token := range []string{first.RefreshToken, second.RefreshToken} {
		raw, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil || len(raw) != 32 {
			t.Fatalf("token of %d bytes, %v", len(raw), err)
		}
		for spelling, text := range map[string][]byte{
			"base64url": []byte(token), "bytes": raw, "hex": []byte(hex.EncodeToString(raw)),
			"base64": []byte(base64.RawStdEncoding.EncodeToString(raw)),
		} {
			if bytes.Contains(stored, text) {
				t.Errorf("token %d is stored as %s", i, spelling)
			}
		}
	}
}

// TestSignOutWithoutDatabase: whoever could not be signed out keeps the credential, or could not try again.
func TestSignOutWithoutDatabase(t *testing.T) {
	m := newTokenMode(t)
	issued := m.signIn()
	if err := m.db.Close(); err != nil {
		t.Fatal(err)
	}
	r := m.request(http.MethodPost, "/jwt/logout")
	r.AddCookie(&http.Cookie{Name: "twodoors-access", Value: issued.AccessToken})
	w := httptest.NewRecorder()
	if err := m.SignOut(w, r); err == nil || len(w.Header()["Set-Cookie"]) > 0 {
		t.Errorf("error %v, cookies %q", err, w.Header()["Set-Cookie"])
	}
}
