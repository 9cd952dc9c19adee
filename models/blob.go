package models

import "database/sql/driver"

// blob is binary data as an argument, none of it as NULL. GORM would take a plain
// []byte after an opening parenthesis for a list, and make 32 arguments of a hash.
type blob []byte

// blobType is the database's type of bytes.
func (db *DB) blobType() string {
	if db.dialect == dialectPostgres {
		return "BYTEA"
	}
	return "BLOB"
}

// Value implements driver.Valuer.
func (b blob) Value() (driver.Value, error) {
	if len(b) == 0 {
		return nil, nil
	}
	return []byte(b), nil
}
