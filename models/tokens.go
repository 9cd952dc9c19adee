package models

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"gorm.io/gorm"
)

// Rotation exchanges a refresh token for its successor. Both are known here by
// their SHA-256 alone.
type Rotation struct {
	Presented, Successor [32]byte
	// Sealed is the successor itself, encrypted under a key derived from the token
	// presented, so that whoever presents that token again within Grace gets the
	// same one, and the database alone yields it to nobody.
	Sealed     []byte
	Now        time.Time
	Grace      time.Duration // 0: every second use is reuse
	AccessEnds time.Time     // the end of the access token that goes with the successor
	Leeway     time.Duration // how long after its end an access token is accepted: see EndFamily
}

// Rotated is what a refresh token was good for.
type Rotated struct {
	Family Family
	User   User   // without the password's hash
	Retry  bool   // presented again within the grace: nothing was exchanged
	Sealed []byte // on Retry: what the first use sealed
}

// ReasonReuse is the end reason of a family whose token was used twice.
const ReasonReuse = "reuse"

// presented is a refresh token as it was found.
type presented struct {
	parent, sealed  []byte
	usedAt          Time
	successorUsedAt sql.NullInt64 // NULL: no successor
}

// Rotate exchanges a refresh token, in one transaction (RFC 9700, 4.14.2). However
// many present the same token at once, one exchanges it; the others are a retry
// within the grace, and reuse after it.
//
// ErrNotFound is an unknown token. ErrEnded is a family that is over or has been
// ended, or whose user is not active or gone. ErrReuse is a token used before: its
// family has been ended and denied when Rotate returns, and Rotated names it.
func (db *DB) Rotate(ctx context.Context, r Rotation) (Rotated, error) {
	var (
		out    Rotated
		reused bool
	)
	err := db.transaction(ctx, "rotate-token", func(tx *gorm.DB) error {
		p, err := db.present(tx, r, &out)
		if err != nil {
			return err
		}
		if p.usedAt.IsZero() {
			won, err := exchange(tx, r, p, &out)
			if err != nil || won {
				return err
			}
			// Another request was faster between the reading and the writing.
			if p, err = db.present(tx, r, &out); err != nil {
				return err
			}
		}
		if within := At(r.Now).Sub(p.usedAt.Time) <= r.Grace; r.Grace > 0 && within && len(p.sealed) > 0 && p.successorUsedAt.Valid && p.successorUsedAt.Int64 == 0 {
			kept, err := retry(tx, r)
			if err != nil {
				return err
			}
			if kept {
				out.Retry, out.Sealed = true, p.sealed
				return nil
			}
		}
		reused = true // returned after the commit: the end of the family must stand
		if _, err := exec(tx, `UPDATE refresh_tokens SET reused_at = ? WHERE hash = ?`, micros(r.Now), blob(r.Presented[:])); err != nil {
			return err
		}
		if _, err := exec(tx, endFamily+` WHERE `+signIn, micros(r.Now), ReasonReuse, out.Family.ID, out.Family.ID); err != nil {
			return err
		}
		return deny(tx, r.Leeway, signIn, out.Family.ID, out.Family.ID)
	})
	switch {
	case err != nil:
		return Rotated{}, err
	case reused:
		out.Family.EndedAt, out.Family.EndReason = At(r.Now), ReasonReuse
		return out, ErrReuse
	}
	return out, nil
}

// present reads the token with its family and user and locks the family: a rotation
// and the family's end happen one after the other.
func (db *DB) present(tx *gorm.DB, r Rotation, out *Rotated) (presented, error) {
	var p presented
	const query = `SELECT t.parent_hash, t.used_at, t.sealed_successor, n.used_at, ` + familyColumns + `, ` + userColumns + ` FROM refresh_tokens t JOIN token_families f ON f.id = t.family_id JOIN users u ON u.id = f.user_id LEFT JOIN refresh_tokens n ON n.hash = t.successor_hash WHERE t.hash = ?`
	dest := append([]any{&p.parent, &p.usedAt, &p.sealed, &p.successorUsedAt}, append(out.Family.fields(), out.User.fields()...)...)
	if err := scanOne(tx.Raw(query+db.locking("FOR UPDATE OF f"), blob(r.Presented[:])), dest...); err != nil {
		return presented{}, err
	}
	if f, u := out.Family, out.User; !f.EndedAt.IsZero() || !f.ExpiresAt.After(At(r.Now).Time) || !u.Active || u.expired(r.Now) {
		return presented{}, ErrEnded
	}
	return p, nil
}

// exchange marks the token used, if it still is not, and stores its successor.
func exchange(tx *gorm.DB, r Rotation, p presented, out *Rotated) (won bool, err error) {
	now := micros(r.Now)
	n, err := exec(tx, `UPDATE refresh_tokens SET used_at = ?, successor_hash = ?, sealed_successor = ? WHERE hash = ? AND used_at = 0`, now, blob(r.Successor[:]), blob(r.Sealed), blob(r.Presented[:]))
	if err != nil || n == 0 {
		return false, err
	}
	if err := insertToken(tx, r.Successor, out.Family.ID, r.Presented[:], now); err != nil {
		return false, err
	}
	if len(p.parent) > 0 {
		// The token presented has arrived, so its parent's copy of it is not needed.
		if _, err := exec(tx, `UPDATE refresh_tokens SET sealed_successor = NULL WHERE hash = ?`, blob(p.parent)); err != nil {
			return false, err
		}
	}
	out.Family.LastSeen, out.Family.AccessEnds = At(r.Now), later(out.Family.AccessEnds, At(r.AccessEnds))
	_, err = exec(tx, `UPDATE token_families SET last_seen = ?, access_ends = ? WHERE id = ?`, now, out.Family.AccessEnds, out.Family.ID)
	return err == nil, err
}

// retry counts a retry in the token's row, as long as its successor's copy is there. The question goes with the
// writing: while this transaction waited for the family, the successor may have been used after all, and
// PostgreSQL would still show the row as it was before the wait.
func retry(tx *gorm.DB, r Rotation) (kept bool, err error) {
	n, err := exec(tx, `UPDATE refresh_tokens SET retries = retries + 1, retried_at = ? WHERE hash = ? AND sealed_successor IS NOT NULL`, micros(r.Now), blob(r.Presented[:]))
	return n > 0, err
}

func insertToken(tx *gorm.DB, hash [32]byte, family int64, parent []byte, issued int64) error {
	_, err := exec(tx, `INSERT INTO refresh_tokens (hash, family_id, parent_hash, issued_at, used_at) VALUES (?, ?, ?, ?, 0)`, blob(hash[:]), family, blob(parent), issued)
	return err
}

// RenewFamily gives a family a new refresh token and makes every other one void, as
// after a change of password, and returns it. accessEnds is the end of the access
// token that goes with it. A family that is gone or ended is ErrNotFound.
func (db *DB) RenewFamily(ctx context.Context, id int64, newToken [32]byte, now, accessEnds time.Time) (f Family, err error) {
	err = db.transaction(ctx, "renew-family", func(tx *gorm.DB) error {
		const alive = `UPDATE token_families SET last_seen = ?, access_ends = CASE WHEN access_ends < ? THEN ? ELSE access_ends END WHERE id = ? AND ended_at = 0 AND expires_at > ? RETURNING ` + familyNames
		if err := scanOne(tx.Raw(alive, micros(now), micros(accessEnds), micros(accessEnds), id, micros(now)), f.fields()...); err != nil {
			return err
		}
		if _, err := exec(tx, `UPDATE refresh_tokens SET used_at = CASE used_at WHEN 0 THEN CAST(? AS BIGINT) ELSE used_at END, sealed_successor = NULL WHERE family_id = ? AND (used_at = 0 OR sealed_successor IS NOT NULL)`, micros(now), id); err != nil {
			return err
		}
		return insertToken(tx, newToken, id, nil, micros(now))
	})
	if err != nil {
		return Family{}, err
	}
	return f, nil
}

// UsedTokens are a family's refresh tokens that have been used and are kept, so that one that comes again is
// noticed. Bytes counts their stored values as Size does.
type UsedTokens struct{ Count, Bytes int }

// FamilyRows returns what is stored of a family, to be shown: its row, the row of
// its unused refresh token (nil if there is none; each that follows makes the one
// before it used, so there are never two), and the used ones that are kept beside
// it, all in one statement. ErrNotFound if there is no such family.
func (db *DB) FamilyRows(ctx context.Context, id int64) (family, token []Column, used UsedTokens, err error) {
	g, cancel, err := db.reading(ctx, "show-family")
	if err != nil {
		return nil, nil, UsedTokens{}, err
	}
	defer cancel()
	// What is counted comes first and is one row whatever there is, so that SQLite needs no table of its own for it.
	const query = `SELECT ` + familyColumns + `, t.hash, t.family_id, t.parent_hash, t.issued_at, t.used_at, t.successor_hash, t.sealed_successor, t.retries, t.retried_at, t.reused_at, o.kept, o.length FROM (SELECT count(*) AS kept, CAST(coalesce(sum(` + refreshTokenLength + `), 0) AS BIGINT) AS length FROM refresh_tokens WHERE family_id = ? AND used_at <> 0) o CROSS JOIN token_families f LEFT JOIN refresh_tokens t ON t.family_id = f.id AND t.used_at = 0 WHERE f.id = ?`
	list, err := columns(db.ready(g, query, id, id))
	if err != nil {
		return nil, nil, UsedTokens{}, err
	}
	const familyWidth = 12
	last := len(list) - 2
	family, token = list[:familyWidth:familyWidth], list[familyWidth:last]
	if token[0].Bytes == 0 { // the key is NULL: nothing was joined
		token = nil
	}
	var badCount, badBytes error
	used.Count, badCount = strconv.Atoi(list[last].Value)
	used.Bytes, badBytes = strconv.Atoi(list[last+1].Value)
	return family, token, used, errors.Join(badCount, badBytes)
}
