package sqltrace_test

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/ncruces/go-sqlite3/driver"

	"twodoors/models/sqltrace"
)

// TestSwitch: while a database is off nothing reaches it, by whatever way, and nothing is recorded; afterwards
// everything is as it was.
func TestSwitch(t *testing.T) {
	inner, err := (&driver.SQLite{}).OpenConnector("file:" + t.TempDir() + "/test.db")
	if err != nil {
		t.Fatal(err)
	}
	var power sqltrace.Switch
	db := sql.OpenDB(sqltrace.WrapSwitched(inner, nil, &power))
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(sqltrace.Background(t.Context()), `CREATE TABLE t (n INTEGER)`); err != nil {
		t.Fatal(err)
	}
	ctx, rec := record(t)
	prepared, err := db.PrepareContext(ctx, `SELECT count(*) FROM t`)
	if err != nil {
		t.Fatal(err)
	}
	defer prepared.Close()
	before := len(rec.Statements())

	power.Off()
	attempts := map[string]func() error{
		"exec":             func() error { _, err := db.ExecContext(ctx, `INSERT INTO t VALUES (1)`); return err },
		"query":            func() error { _, err := db.QueryContext(ctx, `SELECT n FROM t`); return err },
		"prepare":          func() error { _, err := db.PrepareContext(ctx, `SELECT n + 1 FROM t`); return err },
		"begin":            func() error { _, err := db.BeginTx(ctx, nil); return err },
		"prepared":         func() error { _, err := prepared.QueryContext(ctx); return err },
		"prepared, run":    func() error { _, err := prepared.ExecContext(ctx); return err },
		"a new connection": func() error { return sql.OpenDB(sqltrace.WrapSwitched(inner, nil, &power)).PingContext(ctx) },
	}
	for what, attempt := range attempts {
		if err := attempt(); !errors.Is(err, sqltrace.ErrOff) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if after := len(rec.Statements()); after != before {
		t.Errorf("%d events were recorded", after-before)
	}

	power.On()
	var count int
	if err := prepared.QueryRowContext(ctx).Scan(&count); err != nil || count != 0 {
		t.Errorf("afterwards: %d, %v", count, err)
	}
	if c := rec.Counts(); c.Data != 1 {
		t.Errorf("counts %+v", c)
	}
}
