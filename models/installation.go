package models

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// installation gives the database an id of its own. Keys outlive a database: credentials that they signed are bound to
// this id, so that those of a database that was deleted or replaced are good nowhere else. What was given out before
// and says nothing about its database is voided: opaque tokens, which were made of a user's number alone, and limited
// tokens, which nothing renews.
const installation = `
CREATE TABLE installation (
	id TEXT NOT NULL PRIMARY KEY
);
INSERT INTO installation (id) SELECT {random};
UPDATE user_tokens SET version = version + 1, token_hash = NULL WHERE token_hash IS NOT NULL;
DELETE FROM limited_tokens;
DELETE FROM token_families WHERE carrier = 'script';
`

// ID names the database: 16 hexadecimal digits, drawn at random when its tables were made. Every copy of the database
// has the same, another database never has. It is no secret.
func (db *DB) ID() string { return db.id }

// readID reads the id that the tables have.
func readID(ctx context.Context, g *gorm.DB) (id string, err error) {
	err = scanOne(g.WithContext(ctx).Raw(`SELECT id FROM installation`), &id)
	if errors.Is(err, ErrNotFound) {
		err = errors.New("database: the table installation is empty: it must hold the database's own id in one row")
	}
	return id, err
}

// idBits is the length of a random id: below 2^53 that JSON readers keep, with room for the three bits by which a
// device's id says its mode.
const idBits = 50

// newID draws an id for a user or a team. Numbers in turn would be given to somebody else once a backup is restored,
// and credentials of the time after the backup would fit them.
func newID() int64 {
	for {
		var b [8]byte
		rand.Read(b[:]) // never fails
		if id := int64(binary.BigEndian.Uint64(b[:]) >> (64 - idBits)); id != 0 {
			return id
		}
	}
}

// versionStep is by how much a version of a password or an opaque token rises. A step of one would give versions again
// that had been used, once a backup is restored: credentials from after the backup would fit them.
func versionStep() int64 {
	var b [4]byte
	rand.Read(b[:]) // never fails
	return int64(binary.BigEndian.Uint32(b[:])) + 1
}

// errIDTaken is a random id that is in use.
var errIDTaken = fmt.Errorf("id: %w", ErrTaken)

// insert stores n records that have got their ids. One whose id is in use is errIDTaken.
func insert(g *gorm.DB, records any, n int64) error {
	res := g.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoNothing: true}).Create(records)
	if res.Error == nil && res.RowsAffected < n {
		return errIDTaken
	}
	return translate(res.Error)
}

// drawing repeats do, which draws ids, as long as one of them is in use.
func drawing(do func() error) error {
	for {
		if err := do(); !errors.Is(err, errIDTaken) {
			return err
		}
	}
}
