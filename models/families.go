package models

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Family is a sign-in that lives by refresh tokens: the first one and all that were
// exchanged for it. Its id is the device id that the user sees, and the sid that
// its access tokens carry.
type Family struct {
	ID, UserID          int64
	CreatedAt, LastSeen Time
	ExpiresAt           Time // the absolute end, however often it is refreshed
	EndedAt             Time // zero while alive
	EndReason           string
	AccessEnds          Time // when the last access token that was issued for it ends, by whatever settings it was issued
	Remember            bool
	Carrier             string // cookie or header
	UserAgent, Address  string
	// Most is how many families the user may have with this one, those of limited tokens left out, 0 for any number: one
	// more is ErrFull. It is not stored.
	Most int
	// Label is what a limited token is called; FamiliesOfUser alone fills it.
	Label string
}

// accessEnds notes how long a sign-in that is ended must be denied: what the settings say later does not tell. Access
// tokens from before it are refused in any case, for they name no database.
const accessEnds = `
ALTER TABLE token_families ADD COLUMN access_ends BIGINT NOT NULL DEFAULT 0;
`

const familyNames = `id, user_id, created_at, last_seen, expires_at, ended_at, end_reason, access_ends, remember, carrier, user_agent, address`

// familyColumns are familyNames where other tables are joined.
const familyColumns = `f.id, f.user_id, f.created_at, f.last_seen, f.expires_at, f.ended_at, f.end_reason, f.access_ends, f.remember, f.carrier, f.user_agent, f.address`

func (f *Family) fields() []any {
	return []any{&f.ID, &f.UserID, &f.CreatedAt, &f.LastSeen, &f.ExpiresAt, &f.EndedAt, &f.EndReason, &f.AccessEnds, &f.Remember, &f.Carrier, &f.UserAgent, &f.Address}
}

// CreateFamily stores a sign-in with its first refresh token. An id or hash that
// exists is ErrTaken, a user who is gone ErrNotFound, one who has f.Most families already ErrFull.
func (db *DB) CreateFamily(ctx context.Context, f Family, tokenHash [32]byte) error {
	return db.ReplaceFamilies(ctx, nil, 0, f, tokenHash)
}

// ReasonReplaced is the end reason of a family whose browser signed in anew.
const ReasonReplaced = "replaced"

// ReplaceFamilies is CreateFamily for a browser that had sign-ins already: it ends and
// denies them (see EndFamily) in the same transaction. One that has ended keeps its end.
func (db *DB) ReplaceFamilies(ctx context.Context, old []int64, leeway time.Duration, f Family, tokenHash [32]byte) error {
	return db.transaction(ctx, "create-family", func(tx *gorm.DB) error {
		for _, id := range old {
			ended, err := exec(tx, endFamily+` WHERE `+signIn+` AND ended_at = 0`, f.CreatedAt, ReasonReplaced, id, id)
			if err == nil && ended > 0 {
				err = deny(tx, leeway, signIn, id, id)
			}
			if err != nil {
				return err
			}
		}
		if err := insertFamily(tx, f); err != nil {
			return err
		}
		return insertToken(tx, tokenHash, f.ID, nil, micros(f.CreatedAt.Time))
	})
}

func insertFamily(tx *gorm.DB, f Family) error {
	query := `INSERT INTO token_families (` + familyNames + `) SELECT CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BOOLEAN), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT)`
	args := []any{f.ID, f.UserID, f.CreatedAt, f.LastSeen, f.ExpiresAt, f.EndedAt, f.EndReason, f.AccessEnds, f.Remember, f.Carrier, f.UserAgent, f.Address}
	if f.Most > 0 {
		query += ` WHERE (SELECT count(*) FROM token_families f WHERE f.user_id = ? AND f.ended_at = 0 AND f.expires_at > ? AND f.carrier <> '` + CarrierScript + `') < ?`
		args = append(args, f.UserID, f.CreatedAt, f.Most)
	}
	return full(exec(tx, query, args...))
}

// EndFamily ends a sign-in and puts it on the denylist until the last of its access
// tokens has expired, and for the leeway after it that such a token is accepted for.
// Ending it again changes nothing. userID 0 is any user;
// a family that is unknown or another user's is ErrNotFound.
func (db *DB) EndFamily(ctx context.Context, id, userID int64, reason string, now time.Time, leeway time.Duration) error {
	return db.transaction(ctx, "end-family", func(tx *gorm.DB) error {
		query, args := endFamily+` WHERE `+signIn, []any{micros(now), reason, id, id}
		if userID != 0 {
			query += ` AND user_id = ?`
			args = append(args, userID)
		}
		if err := some(exec(tx, query, args...)); err != nil {
			return err
		}
		return deny(tx, leeway, signIn, id, id)
	})
}

// signIn are the rows of one sign-in: its family, and the limited tokens that end with it.
const signIn = `(id = ? OR id IN (SELECT family_id FROM limited_tokens WHERE issued_by = ?))`

// endFamily keeps the first end and its reason.
const endFamily = `UPDATE token_families SET ended_at = CASE ended_at WHEN 0 THEN ? ELSE ended_at END, end_reason = CASE ended_at WHEN 0 THEN ? ELSE end_reason END`

// EndFamilyByToken is EndFamily for a sign-out that presents nothing but a refresh
// token, used or not (RFC 7009). An unknown token is ErrNotFound.
func (db *DB) EndFamilyByToken(ctx context.Context, hash [32]byte, reason string, now time.Time, leeway time.Duration) error {
	return db.transaction(ctx, "end-family", func(tx *gorm.DB) error {
		const query = endFamily + ` WHERE id IN (SELECT family_id FROM refresh_tokens WHERE hash = ?
			UNION SELECT l.family_id FROM refresh_tokens r JOIN limited_tokens l ON l.issued_by = r.family_id WHERE r.hash = ?) RETURNING id`
		var ended []any
		err := scanAll(tx.Raw(query, micros(now), reason, blob(hash[:]), blob(hash[:])), func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			ended = append(ended, id)
			return err
		})
		if err != nil {
			return err
		}
		if len(ended) == 0 {
			return ErrNotFound
		}
		return deny(tx, leeway, `id IN (?`+strings.Repeat(`, ?`, len(ended)-1)+`)`, ended...)
	})
}

// EndOtherFamilies ends and denies all of a user's families but one and returns how
// many it ended; with keep 0 it ends all.
func (db *DB) EndOtherFamilies(ctx context.Context, userID, keep int64, reason string, now time.Time, leeway time.Duration) (ended int64, err error) {
	err = db.transaction(ctx, "end-other-families", func(tx *gorm.DB) error {
		ended, err = exec(tx, `UPDATE token_families SET ended_at = ?, end_reason = ? WHERE user_id = ? AND id <> ? AND ended_at = 0`, micros(now), reason, userID, keep)
		if err != nil || ended == 0 {
			return err
		}
		return deny(tx, leeway, `user_id = ? AND id <> ? AND ended_at = ?`, userID, keep, micros(now))
	})
	return ended, err
}

// keepLater lets the later of two denials stand.
const keepLater = ` ON CONFLICT (sid) DO UPDATE SET expires_at = excluded.expires_at WHERE excluded.expires_at > denylist.expires_at`

// deny puts families on the denylist until the end of their last access tokens, and the leeway after it.
func deny(tx *gorm.DB, leeway time.Duration, where string, args ...any) error {
	const query = `INSERT INTO denylist (sid, expires_at) SELECT id, access_ends + CAST(? AS BIGINT) FROM token_families WHERE `
	_, err := exec(tx, query+where+keepLater, append([]any{leeway.Microseconds()}, args...)...)
	return err
}

// FamiliesOfUser returns a user's families that are alive, the last seen first.
func (db *DB) FamiliesOfUser(ctx context.Context, userID int64, now time.Time) ([]Family, error) {
	var list []Family
	query := `SELECT ` + familyColumns + `, coalesce(l.name, '') FROM token_families f LEFT JOIN limited_tokens l ON l.family_id = f.id WHERE f.user_id = ? AND f.ended_at = 0 AND f.expires_at > ? ORDER BY f.last_seen DESC, f.id`
	err := db.many(ctx, "list-families", query, []any{userID, micros(now)}, func(rows *sql.Rows) error {
		var f Family
		err := rows.Scan(append(f.fields(), &f.Label)...)
		list = append(list, f)
		return err
	})
	return list, err
}

// UserForToken returns the user of an access token, without the password's hash, as
// they are now, in one statement. A demo account that is over comes back not active.
// With withDenylist it also tells whether the token's sign-in, sid, has been ended.
// A user who is gone is ErrNotFound.
func (db *DB) UserForToken(ctx context.Context, userID, sid int64, withDenylist bool, now time.Time) (u User, denied bool, err error) {
	if withDenylist {
		const query = `SELECT ` + userColumns + `, d.sid IS NOT NULL FROM users u LEFT JOIN denylist d ON d.sid = ? WHERE u.id = ?`
		err = db.one(ctx, "check-user-and-denylist", query, []any{sid, userID}, append(u.fields(), &denied)...)
	} else {
		err = db.one(ctx, "check-user", `SELECT `+userColumns+` FROM users u WHERE u.id = ?`, []any{userID}, u.fields()...)
	}
	if err != nil {
		return User{}, false, err
	}
	u.Active = u.Active && !u.expired(now)
	return u, denied, nil
}
