package models

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"strings"
)

// CountRowsContaining counts the rows of the tables that keep sign-ins which hold a credential: as it is, decoded, or the
// SHA-256 of either. It reads all of them, and is for a database as small as a lesson's.
func (db *DB) CountRowsContaining(ctx context.Context, credential string) (count int64, err error) {
	secrets := [][]byte{[]byte(credential)}
	if raw, err := base64.RawURLEncoding.DecodeString(credential); err == nil {
		secrets = append(secrets, raw)
	}
	for _, s := range secrets[:len(secrets):len(secrets)] {
		hash := sha256.Sum256(s)
		secrets = append(secrets, hash[:])
	}
	for _, g := range growing {
		err = db.many(ctx, "search-table", `SELECT * FROM `+g.table, nil, func(rows *sql.Rows) error {
			found, err := holds(rows, secrets)
			if found {
				count++
			}
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return count, nil
}

func holds(rows *sql.Rows, secrets [][]byte) (bool, error) {
	names, err := rows.Columns()
	if err != nil {
		return false, err
	}
	values, places := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		places[i] = &values[i]
	}
	if err := rows.Scan(places...); err != nil {
		return false, err
	}
	for _, v := range values {
		for _, s := range secrets {
			switch v := v.(type) {
			case []byte:
				if bytes.Equal(v, s) {
					return true, nil
				}
			case string:
				if strings.Contains(v, string(s)) {
					return true, nil
				}
			}
		}
	}
	return false, nil
}
