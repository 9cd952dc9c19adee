package models

import "context"

// FillSessions stores n sessions like s, made by the database itself: with random hashes and with devices from
// s.DeviceID on, eight apart. It returns the hash of one of them, and is for measuring what a table costs that is
// larger than a lesson could sign in.
func (db *DB) FillSessions(ctx context.Context, s Session, n int) (hash [32]byte, err error) {
	into := `INSERT INTO sessions (id_hash, device_id, user_id, created_at, last_seen, idle_seconds, expires_at, user_agent, address, remember) `
	values := `, CAST(? AS BIGINT) + 8 * i, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BOOLEAN) FROM n`
	query := `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < CAST(? AS BIGINT)) ` + into + `SELECT randomblob(32)` + values
	if db.dialect == dialectPostgres {
		query = into + `WITH n (i) AS (SELECT generate_series(0, CAST(? AS BIGINT) - 1)) SELECT sha256(convert_to(random()::text || i, 'UTF8'))` + values
	}
	_, err = db.change(ctx, "fill-sessions", query, n, s.DeviceID, s.UserID, s.CreatedAt, s.LastSeen,
		int64(s.Idle.Seconds()), s.ExpiresAt, s.UserAgent, s.Address, s.Remember)
	if err != nil {
		return hash, err
	}
	var found []byte
	err = db.one(ctx, "find-any-session", `SELECT id_hash FROM sessions WHERE device_id = ?`, []any{s.DeviceID}, &found)
	copy(hash[:], found)
	return hash, err
}
