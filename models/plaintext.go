package models

import (
	"context"
	"database/sql"

	"twodoors/models/sqltrace"
)

// StorePlaintext stores a credential as it is, in a table that exists for this alone: as some frameworks keep tokens,
// and this one does not. It is for an experiment, on a database that is thrown away.
func (db *DB) StorePlaintext(ctx context.Context, kind, value string) error {
	g := db.write.WithContext(sqltrace.Background(ctx))
	if _, err := exec(g, `CREATE TABLE IF NOT EXISTS kept_in_the_clear (kind TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)`); err != nil {
		return err
	}
	_, err := exec(g, `INSERT INTO kept_in_the_clear (kind, value) VALUES (?, ?)`, kind, value)
	return err
}

// ReadPlaintext reads what StorePlaintext stored, as whoever sees the table does: every kind with its value.
func (db *DB) ReadPlaintext(ctx context.Context) (map[string]string, error) {
	kept := map[string]string{}
	q := db.read.WithContext(sqltrace.Background(ctx)).Raw(`SELECT kind, value FROM kept_in_the_clear`)
	err := scanAll(q, func(rows *sql.Rows) error {
		var kind, value string
		if err := rows.Scan(&kind, &value); err != nil {
			return err
		}
		kept[kind] = value
		return nil
	})
	return kept, err
}
