package handlerstest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"twodoors/models"
)

// emptySQLite is the file of a database whose tables are up to date, and the id that it has. Making the tables takes
// several times as long as copying them, so they are made once in a process: package state, since every test shares it.
var emptySQLite = sync.OnceValues(func() (file emptyDatabase, err error) {
	folder, err := os.MkdirTemp("", "twodoors-empty-")
	if err != nil {
		return file, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "twodoors.db")
	db, err := models.Open(context.Background(), models.Options{URL: "sqlite:" + path})
	if err != nil {
		return file, err
	}
	file.id = []byte(db.ID())
	if err := db.Close(); err != nil { // which puts the log away
		return file, err
	}
	file.content, err = os.ReadFile(path)
	if err == nil && bytes.Count(file.content, file.id) != 2 { // in its row, and in the row's index
		err = errors.New("an empty database: its id does not stand in it twice")
	}
	return file, err
})

type emptyDatabase struct{ content, id []byte }

// NewSQLite makes an empty database in a file of the test's own, with an id of its own, and returns its URL.
func NewSQLite(t testing.TB) string {
	t.Helper()
	empty, err := emptySQLite()
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, len(empty.id)/2)
	rand.Read(id) // never fails
	path := filepath.Join(t.TempDir(), "twodoors.db")
	if err := os.WriteFile(path, bytes.ReplaceAll(empty.content, empty.id, []byte(hex.EncodeToString(id))), 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}
