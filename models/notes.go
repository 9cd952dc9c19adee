package models

import (
	"context"
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

// AddNote stores a note. A user who is gone is ErrNotFound.
func (db *DB) AddNote(ctx context.Context, userID int64, body string, now time.Time) (Note, error) {
	g, cancel, err := db.writing(ctx, "add-note")
	if err != nil {
		return Note{}, err
	}
	defer cancel()
	n := Note{UserID: userID, Body: body, CreatedAt: At(now)}
	if err := gorm.G[Note](g).Create(g.Statement.Context, &n); err != nil {
		return Note{}, translate(err)
	}
	return n, nil
}

// DeleteNote removes a note. One that is unknown or another user's is ErrNotFound:
// the answer tells nobody which.
func (db *DB) DeleteNote(ctx context.Context, userID, id int64) error {
	n, err := db.change(ctx, "delete-note", `DELETE FROM notes WHERE id = ? AND user_id = ?`, id, userID)
	return some(n, err)
}

// some turns "no row changed" into ErrNotFound.
func some(n int64, err error) error {
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}
