package models

import (
	"context"
	"database/sql"
	"strings"
)

// Size is what a table holds.
type Size struct {
	Table string
	Rows  int64
	Bytes int64 // of the stored values: 8 for a number, 1 for a truth value; no indexes, no free space
}

// refreshTokenLength is the length of a refresh token's values, as SQL.
const refreshTokenLength = "6 * 8 + octet_length(hash) + coalesce(octet_length(parent_hash), 0) + coalesce(octet_length(successor_hash), 0) + coalesce(octet_length(sealed_successor), 0)"

// growing are the tables that grow with who is signed in, each with the length of a row's values.
var growing = [...]struct{ table, length string }{
	{"sessions", "6 * 8 + 1 + octet_length(id_hash) + octet_length(user_agent) + octet_length(address)"},
	{"token_families", "7 * 8 + 1 + octet_length(end_reason) + octet_length(carrier) + octet_length(user_agent) + octet_length(address)"},
	{"refresh_tokens", refreshTokenLength},
	{"denylist", "2 * 8"},
	{"user_tokens", "3 * 8 + coalesce(octet_length(token_hash), 0)"},
}

// Sizes returns what the tables hold that grow with who is signed in, in one statement.
func (db *DB) Sizes(ctx context.Context) ([]Size, error) {
	parts := make([]string, len(growing))
	for i, g := range growing {
		parts[i] = `SELECT '` + g.table + `', count(*), CAST(coalesce(sum(` + g.length + `), 0) AS BIGINT) FROM ` + g.table
	}
	var list []Size
	err := db.many(ctx, "measure-tables", strings.Join(parts, ` UNION ALL `), nil, func(rows *sql.Rows) error {
		var s Size
		err := rows.Scan(&s.Table, &s.Rows, &s.Bytes)
		list = append(list, s)
		return err
	})
	return list, err
}
