package models

import (
	"context"
	"database/sql/driver"
	"fmt"
	"regexp"
	"slices"

	"twodoors/models/sqltrace"
)

// BusyRetry is what opens SQLite's connections.
func BusyRetry(c driver.Connector) driver.Connector { return busyRetryConnector{c} }

// Translate gives an error of a driver its kind.
func Translate(err error) error { return translate(err) }

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

// VersionWithoutID is the last version of the tables in which a database had no id.
func VersionWithoutID() int { return 1 + slices.Index(steps(), installation) }

// Undo are the statements that take the tables back to a version: tables and columns of later ones go.
func Undo(version int) (list []string) {
	for _, step := range slices.Backward(steps()[version-1:]) {
		for _, found := range regexp.MustCompile(`CREATE TABLE (\w+)`).FindAllStringSubmatch(step, -1) {
			list = append(list, `DROP TABLE `+found[1])
		}
		for _, found := range regexp.MustCompile(`CREATE INDEX (\w+)`).FindAllStringSubmatch(step, -1) {
			list = append(list, `DROP INDEX IF EXISTS `+found[1]) // those of a table above have gone with it
		}
		for _, found := range regexp.MustCompile(`ALTER TABLE (\w+) ADD COLUMN (\w+)`).FindAllStringSubmatch(step, -1) {
			list = append(list, `ALTER TABLE `+found[1]+` DROP COLUMN `+found[2])
		}
	}
	return append(list, fmt.Sprintf(`UPDATE schema_versions SET version = %d`, version))
}

// CleanupKey is the advisory lock of the clean-up.
const CleanupKey = int64(cleanupKey)

// DrawIDs has the ids of users and teams come from a list, over and over.
func (db *DB) DrawIDs(ids ...int64) {
	next := 0
	db.newID = func() int64 { next++; return ids[(next-1)%len(ids)] }
}

// AdvisoryLocks is how many advisory locks PostgreSQL holds for connections to this database.
func (db *DB) AdvisoryLocks(ctx context.Context) (n int, err error) {
	ctx = sqltrace.Background(ctx)
	err = db.one(ctx, "locks", `SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = current_database()`, nil, &n)
	return n, err
}

// StatementTimeout is how long PostgreSQL lets a statement of this program take.
func (db *DB) StatementTimeout(ctx context.Context) (limit string, err error) {
	err = db.one(sqltrace.Background(ctx), "limit", `SELECT current_setting('statement_timeout')`, nil, &limit)
	return limit, err
}
