package models_test

import (
	"context"
	"crypto/sha256"
	"path/filepath"
	"testing"
	"time"

	"twodoors/models"
	"twodoors/models/modelstest"
	"twodoors/models/sqltrace"
)

// now is the time of every test, in a zone that is not UTC: nothing may depend on it.
var now = time.Date(2026, 3, 1, 8, 30, 0, 123456789, time.FixedZone("KST", 9*60*60))

// eachDatabase runs a test on every database that there is: SQLite in a file and in
// memory, and PostgreSQL.
func eachDatabase(t *testing.T, test func(t *testing.T, db *models.DB)) {
	t.Helper()
	for _, kind := range []string{"sqlite", "memory", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			test(t, MustOpen(t, URL(t, kind)))
		})
	}
}

// URL names an empty database of a kind.
func URL(t testing.TB, kind string) string {
	t.Helper()
	switch kind {
	case "sqlite":
		return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
	case "memory":
		return "sqlite::memory:"
	}
	return modelstest.Postgres(t)
}

// MustOpen opens a database whose every statement must belong to a request.
func MustOpen(t testing.TB, url string) *models.DB {
	t.Helper()
	db, err := models.Open(t.Context(), models.Options{URL: url, Orphan: func(_ context.Context, sql string) {
		t.Errorf("statement without a request: %s", sql)
	}})
	Must(t, err)
	t.Cleanup(func() { Must(t, db.Close()) })
	return db
}

// Must stops the test at an error.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// request is a context as a request has it.
func request(t testing.TB) context.Context {
	return sqltrace.With(t.Context(), sqltrace.NewRecorder(time.Now()))
}

// MustUser makes a user of the installation's own team.
func MustUser(t testing.TB, db *models.DB, name, role string) models.User {
	t.Helper()
	u, err := db.CreateUser(request(t), models.NewUser{Name: name, PasswordHash: "hash of " + name, Role: role, Now: now})
	Must(t, err)
	return u
}

func hash(s string) [32]byte { return sha256.Sum256([]byte(s)) }

func MustSession(t testing.TB, db *models.DB, user, device int64, id string) models.Session {
	t.Helper()
	s := models.Session{
		IDHash: hash(id), DeviceID: device, UserID: user,
		CreatedAt: models.At(now), LastSeen: models.At(now), ExpiresAt: models.At(now.Add(8 * time.Hour)),
		Idle: 30 * time.Minute, UserAgent: "Firefox", Address: "192.0.2.1",
	}
	Must(t, db.CreateSession(request(t), s))
	return s
}

func MustFamily(t testing.TB, db *models.DB, user, id int64, token string) models.Family {
	t.Helper()
	f := models.Family{
		ID: id, UserID: user, CreatedAt: models.At(now), LastSeen: models.At(now), ExpiresAt: models.At(now.Add(8 * time.Hour)),
		AccessEnds: models.At(now.Add(time.Hour)), Carrier: "cookie", UserAgent: "Firefox", Address: "192.0.2.1",
	}
	Must(t, db.CreateFamily(request(t), f, hash(token)))
	return f
}
