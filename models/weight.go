package models

import "context"

// Weight is what all tables take on disk, indexes included, in bytes. It belongs to no request where ctx says so.
func (db *DB) Weight(ctx context.Context) (bytes int64, err error) {
	query := `SELECT (page_count - freelist_count) * page_size FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`
	if db.dialect == dialectPostgres {
		query = `SELECT CAST(coalesce(sum(pg_total_relation_size(c.oid)), 0) AS BIGINT) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname = current_schema() AND c.relkind = 'r'`
	}
	err = scanOne(db.write.WithContext(ctx).Raw(query), &bytes)
	return bytes, err
}
