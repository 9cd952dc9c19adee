package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"strings"
	"time"

	sqlitedriver "github.com/ncruces/go-sqlite3/driver"

	"github.com/ncruces/go-sqlite3"

	"twodoors/models/sqltrace"
)

// Examined is what a database looked at for one statement.
type Examined struct {
	Rows  int64 // of the table of sessions: found by its key, or passed in a scan
	Pages int64 // read from memory or from disk: of the tables and indexes, inner pages of a B-tree included
}

// ExamineSessionLookup returns what the database looks at to find one session by its hash: as the program does it, or
// without an index. The database counts itself: SQLite, while it runs the statement; PostgreSQL, in its plan with the
// figures of the run, where only the search in the table of sessions counts and not the join.
func (db *DB) ExamineSessionLookup(ctx context.Context, hash [32]byte, now time.Time, index bool) (Examined, error) {
	ctx = sqltrace.Background(ctx)
	if db.dialect == dialectPostgres {
		return db.examinePostgres(ctx, hash, now, index)
	}
	return db.examineSQLite(ctx, hash, now, index)
}

// withoutIndex has SQLite read the whole table: a plus before a column keeps its index from being used, here the
// table's own key and that of the end. A copy without any would take as much memory again.
var withoutIndex = strings.NewReplacer("s.id_hash = ?", "+s.id_hash = ?", "s.expires_at > ?", "+s.expires_at > ?")

// examineSQLite runs the statement on the driver's own connection.
func (db *DB) examineSQLite(ctx context.Context, hash [32]byte, now time.Time, index bool) (found Examined, err error) {
	query := findSession
	if !index {
		query = withoutIndex.Replace(query)
	}
	pool, err := db.read.DB()
	if err != nil {
		return found, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	err = conn.Raw(func(c any) error {
		for {
			if raw, ok := c.(sqlitedriver.Conn); ok {
				found, err = stepThrough(raw.Raw(), query, hash, now)
				return err
			}
			inner, ok := c.(interface{ Inner() driver.Conn })
			if !ok {
				return errors.New("the connection is not SQLite's")
			}
			c = inner.Inner()
		}
	})
	return found, err
}

// stepThrough runs the statement. Where the plan goes by the hash, the rows looked at are those found; in a scan
// SQLite counts its steps; where the plan goes by another index, every row of the table may be looked at.
func stepThrough(c *sqlite3.Conn, query string, hash [32]byte, now time.Time) (found Examined, err error) {
	how, err := planOf(c, query)
	if err != nil {
		return found, err
	}
	s, _, err := c.Prepare(query)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.BindBlob(1, hash[:]); err != nil {
		return found, err
	}
	for i := 2; i <= s.BindCount(); i++ {
		if err := s.BindInt64(i, micros(now)); err != nil {
			return found, err
		}
	}
	if _, err := pagesRead(c); err != nil { // those before belong to other statements
		return found, err
	}
	for s.Step() {
		found.Rows++
	}
	if s.Err() != nil {
		return found, s.Err()
	}
	if found.Pages, err = pagesRead(c); err != nil {
		return found, err
	}
	switch {
	case strings.Contains(how, "id_hash=?"):
	case strings.HasPrefix(how, "SCAN"):
		// The first row of a scan is reached without a step.
		found.Rows = int64(s.Status(sqlite3.STMTSTATUS_FULLSCAN_STEP, true)) + 1
	default:
		found.Rows, err = all(c)
	}
	return found, err
}

// pagesRead counts the pages that the connection has asked for since it was last called.
func pagesRead(c *sqlite3.Conn) (pages int64, err error) {
	for _, kind := range []sqlite3.DBStatus{sqlite3.DBSTATUS_CACHE_HIT, sqlite3.DBSTATUS_CACHE_MISS} {
		n, _, err := c.Status(kind, true)
		if err != nil {
			return 0, err
		}
		pages += n
	}
	return pages, nil
}

// planOf is what SQLite says of how it reads the table of sessions.
func planOf(c *sqlite3.Conn, query string) (how string, err error) {
	s, _, err := c.Prepare("EXPLAIN QUERY PLAN " + query)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for s.Step() {
		if detail := s.ColumnText(3); strings.HasPrefix(detail, "SCAN s") || strings.HasPrefix(detail, "SEARCH s") {
			how = detail
		}
	}
	return how, s.Err()
}

// all counts the rows of the table.
func all(c *sqlite3.Conn) (rows int64, err error) {
	s, _, err := c.Prepare("SELECT count(*) FROM sessions")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if s.Step() {
		rows = s.ColumnInt64(0)
	}
	return rows, s.Err()
}

// plan is what EXPLAIN says of one step.
type plan struct {
	Relation string  `json:"Relation Name"`
	Rows     float64 `json:"Actual Rows"`
	Removed  float64 `json:"Rows Removed by Filter"`
	Loops    float64 `json:"Actual Loops"`
	Hit      int64   `json:"Shared Hit Blocks"`
	Read     int64   `json:"Shared Read Blocks"`
	Plans    []plan
}

// sessions is what the steps looked at that read the table of sessions. A step's blocks include those below it.
func (p plan) sessions() (sum Examined) {
	if strings.HasSuffix(p.Relation, "sessions") {
		return Examined{Rows: int64((p.Rows + p.Removed) * p.Loops), Pages: p.Hit + p.Read}
	}
	for _, below := range p.Plans {
		found := below.sessions()
		sum.Rows, sum.Pages = sum.Rows+found.Rows, sum.Pages+found.Pages
	}
	return sum
}

// examinePostgres asks for the plan of the statement, on a copy of the table without an index where there is to be none.
func (db *DB) examinePostgres(ctx context.Context, hash [32]byte, now time.Time, index bool) (found Examined, err error) {
	g, query := db.write.WithContext(ctx), findSession
	if !index {
		query = strings.Replace(query, "FROM sessions s", "FROM unindexed_sessions s", 1)
		if _, err := exec(g, `CREATE TABLE unindexed_sessions AS SELECT * FROM sessions`); err != nil {
			return found, err
		}
		defer func() {
			_, dropped := exec(g, `DROP TABLE unindexed_sessions`)
			err = errors.Join(err, dropped)
		}()
	}
	// Fresh statistics, or the planner thinks that the table is still small.
	if _, err := exec(g, `ANALYZE sessions`); err != nil {
		return found, err
	}
	var text string
	at := micros(now)
	err = scanAll(db.read.WithContext(ctx).Raw(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) `+query, blob(hash[:]), at, at, at), func(r *sql.Rows) error { return r.Scan(&text) })
	if err != nil {
		return found, err
	}
	var plans []struct{ Plan plan }
	if err := json.Unmarshal([]byte(text), &plans); err != nil {
		return found, err
	}
	if len(plans) != 1 {
		return found, errors.New("the plan cannot be read")
	}
	return plans[0].Plan.sessions(), nil
}
