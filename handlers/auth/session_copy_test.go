package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/memorystore"
	"twodoors/models/sqltrace"
)

// meddled is a store beside which something happens while a session is being stored.
type meddled struct {
	*memorystore.Store
	meanwhile func()
}

func (m meddled) CreateSession(ctx context.Context, s models.Session, u models.User) error {
	m.meanwhile()
	return m.Store.CreateSession(ctx, s, u)
}

// TestSignInBesideAChange: a user who is changed between the password's check and the storing of the copy. The
// change has found no session to change or end, and is seen all the same.
func TestSignInBesideAChange(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*models.DB, int64) error
		in     bool
		role   string
	}{
		"deactivated": {func(db *models.DB, id int64) error {
			return db.SetActive(sqltrace.Background(t.Context()), 0, id, false)
		}, false, ""},
		"promoted": {func(db *models.DB, id int64) error {
			return db.SetRole(sqltrace.Background(t.Context()), 0, id, models.RoleAdmin)
		}, true, models.RoleAdmin},
		"nothing": {func(*models.DB, int64) error { return nil }, true, models.RoleMember},
	} {
		t.Run(name, func(t *testing.T) {
			db, err := models.Open(t.Context(), models.Options{URL: "sqlite::memory:"})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			background := sqltrace.Background(t.Context())
			if _, err := db.CreateUser(background, models.NewUser{Name: "boss", PasswordHash: "-", Role: models.RoleAdmin, Now: start}); err != nil {
				t.Fatal(err)
			}
			u, err := db.CreateUser(background, models.NewUser{Name: "mina", PasswordHash: "-", Role: models.RoleMember, Now: start})
			if err != nil {
				t.Fatal(err)
			}
			keys, err := auth.NewKeyRing("HS256", start)
			if err != nil {
				t.Fatal(err)
			}
			rows := meddled{memorystore.New(10), func() {
				if err := c.change(db, u.ID); err != nil {
					t.Fatal(err)
				}
			}}
			mode := auth.NewSession(rows, db, keys, auth.Cookies{}, auth.SessionLimits{Idle: time.Hour, Max: time.Hour, Remember: time.Hour}, func() time.Time { return start })
			request := func() *http.Request {
				return httptest.NewRequestWithContext(background, http.MethodGet, (&url.URL{Path: "/"}).String(), nil)
			}
			answer := httptest.NewRecorder()
			if _, err := mode.SignIn(answer, request(), u, auth.SignIn{}); err != nil {
				t.Fatal(err)
			}
			r := request()
			for _, cookie := range answer.Result().Cookies() {
				r.AddCookie(cookie)
			}
			p, err := mode.Authenticate(httptest.NewRecorder(), r, auth.LevelSignature)
			if (err == nil) != c.in || p.Role != c.role {
				t.Errorf("signed in as %q: %v", p.Role, err)
			}
		})
	}
}
