package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// UserToken is a user's opaque token, one for all of their sign-ins. The token itself
// never comes this far: the row is found by its SHA-256.
type UserToken struct {
	UserID    int64
	Version   int64 // rises each time the token is replaced or revoked, by random steps (see versionStep)
	Hash      []byte
	CreatedAt Time // when this version was first given out
}

// Standing reports whether anything can sign in by the token.
func (t UserToken) Standing() bool { return len(t.Hash) > 0 }

const userTokenColumns = `t.user_id, t.version, t.token_hash, t.created_at`

func (t *UserToken) fields() []any { return []any{&t.UserID, &t.Version, &t.Hash, &t.CreatedAt} }

// TokenOfUser returns the row of a user's token, standing or not. ErrNotFound is a
// user who never had one.
func (db *DB) TokenOfUser(ctx context.Context, userID int64) (UserToken, error) {
	var t UserToken
	if err := db.one(ctx, "find-user-token", `SELECT `+userTokenColumns+` FROM user_tokens t WHERE t.user_id = ?`, []any{userID}, t.fields()...); err != nil {
		return UserToken{}, err
	}
	return t, nil
}

// StoreToken keeps the hash of a version of a user's token. Storing the same again is
// no error. ErrTaken is a row whose version is another meanwhile: the token has been
// replaced. A user who is gone is ErrNotFound.
func (db *DB) StoreToken(ctx context.Context, userID, version int64, hash [32]byte, now time.Time) error {
	n, err := db.change(ctx, "store-token", `INSERT INTO user_tokens (user_id, version, token_hash, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at WHERE user_tokens.version = excluded.version`, userID, version, blob(hash[:]), micros(now))
	if err == nil && n == 0 {
		return ErrTaken
	}
	return err
}

// ReplaceToken makes a user's token void and stores the next one, in one transaction.
// hash makes the next one's hash of its version. ErrNotFound is a user who never had one.
func (db *DB) ReplaceToken(ctx context.Context, userID int64, hash func(version int64) [32]byte, now time.Time) (version int64, err error) {
	err = db.transaction(ctx, "replace-token", func(tx *gorm.DB) error {
		if err := scanOne(tx.Raw(`UPDATE user_tokens SET version = version + ? WHERE user_id = ? RETURNING version`, versionStep(), userID), &version); err != nil {
			return err
		}
		next := hash(version)
		_, err := exec(tx, `UPDATE user_tokens SET token_hash = ?, created_at = ? WHERE user_id = ?`, blob(next[:]), micros(now), userID)
		return err
	})
	if err != nil {
		return 0, err
	}
	return version, nil
}

// RevokeToken makes a user's token void, so that every device is out, and reports how
// many tokens that ended: 1 or 0.
func (db *DB) RevokeToken(ctx context.Context, userID int64) (int64, error) {
	return db.change(ctx, "revoke-token", `UPDATE user_tokens SET version = version + ?, token_hash = NULL WHERE user_id = ? AND token_hash IS NOT NULL`, versionStep(), userID)
}

// FindToken returns the row of a token and its user, without the password's hash, in
// one statement. The user may not be active; a demo account that is over comes back so.
// ErrNotFound is a token that is unknown or has been replaced.
func (db *DB) FindToken(ctx context.Context, hash [32]byte, now time.Time) (UserToken, User, error) {
	var (
		t UserToken
		u User
	)
	const query = `SELECT ` + userTokenColumns + `, ` + userColumns + ` FROM user_tokens t JOIN users u ON u.id = t.user_id WHERE t.token_hash = ?`
	if err := db.one(ctx, "find-token", query, []any{blob(hash[:])}, append(t.fields(), u.fields()...)...); err != nil {
		return UserToken{}, User{}, err
	}
	u.Active = u.Active && !u.expired(now)
	return t, u, nil
}

// TokenRow returns the stored row as it is, to be shown. ErrNotFound if there is none.
func (db *DB) TokenRow(ctx context.Context, userID int64) ([]Column, error) {
	g, cancel, err := db.reading(ctx, "show-token")
	if err != nil {
		return nil, err
	}
	defer cancel()
	return columns(db.ready(g, `SELECT `+userTokenColumns+` FROM user_tokens t WHERE t.user_id = ?`, userID))
}
