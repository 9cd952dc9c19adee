package models

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// SignIn is one line of the list of a user's last sign-ins.
type SignIn struct {
	At        Time
	Mode      string // as it stands in addresses: session, jwt, …
	Address   string // the client's
	UserAgent string
}

const (
	// SignInsKept is how many sign-ins of a user are kept; each newer one takes the place of the oldest.
	SignInsKept = 20
	// SignInsLife is how long at most: addresses and browsers are data about people.
	SignInsLife = 90 * 24 * time.Hour
)

// noteSignIn puts a sign-in in the place of the one SignInsKept before it, in one statement, as long as the user is
// the one whose password was checked. Places are numbered round; where another sign-in of the same user took the
// place at the same moment, nothing changes.
const noteSignIn = `INSERT INTO sign_ins (user_id, place, number, at, mode, address, user_agent) SELECT CAST(? AS BIGINT), (coalesce(max(number), 0) + 1) % ?, coalesce(max(number), 0) + 1, CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT) FROM sign_ins WHERE user_id = ? HAVING EXISTS (` + unchangedUser + `) ON CONFLICT (user_id, place) DO UPDATE SET number = excluded.number, at = excluded.at, mode = excluded.mode, address = excluded.address, user_agent = excluded.user_agent WHERE sign_ins.number < excluded.number`

// unchangedUser finds a user who may still come in by the password that was checked.
const unchangedUser = `SELECT u.id FROM users u WHERE u.id = ? AND u.active AND u.token_version = ?`

// NoteSignIn adds a sign-in to the list of the user's last ones. It is to come after all that the sign-in stores and
// before anything is given out. A user who is gone, has been kept out or has another password since u was read is
// ErrChanged: whoever changed that had not seen this sign-in, or had ended it already.
func (db *DB) NoteSignIn(ctx context.Context, u User, s SignIn) error {
	for {
		n, err := db.change(ctx, "note-sign-in", noteSignIn, u.ID, int64(SignInsKept), s.At, s.Mode, s.Address, s.UserAgent, u.ID, u.ID, u.TokenVersion)
		if err != nil || n > 0 {
			return err
		}
		if err := db.one(ctx, "check-user", unchangedUser, []any{u.ID, u.TokenVersion}, new(int64)); errors.Is(err, ErrNotFound) {
			return ErrChanged
		} else if err != nil {
			return err
		}
	}
}

// Account returns a user, without the password's hash, and the user's last sign-ins, the latest first, in one
// statement. A user who is gone is ErrNotFound.
func (db *DB) Account(ctx context.Context, userID int64, now time.Time) (User, []SignIn, error) {
	var (
		u    User
		list []SignIn
	)
	const query = `SELECT ` + userColumns + `, s.at, s.mode, s.address, s.user_agent FROM users u LEFT JOIN sign_ins s ON s.user_id = u.id AND s.at > ? WHERE u.id = ? ORDER BY s.number DESC`
	err := db.many(ctx, "show-account", query, []any{micros(now.Add(-SignInsLife)), userID}, func(rows *sql.Rows) error {
		var (
			at                   sql.NullInt64
			mode, address, agent sql.NullString
		)
		if err := rows.Scan(append(u.fields(), &at, &mode, &address, &agent)...); err != nil {
			return err
		}
		if at.Valid {
			list = append(list, SignIn{fromMicros(at.Int64), mode.String, address.String, agent.String})
		}
		return nil
	})
	if err == nil && u.ID == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return User{}, nil, err
	}
	return u, list, nil
}

func (db *DB) oldSignIns(ctx context.Context, now int64, batch int) (int64, error) {
	return db.change(ctx, "clean-up", `DELETE FROM sign_ins WHERE (user_id, place) IN (SELECT user_id, place FROM sign_ins WHERE at <= ? LIMIT ?`+db.locking(skip)+`)`, now-SignInsLife.Microseconds(), batch)
}
