package auth_test

import (
	"testing"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// unreachable is a database that has an id and answers nothing: whoever asks it gets an error.
func unreachable(t testing.TB) *models.DB {
	t.Helper()
	var power sqltrace.Switch
	db, err := models.Open(t.Context(), models.Options{URL: "sqlite::memory:", Switch: &power})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	power.Off()
	return db
}
