package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"twodoors/models/sqltrace"
)

// Cleanup removes what is over: sessions, families with their refresh tokens,
// denials that no access token can outlive any more, sign-ins long past, and demo
// teams. It removes at most batch rows of a kind at a time, so that requests get their
// turn in between, and returns how many rows and teams it removed. It belongs to no
// request and is not recorded. Several servers may do it at once.
func (db *DB) Cleanup(ctx context.Context, now time.Time, batch int) (removed int64, err error) {
	if batch <= 0 {
		batch = 500
	}
	ctx = sqltrace.Background(ctx)
	for _, step := range []func(context.Context, int64, int) (int64, error){db.oldSessions, db.oldFamilies, db.oldDenials, db.oldSignIns, db.oldTeams} {
		for {
			n, err := step(ctx, micros(now), batch)
			removed += n
			if err != nil {
				return removed, err
			}
			if n < int64(batch) {
				break
			}
		}
	}
	return removed, nil
}

// skip leaves rows alone that another server is removing at this moment.
const skip = "FOR UPDATE SKIP LOCKED"

func (db *DB) oldSessions(ctx context.Context, now int64, batch int) (int64, error) {
	return db.change(ctx, "clean-up", `DELETE FROM sessions WHERE id_hash IN (SELECT id_hash FROM sessions WHERE expires_at <= ? LIMIT ?`+db.locking(skip)+`)`, now, batch)
}

func (db *DB) oldFamilies(ctx context.Context, now int64, batch int) (int64, error) {
	return db.change(ctx, "clean-up", `DELETE FROM token_families WHERE id IN (SELECT id FROM token_families WHERE expires_at <= ? LIMIT ?`+db.locking(skip)+`)`, now, batch)
}

func (db *DB) oldDenials(ctx context.Context, now int64, batch int) (int64, error) {
	return db.change(ctx, "clean-up", `DELETE FROM denylist WHERE sid IN (SELECT sid FROM denylist WHERE expires_at <= ? LIMIT ?`+db.locking(skip)+`)`, now, batch)
}

func (db *DB) oldTeams(ctx context.Context, now int64, batch int) (n int64, err error) {
	err = db.transaction(ctx, "clean-up", func(tx *gorm.DB) error {
		var ids []int64
		if err := tx.Raw(`SELECT id FROM teams WHERE expires_at <= ? LIMIT ?`+db.locking(skip), now, batch).Scan(&ids).Error; err != nil || len(ids) == 0 {
			return err
		}
		if _, err := exec(tx, `DELETE FROM users WHERE team_id IN ?`, ids); err != nil {
			return err
		}
		n, err = exec(tx, `DELETE FROM teams WHERE id IN ?`, ids)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
