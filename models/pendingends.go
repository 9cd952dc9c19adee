package models

import (
	"context"
	"database/sql"
	"time"
)

// PendingEnd says which sign-ins of a user are still to be ended, because a store was away when they should have been.
// The user may be gone already.
type PendingEnd struct {
	ID     int64
	UserID int64
	Device int64 // the one sign-in; 0: all that began until Before, but Keep
	Keep   int64
	Before time.Time // zero: none is to be ended, and only the copies of the user are to be renewed
}

// pendingEnds outlive the process: until an entry is done, somebody may be signed in who should not be.
const pendingEnds = `
CREATE TABLE pending_ends (
	id           {id},
	user_id      BIGINT NOT NULL,
	device_id    BIGINT NOT NULL,
	keep_device  BIGINT NOT NULL,
	began_before BIGINT NOT NULL
);
`

// AddPendingEnd keeps an entry until it is dropped.
func (db *DB) AddPendingEnd(ctx context.Context, e PendingEnd) error {
	_, err := db.change(ctx, "add-pending-end", `INSERT INTO pending_ends (user_id, device_id, keep_device, began_before) VALUES (?, ?, ?, ?)`,
		e.UserID, e.Device, e.Keep, micros(e.Before))
	return err
}

// PendingEnds are the entries that have not been dropped, the oldest first.
func (db *DB) PendingEnds(ctx context.Context) ([]PendingEnd, error) {
	var list []PendingEnd
	const query = `SELECT id, user_id, device_id, keep_device, began_before FROM pending_ends ORDER BY id`
	err := db.many(ctx, "list-pending-ends", query, nil, func(rows *sql.Rows) error {
		var (
			e      PendingEnd
			before Time
		)
		err := rows.Scan(&e.ID, &e.UserID, &e.Device, &e.Keep, &before)
		e.Before = before.Time
		list = append(list, e)
		return err
	})
	return list, err
}

// DropPendingEnd forgets an entry that has been done.
func (db *DB) DropPendingEnd(ctx context.Context, id int64) error {
	_, err := db.change(ctx, "drop-pending-end", `DELETE FROM pending_ends WHERE id = ?`, id)
	return err
}
