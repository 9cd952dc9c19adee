package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// methodRow is a line of README's table: a method, and its lookups by session and by JWT.
var methodRow = regexp.MustCompile("(?m)^\\| `(\\w+)`[^|]*\\|[^|]*\\|([^|]*)\\|[^|]*\\|([^|]*)\\|$")

// TestReadmeLookups: README's table of the two modes' methods says what each costs at the database, and is whole.
func TestReadmeLookups(t *testing.T) {
	const methods = 8
	rows := methodRow.FindAllStringSubmatch(string(mustRead(t, filepath.Join("..", "..", "README.md"))), -1)
	if len(rows) != methods {
		t.Fatalf("the table has %d rows, want %d", len(rows), methods)
	}
	for _, row := range rows {
		for mode, cell := range map[string]string{"session": row[2], "jwt": row[3]} {
			if got := lookupsOf(t, mode, row[1]); got != strings.TrimSpace(cell) {
				t.Errorf("%s of %s: %s lookups, README says %q", row[1], mode, got, strings.TrimSpace(cell))
			}
		}
	}
}

// lookupsOf is how many statements a method sends; for JWT's Authenticate, at its lowest and its highest level.
func lookupsOf(t *testing.T, mode, method string) string {
	low := countLookups(t, mode, method, auth.LevelSignature)
	if high := countLookups(t, mode, method, auth.LevelVersion); high != low {
		return strconv.Itoa(low) + " or " + strconv.Itoa(high)
	}
	return strconv.Itoa(low)
}

func countLookups(t *testing.T, mode, method string, level auth.Level) int {
	t.Helper()
	background := sqltrace.Background(t.Context())
	db, err := models.Open(background, models.Options{URL: "sqlite::memory:"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	user, err := db.CreateUser(background, models.NewUser{Name: "mina", PasswordHash: "-", Role: models.RoleMember, Now: start})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := auth.NewKeyRing("EdDSA", start)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return start }
	m := map[string]auth.Mode{
		"session": auth.NewSession(auth.InDatabase(db), db, keys, auth.Cookies{}, auth.SessionLimits{Idle: time.Hour, Max: time.Hour, Remember: time.Hour}, now),
		"jwt": auth.NewJWT(db, keys, auth.Cookies{}, issuer, auth.TokenLimits{Access: time.Hour, Max: time.Hour, Remember: time.Hour},
			auth.NewLevelChoices(level), now),
	}[mode]
	how := auth.SignIn{Carrier: auth.CarrierCookie}
	request := func(ctx context.Context) *http.Request {
		return httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	}
	signedIn := httptest.NewRecorder()
	issued, err := m.SignIn(signedIn, request(background), user, how)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.SignIn(httptest.NewRecorder(), request(background), user, how); err != nil { // another device
		t.Fatal(err)
	}
	recorder := sqltrace.NewRecorder(time.Now())
	ctx := sqltrace.With(t.Context(), recorder)
	r, w := request(ctx), httptest.NewRecorder()
	known := request(background)
	if method != "SignIn" {
		for _, cookie := range signedIn.Result().Cookies() {
			r.AddCookie(cookie)
			known.AddCookie(cookie)
		}
	}
	p, err := m.Authenticate(httptest.NewRecorder(), known, auth.LevelSignature)
	if err != nil && method != "SignIn" {
		t.Fatal(err)
	}
	switch method {
	case "SignIn":
		_, err = m.SignIn(w, r, user, how)
	case "Authenticate":
		_, err = m.Authenticate(w, r, auth.LevelSignature)
	case "SignOut":
		err = m.SignOut(w, r)
	case "Renew":
		_, err = m.Renew(w, r, p, user)
	case "Forget":
		m.Forget(w, r)
	case "Devices":
		_, err = m.Devices(ctx, p)
	case "EndDevice":
		err = m.EndDevice(ctx, user.ID, issued.Device)
	case "EndOthers":
		_, err = m.EndOthers(ctx, user.ID, issued.Device)
	default:
		t.Fatalf("README has a method %s, and the test does not", method)
	}
	if err != nil {
		t.Fatal(err)
	}
	counts := recorder.Counts()
	return counts.Auth + counts.Data + counts.Display
}
