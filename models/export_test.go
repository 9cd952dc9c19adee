package models

import (
	"context"
	"fmt"

	"twodoors/models/sqltrace"
)

// LimitPages lets an SQLite database grow by no more than a few pages.
func (db *DB) LimitPages() error {
	g := db.write.WithContext(sqltrace.Background(context.Background()))
	var pages int
	if err := scanOne(g.Raw(`PRAGMA page_count`), &pages); err != nil {
		return err
	}
	return scanOne(g.Raw(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+2)), &pages)
}
