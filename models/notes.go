package models

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"
)

// Note is a user's own note.
type Note struct {
	ID, UserID int64
	Body       string
	CreatedAt  Time
}

// Notes returns a user's notes, newest first.
func (db *DB) Notes(ctx context.Context, userID int64, limit int) ([]Note, error) {
	g, cancel, err := db.reading(ctx, "list-notes")
	if err != nil {
		return nil, err
	}
	defer cancel()
	list, err := gorm.G[Note](g).Where("user_id = ?", userID).Order("id DESC").Limit(limit).Find(g.Statement.Context)
	return list, translate(err)
}

// NotesKept is how many notes a user may have: some 4 MB where each is as long as a note can be.
const NotesKept = 500

// addNote counts and writes in one statement. Several at the same moment may find the same count: a user can come to
// have a few more.
const addNote = `INSERT INTO notes (user_id, body, created_at) SELECT CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS BIGINT) WHERE (SELECT count(*) FROM notes WHERE user_id = ?) < ? RETURNING id`

// AddNote stores a note. A user who is gone is ErrNotFound, one who has NotesKept already ErrFull.
func (db *DB) AddNote(ctx context.Context, userID int64, body string, now time.Time) (Note, error) {
	g, cancel, err := db.writing(ctx, "add-note")
	if err != nil {
		return Note{}, err
	}
	defer cancel()
	n := Note{UserID: userID, Body: body, CreatedAt: At(now)}
	err = scanAll(g.Raw(addNote, userID, body, n.CreatedAt, userID, NotesKept), func(rows *sql.Rows) error { return rows.Scan(&n.ID) })
	if err == nil && n.ID == 0 {
		err = ErrFull
	}
	if err != nil {
		return Note{}, err
	}
	return n, nil
}

// DeleteNote removes a note. One that is unknown or another user's is ErrNotFound:
// the answer tells nobody which.
func (db *DB) DeleteNote(ctx context.Context, userID, id int64) error {
	n, err := db.change(ctx, "delete-note", `DELETE FROM notes WHERE id = ? AND user_id = ?`, id, userID)
	return some(n, err)
}

// full turns "no row written" into ErrFull.
func full(n int64, err error) error {
	if err == nil && n == 0 {
		return ErrFull
	}
	return err
}

// some turns "no row changed" into ErrNotFound.
func some(n int64, err error) error {
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}
