package models

import "database/sql/driver"

// blob is binary data as an argument, none of it as NULL. GORM would take a plain
// []byte after an opening parenthesis for a list, and make 32 arguments of a hash.
type blob []byte

// Value implements driver.Valuer.
func (b blob) Value() (driver.Value, error) {
	if len(b) == 0 {
		return nil, nil
	}
	return []byte(b), nil
}
