package models

import (
	"bytes"
	"context"
	"database/sql"
	"slices"
	"time"
)

// RefreshToken is what is kept of one refresh token of a family, and what happened to it. Tokens are known by
// their SHA-256 alone; nil stands for none.
type RefreshToken struct {
	Hash, Parent, Successor []byte
	IssuedAt                Time
	// UsedAt is when it was exchanged, or made void (then there is no Successor); zero: it is still good.
	UsedAt Time
	// Retries counts how often it was presented again within the grace, RetriedAt is the last time.
	Retries   int
	RetriedAt Time
	// ReusedAt is when it was presented again although it had been used: that ended the family.
	ReusedAt Time
}

// FamilyTree is a family with its newest tokens, from parent to successor.
type FamilyTree struct {
	Family
	Tokens []RefreshToken
	Total  int // how many there are, those left out included
}

// FamilyTrees returns what happened to the refresh tokens of a user's families that are not past their absolute
// end, ended ones included, in one statement: at most so many families, those that stand first, and of each at
// most so many tokens, the newest.
func (db *DB) FamilyTrees(ctx context.Context, userID int64, now time.Time, families, tokens int) ([]FamilyTree, error) {
	const query = `WITH f AS (SELECT * FROM token_families WHERE user_id = ? AND expires_at > ? AND carrier <> '` + CarrierScript + `' ORDER BY CASE ended_at WHEN 0 THEN 0 ELSE 1 END, last_seen DESC, id LIMIT ?), t AS (SELECT r.*, row_number() OVER (PARTITION BY r.family_id ORDER BY r.issued_at DESC, CASE r.used_at WHEN 0 THEN 0 ELSE 1 END, r.used_at DESC) AS place, count(*) OVER (PARTITION BY r.family_id) AS total FROM refresh_tokens r WHERE r.family_id IN (SELECT id FROM f)) SELECT ` + familyColumns + `, t.hash, t.parent_hash, t.successor_hash, t.issued_at, t.used_at, t.retries, t.retried_at, t.reused_at, t.total FROM f JOIN t ON t.family_id = f.id AND t.place <= ? ORDER BY CASE f.ended_at WHEN 0 THEN 0 ELSE 1 END, f.last_seen DESC, f.id, t.issued_at`
	var list []FamilyTree
	err := db.many(ctx, "show-family-trees", query, []any{userID, micros(now), families, tokens}, func(rows *sql.Rows) error {
		var (
			f     Family
			t     RefreshToken
			total int
		)
		if err := rows.Scan(append(f.fields(), &t.Hash, &t.Parent, &t.Successor, &t.IssuedAt, &t.UsedAt, &t.Retries, &t.RetriedAt, &t.ReusedAt, &total)...); err != nil {
			return err
		}
		if len(list) == 0 || list[len(list)-1].ID != f.ID {
			list = append(list, FamilyTree{Family: f, Total: total})
		}
		last := &list[len(list)-1]
		last.Tokens = append(last.Tokens, t)
		return nil
	})
	for i := range list {
		list[i].Tokens = inLine(list[i].Tokens)
	}
	return list, err
}

// inLine puts tokens after their parents, also where several were issued in the same moment. A token without a
// parent among them begins a line: the first one of a sign-in, and the one after a change of password.
func inLine(tokens []RefreshToken) []RefreshToken {
	find := func(hash []byte) int {
		return slices.IndexFunc(tokens, func(t RefreshToken) bool { return bytes.Equal(t.Hash, hash) })
	}
	line := make([]RefreshToken, 0, len(tokens))
	for _, t := range tokens {
		if find(t.Parent) >= 0 {
			continue
		}
		line = append(line, t)
		for next := find(t.Successor); next >= 0; next = find(tokens[next].Successor) {
			line = append(line, tokens[next])
		}
	}
	return line
}

// tokenEvents says of each refresh token what happened to it beside being used.
const tokenEvents = `
ALTER TABLE refresh_tokens ADD COLUMN retries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE refresh_tokens ADD COLUMN retried_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE refresh_tokens ADD COLUMN reused_at BIGINT NOT NULL DEFAULT 0;
`
