package models

import (
	"context"
	"database/sql/driver"
	"fmt"
	"regexp"

	"twodoors/models/sqltrace"
)

// Patient is what opens SQLite's connections.
func Patient(c driver.Connector) driver.Connector { return patient{c} }

// LimitPages lets an SQLite database grow by no more than a few pages.
func (db *DB) LimitPages() error {
	g := db.write.WithContext(sqltrace.Background(context.Background()))
	var pages int
	if err := scanOne(g.Raw(`PRAGMA page_count`), &pages); err != nil {
		return err
	}
	return scanOne(g.Raw(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+2)), &pages)
}

// PlannedRows is how many sessions PostgreSQL plans with; elsewhere how many there are.
func (db *DB) PlannedRows(ctx context.Context) (n int64, err error) {
	query := `SELECT count(*) FROM sessions`
	if db.dialect == dialectPostgres {
		query = `SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = to_regclass('sessions')`
	}
	err = db.one(ctx, "planned-rows", query, nil, &n)
	return n, err
}

// TablesOfSteps are the tables that later versions added.
func TablesOfSteps() (names []string) {
	for _, step := range steps() {
		for _, found := range regexp.MustCompile(`CREATE TABLE (\w+)`).FindAllStringSubmatch(step, -1) {
			names = append(names, found[1])
		}
	}
	return names
}

// ColumnsOfSteps are the columns that later versions added to older tables: table and column in turn.
func ColumnsOfSteps() (list [][2]string) {
	for _, step := range steps() {
		for _, found := range regexp.MustCompile(`ALTER TABLE (\w+) ADD COLUMN (\w+)`).FindAllStringSubmatch(step, -1) {
			list = append(list, [2]string{found[1], found[2]})
		}
	}
	return list
}

// CleanupKey is the advisory lock of the clean-up.
const CleanupKey = int64(cleanupKey)
