package models

import "context"

// FillSessions stores n sessions like s, made by the database itself: with devices from s.DeviceID on, eight apart, and
// hashes that begin with the device and go on at random. It returns the hash of one of them, and is for measuring what
// a table costs that is larger than a lesson could sign in.
//
// Such hashes rise, so that every row goes to the table's end. Wholly random ones would change nearly every page with
// each statement, and a database in memory keeps what pages were before, until the statement is done.
func (db *DB) FillSessions(ctx context.Context, s Session, n int) (hash [32]byte, err error) {
	into := `INSERT INTO sessions (id_hash, device_id, user_id, created_at, last_seen, idle_seconds, expires_at, user_agent, address, remember) `
	values := `, device, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BOOLEAN) FROM n`
	query := `WITH RECURSIVE n (device, past) AS (SELECT CAST(? AS BIGINT), CAST(? AS BIGINT) UNION ALL SELECT device + 8, past FROM n WHERE device + 8 < past) ` + into +
		`SELECT CAST(printf('%016x', device) || randomblob(16) AS BLOB)` + values
	if db.dialect == dialectPostgres {
		query = `WITH n (device) AS (SELECT generate_series(CAST(? AS BIGINT), CAST(? AS BIGINT) - 1, 8)) ` + into +
			`SELECT convert_to(lpad(to_hex(device), 16, '0'), 'UTF8') || substr(sha256(convert_to(random()::text, 'UTF8')), 17)` + values
	}
	_, err = db.change(ctx, "fill-sessions", query, s.DeviceID, s.DeviceID+8*int64(n), s.UserID, s.CreatedAt, s.LastSeen,
		int64(s.Idle.Seconds()), s.ExpiresAt, s.UserAgent, s.Address, s.Remember)
	if err != nil {
		return hash, err
	}
	var found []byte
	err = db.one(ctx, "find-any-session", `SELECT id_hash FROM sessions WHERE device_id = ?`, []any{s.DeviceID}, &found)
	copy(hash[:], found)
	return hash, err
}
