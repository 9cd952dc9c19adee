package models

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gorm.io/gorm"
)

// LimitedToken is an access token that a member issued for a script. It is a family of its own without any
// refresh token: whatever lists, ends and denies sign-ins does so with it too. Its ExpiresAt is the token's own.
type LimitedToken struct {
	Family
	Name  string // what the member calls it
	Scope string // what it allows, separated by spaces
}

// CarrierScript is the carrier of such a family: the token is wherever its script keeps it.
const CarrierScript = "script"

// LimitedTokensKept is how many of a user's limited tokens may stand at the same time.
const LimitedTokensKept = 20

// ErrTooMany is a limited token beyond LimitedTokensKept.
var ErrTooMany = errors.New("too many limited tokens")

// limitedTokens keeps what a family of that kind has beside the others. The token itself is not kept.
const limitedTokens = `
CREATE TABLE limited_tokens (
	family_id BIGINT NOT NULL PRIMARY KEY REFERENCES token_families (id) ON DELETE CASCADE,
	name      TEXT   NOT NULL,
	scope     TEXT   NOT NULL
);
`

// tokenIssuers keeps the sign-in that a limited token ends with; 0 for one that was issued with the password, which ends
// by itself.
const tokenIssuers = `
ALTER TABLE limited_tokens ADD COLUMN issued_by BIGINT NOT NULL DEFAULT 0;
CREATE INDEX limited_tokens_issued_by ON limited_tokens (issued_by);
`

// Issuer is the sign-in that issues a limited token, as it was when the request was let in.
type Issuer struct {
	Family  int64
	Version int64 // of the user's password
	// Outlived says that the token may go on when the sign-in has ended.
	Outlived bool
}

// endsWith is the sign-in that the token ends with.
func (by Issuer) endsWith() int64 {
	if by.Outlived {
		return 0
	}
	return by.Family
}

// CreateLimitedToken stores that a limited token was issued. A user who has LimitedTokensKept already is ErrTooMany.
// ErrChanged is an issuer who is no longer signed in, is kept out or has another password: what ended that had no
// limited token to end. The user's row is locked, so that a change comes before, or sees this token.
func (db *DB) CreateLimitedToken(ctx context.Context, by Issuer, t LimitedToken) error {
	t.Carrier, t.AccessEnds = CarrierScript, t.ExpiresAt
	return db.transaction(ctx, "create-limited-token", func(tx *gorm.DB) error {
		var standing int
		const count = `SELECT (SELECT count(*) FROM token_families f WHERE f.user_id = u.id AND f.carrier = '` + CarrierScript + `' AND f.ended_at = 0 AND f.expires_at > ?) FROM users u WHERE u.id = ? AND u.active AND u.token_version = ? AND EXISTS (SELECT 1 FROM token_families i WHERE i.id = ? AND i.user_id = u.id AND i.ended_at = 0)`
		err := scanOne(tx.Raw(count+db.locking("FOR UPDATE OF u"), t.CreatedAt, t.UserID, by.Version, by.Family), &standing)
		if errors.Is(err, ErrNotFound) {
			return ErrChanged
		}
		if err != nil {
			return err
		}
		if standing >= LimitedTokensKept {
			return ErrTooMany
		}
		if err := insertFamily(tx, t.Family); err != nil {
			return err
		}
		_, err = exec(tx, `INSERT INTO limited_tokens (family_id, name, scope, issued_by) VALUES (?, ?, ?, ?)`, t.ID, t.Name, t.Scope, by.endsWith())
		return err
	})
}

// LimitedTokens returns a user's limited tokens that have not expired, the newest first. Those that were revoked
// are among them: where nobody asks, they still work.
func (db *DB) LimitedTokens(ctx context.Context, userID int64, now time.Time) ([]LimitedToken, error) {
	var list []LimitedToken
	const query = `SELECT ` + familyColumns + `, l.name, l.scope FROM token_families f JOIN limited_tokens l ON l.family_id = f.id WHERE f.user_id = ? AND f.expires_at > ? ORDER BY f.created_at DESC, f.id`
	err := db.many(ctx, "list-limited-tokens", query, []any{userID, micros(now)}, func(rows *sql.Rows) error {
		var t LimitedToken
		err := rows.Scan(append(t.fields(), &t.Name, &t.Scope)...)
		list = append(list, t)
		return err
	})
	return list, err
}

// EndLimitedToken revokes one of a user's limited tokens and denies it until its own end (see EndFamily). Any
// other family is ErrNotFound.
func (db *DB) EndLimitedToken(ctx context.Context, id, userID int64, reason string, now time.Time, leeway time.Duration) error {
	return db.transaction(ctx, "end-limited-token", func(tx *gorm.DB) error {
		const query = endFamily + ` WHERE id = ? AND user_id = ? AND carrier = '` + CarrierScript + `'`
		if err := some(exec(tx, query, micros(now), reason, id, userID)); err != nil {
			return err
		}
		return deny(tx, leeway, `id = ?`, id)
	})
}
