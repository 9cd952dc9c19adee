package models_test

import (
	"testing"

	"twodoors/models"
	"twodoors/models/modelstest"
)

// TestDatabaseEncoding: a database that is not made for UTF-8 keeps texts as they are all the same.
func TestDatabaseEncoding(t *testing.T) {
	t.Parallel()
	db, err := models.Open(t.Context(), models.Options{
		URL: modelstest.PostgresWith(t, "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"),
	})
	Must(t, err)
	t.Cleanup(func() { Must(t, db.Close()) })
	user := MustUser(t, db, "ada", models.RoleMember)
	const text = "문은 두 개 – two doors"
	_, err = db.AddNote(request(t), user.ID, text, now)
	Must(t, err)
	notes, err := db.Notes(request(t), user.ID, 10)
	Must(t, err)
	if len(notes) != 1 || notes[0].Body != text {
		t.Errorf("kept: %+v", notes)
	}
}
