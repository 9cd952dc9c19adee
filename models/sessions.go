package models

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"
)

// Session is a sign-in that the server keeps. The id in the cookie never comes this
// far: the row is found by its SHA-256, so the database alone yields no session.
type Session struct {
	IDHash              [32]byte
	DeviceID, UserID    int64 // DeviceID names the sign-in to its user, and stays when the id changes
	CreatedAt, LastSeen Time
	ExpiresAt           Time          // the absolute end
	Idle                time.Duration // the end after last-seen, in whole seconds; 0 is none
	UserAgent, Address  string
	Remember            bool
	// Most is how many sessions the user may have with this one, 0 for any number: one more is ErrFull. It is not stored.
	Most int
}

const sessionColumns = `s.id_hash, s.device_id, s.user_id, s.created_at, s.last_seen, s.idle_seconds, s.expires_at, s.user_agent, s.address, s.remember`

// alive holds as long as a session does. Its two arguments are the time.
const sessionAlive = `s.expires_at > ? AND (s.idle_seconds = 0 OR s.last_seen + s.idle_seconds * 1000000 > ?)`

// LastSeenFirst compares sessions as SessionsOfUser lists them, for stores that are not the database.
func LastSeenFirst(a, b Session) int {
	return cmp.Or(b.LastSeen.Compare(a.LastSeen.Time), cmp.Compare(a.DeviceID, b.DeviceID))
}

// scan reads sessionColumns, then what follows them.
func (s *Session) scan(read func(...any) error, more ...any) error {
	var (
		hash []byte
		idle int64
	)
	err := read(append([]any{&hash, &s.DeviceID, &s.UserID, &s.CreatedAt, &s.LastSeen, &idle, &s.ExpiresAt, &s.UserAgent, &s.Address, &s.Remember}, more...)...)
	copy(s.IDHash[:], hash)
	s.Idle = time.Duration(idle) * time.Second
	return err
}

// CreateSession stores a sign-in. A hash or device id that exists is ErrTaken, a
// user who is gone ErrNotFound, one who has s.Most sessions already ErrFull.
func (db *DB) CreateSession(ctx context.Context, s Session) error {
	g, cancel, err := db.writing(ctx, "create-session")
	if err != nil {
		return err
	}
	defer cancel()
	return db.insertSession(g, s)
}

// insertSession counts and writes in one statement. Several at the same moment may find the same count.
func (db *DB) insertSession(g *gorm.DB, s Session) error {
	query := `INSERT INTO sessions (id_hash, device_id, user_id, created_at, last_seen, idle_seconds, expires_at, user_agent, address, remember) SELECT CAST(? AS ` + db.blobType() + `), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BOOLEAN)`
	args := []any{blob(s.IDHash[:]), s.DeviceID, s.UserID, s.CreatedAt, s.LastSeen, int64(s.Idle / time.Second), s.ExpiresAt, s.UserAgent, s.Address, s.Remember}
	if s.Most > 0 {
		query += ` WHERE (SELECT count(*) FROM sessions s WHERE s.user_id = ? AND ` + sessionAlive + `) < ?`
		args = append(args, s.UserID, s.CreatedAt, s.CreatedAt, s.Most)
	}
	return full(exec(g, query, args...))
}

// ReplaceSession stores a sign-in made over an existing session, which ends in the
// same transaction, known or not: the id that was there before signing in must not
// be good afterwards (session fixation; OWASP ASVS 7.2.4).
func (db *DB) ReplaceSession(ctx context.Context, old [32]byte, s Session) error {
	return db.transaction(ctx, "create-session", func(tx *gorm.DB) error {
		if _, err := exec(tx, `DELETE FROM sessions WHERE id_hash = ?`, blob(old[:])); err != nil {
			return err
		}
		return db.insertSession(tx, s)
	})
}

// findSession is the one statement of each request in session mode.
const findSession = `SELECT ` + sessionColumns + `, ` + userColumns + ` FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id_hash = ? AND ` + sessionAlive + ` AND u.active AND (u.expires_at = 0 OR u.expires_at > ?)`

// FindSession returns a session and its user, without the password's hash.
// ErrNotFound is one that is unknown, over, idle for too long, or whose user is not
// active or a demo account that is over: the database decides, in one statement.
func (db *DB) FindSession(ctx context.Context, hash [32]byte, now time.Time) (Session, User, error) {
	g, cancel, err := db.reading(ctx, "find-session")
	if err != nil {
		return Session{}, User{}, err
	}
	defer cancel()
	var (
		s Session
		u User
	)
	at := micros(now)
	err = s.scan(func(dest ...any) error { return scanOne(db.ready(g, findSession, blob(hash[:]), at, at, at), dest...) }, u.fields()...)
	if err != nil {
		return Session{}, User{}, err
	}
	return s, u, nil
}

// TouchLimit is how long noting that a session was used may take: whoever reads a page does not wait for it.
const TouchLimit = 500 * time.Millisecond

// TouchSession notes that the session was used. One that is gone is no error.
func (db *DB) TouchSession(ctx context.Context, hash [32]byte, now time.Time) error {
	g, cancel, err := start(ctx, db.write, "touch-session", TouchLimit)
	if err != nil {
		return err
	}
	defer cancel()
	_, err = exec(g, `UPDATE sessions SET last_seen = ? WHERE id_hash = ? AND last_seen < ?`, micros(now), blob(hash[:]), micros(now))
	db.wrote(err)
	return err
}

// RenameSession gives the same sign-in a new id, as after a change of password. The
// old id is dead at once. One that is gone is ErrNotFound.
func (db *DB) RenameSession(ctx context.Context, old, renamed [32]byte, now time.Time) error {
	n, err := db.change(ctx, "rename-session", `UPDATE sessions SET id_hash = ?, last_seen = ? WHERE id_hash = ?`, blob(renamed[:]), micros(now), blob(old[:]))
	return some(n, err)
}

// DeleteSession ends a session. One that is gone is no error.
func (db *DB) DeleteSession(ctx context.Context, hash [32]byte) error {
	_, err := db.change(ctx, "end-session", `DELETE FROM sessions WHERE id_hash = ?`, blob(hash[:]))
	return err
}

// SessionsOfUser returns a user's sessions that are alive, the last seen first.
func (db *DB) SessionsOfUser(ctx context.Context, userID int64, now time.Time) ([]Session, error) {
	var list []Session
	query := `SELECT ` + sessionColumns + ` FROM sessions s WHERE s.user_id = ? AND ` + sessionAlive + ` ORDER BY s.last_seen DESC, s.device_id`
	err := db.many(ctx, "list-sessions", query, []any{userID, micros(now), micros(now)}, func(rows *sql.Rows) error {
		var s Session
		err := s.scan(rows.Scan)
		list = append(list, s)
		return err
	})
	return list, err
}

// EndSession ends a session by its device id. One that is gone or another user's is
// ErrNotFound.
func (db *DB) EndSession(ctx context.Context, userID, deviceID int64) error {
	n, err := db.change(ctx, "end-session", `DELETE FROM sessions WHERE device_id = ? AND user_id = ?`, deviceID, userID)
	return some(n, err)
}

// EndOtherSessions ends all of a user's sessions but one and returns how many; with
// keep 0 it ends all.
func (db *DB) EndOtherSessions(ctx context.Context, userID, keep int64) (int64, error) {
	return db.change(ctx, "end-other-sessions", `DELETE FROM sessions WHERE user_id = ? AND device_id <> ?`, userID, keep)
}

// SessionRow returns the stored row as it is, to be shown. ErrNotFound if there is none.
func (db *DB) SessionRow(ctx context.Context, hash [32]byte) ([]Column, error) {
	g, cancel, err := db.reading(ctx, "show-session")
	if err != nil {
		return nil, err
	}
	defer cancel()
	return columns(db.ready(g, `SELECT `+sessionColumns+` FROM sessions s WHERE s.id_hash = ?`, blob(hash[:])))
}
