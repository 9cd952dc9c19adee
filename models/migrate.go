package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// lockKey is the advisory lock under which servers that start at once bring the
// same PostgreSQL database up to date, one after the other. Without it most of them
// fail: CREATE TABLE IF NOT EXISTS is not safe against itself there.
const lockKey = 0x74776f646f6f7273 // "twodoors"

// migrate brings the tables up to date. On a database that is so already it costs
// two statements that only read.
func migrate(ctx context.Context, g *gorm.DB, dialect string) error {
	g = g.WithContext(ctx)
	version, err := currentVersion(g, dialect)
	if err != nil {
		return err
	}
	if version > schemaVersion() {
		return fmt.Errorf("database: its tables are of version %d, newer than version %d that this program knows", version, schemaVersion())
	}
	if version == schemaVersion() {
		return nil
	}
	return g.Transaction(func(tx *gorm.DB) error {
		if dialect == dialectPostgres {
			if err := tx.Exec(`SELECT pg_advisory_xact_lock(?)`, int64(lockKey)).Error; err != nil {
				return err
			}
		}
		// Another server may have done it while this one waited.
		version, err := currentVersion(tx, dialect)
		if err != nil || version >= schemaVersion() {
			return err
		}
		return bringUp(tx, dialect, version)
	})
}

// bringUp takes the tables from a version, 0 for none at all, to the newest.
func bringUp(tx *gorm.DB, dialect string, version int) error {
	var list []string
	if version == 0 {
		list = append([]string{`CREATE TABLE schema_versions (version BIGINT NOT NULL PRIMARY KEY)`}, statements(schema, dialect)...)
		version = 1
	}
	for _, step := range steps()[version-1:] {
		list = append(list, statements(step, dialect)...)
	}
	for _, s := range list {
		if err := tx.Exec(s).Error; err != nil {
			return err
		}
	}
	return tx.Exec(`INSERT INTO schema_versions (version) VALUES (?)`, schemaVersion()).Error
}

// currentVersion is 0 for an empty database.
func currentVersion(g *gorm.DB, dialect string) (int, error) {
	exists := `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_versions'`
	if dialect == dialectPostgres {
		// Not to_regclass: it may answer from before the wait for the lock.
		exists = `SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_versions'`
	}
	var n, version int
	if err := scanOne(g.Raw(exists), &n); err != nil || n == 0 {
		return 0, err
	}
	err := scanOne(g.Raw(`SELECT coalesce(max(version), 0) FROM schema_versions`), &version)
	return version, err
}
