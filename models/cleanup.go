package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"twodoors/models/sqltrace"
)

// Cleanup removes what is over: sessions, families with their refresh tokens,
// denials that no access token can outlive any more, sign-ins long past, and demo
// teams. It removes at most batch rows of a kind at a time, so that requests get their
// turn in between, and returns how many rows and teams it removed. It belongs to no
// request and is not recorded. Of several servers on one database one does it at a
// time: to the others there is nothing to remove.
func (db *DB) Cleanup(ctx context.Context, now time.Time, batch int) (removed int64, err error) {
	if batch <= 0 {
		batch = 500
	}
	ctx = sqltrace.Background(ctx)
	err = db.alone(ctx, func() error {
		for _, step := range []func(context.Context, int64, int) (int64, error){db.oldSessions, db.oldFamilies, db.oldDenials, db.oldSignIns, db.oldTeams} {
			for {
				n, err := step(ctx, micros(now), batch)
				removed += n
				if err != nil {
					return err
				}
				if n < int64(batch) {
					break
				}
			}
		}
		return nil
	})
	return removed, err
}

// cleanupKey is PostgreSQL's advisory lock of the clean-up.
const cleanupKey = lockKey + 1

// alone runs do unless somebody else does so at this moment. SQLite has one process. In PostgreSQL the lock
// belongs to a connection, which is kept aside for that long: a server that dies gives it up.
func (db *DB) alone(ctx context.Context, do func() error) error {
	if !db.cleaning.TryLock() {
		return nil
	}
	defer db.cleaning.Unlock()
	if db.dialect != dialectPostgres || db.pooled { // several at a time take each row once, too: see skip
		return do()
	}
	return db.write.WithContext(ctx).Connection(func(conn *gorm.DB) error {
		var mine bool
		if err := scanOne(conn.Raw(`SELECT pg_try_advisory_lock(?)`, int64(cleanupKey)), &mine); err != nil || !mine {
			return err
		}
		err := do()
		// Also when ctx has ended, or the connection would go back to the pool with the lock.
		ending, cancel := limited(context.WithoutCancel(ctx), db.writeLimit)
		defer cancel()
		return errors.Join(err, scanOne(conn.WithContext(ending).Raw(`SELECT pg_advisory_unlock(?)`, int64(cleanupKey)), &mine))
	})
}

// skip leaves rows alone that a request is changing or removing at this moment.
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
			return translate(err)
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
