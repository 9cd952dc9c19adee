package sqltrace_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twodoors/models/sqltrace"
)

func open(t testing.TB, c driver.Connector) (db *sql.DB, orphans *[]string) {
	orphans = new([]string)
	db = sql.OpenDB(sqltrace.Wrap(c, func(_ context.Context, sql string) { *orphans = append(*orphans, sql) }))
	t.Cleanup(func() { must(t, db.Close()) })
	return db, orphans
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func record(t testing.TB) (context.Context, *sqltrace.Recorder) {
	r := sqltrace.NewRecorder(time.Now())
	return sqltrace.With(t.Context(), r), r
}

// texts are the recorded events as the fake database notes them.
func texts(r *sqltrace.Recorder) (list []string) {
	for _, s := range r.Statements() {
		if s.Kind == sqltrace.KindPrepare {
			s.SQL = "prepare " + s.SQL
		}
		list = append(list, s.SQL)
	}
	return list
}

func readAll(t testing.TB, rows *sql.Rows, err error) {
	t.Helper()
	must(t, err)
	for rows.Next() {
		var n int
		must(t, rows.Scan(&n))
	}
	must(t, errors.Join(rows.Err(), rows.Close()))
}

// TestEverythingOnce does everything that database/sql can do and compares the
// record with what the database saw, for a driver that takes arguments at once and
// for one that wants everything prepared.
func TestEverythingOnce(t *testing.T) {
	t.Parallel()
	for _, skip := range []bool{false, true} {
		t.Run(fmt.Sprintf("skip=%v", skip), func(t *testing.T) {
			t.Parallel()
			f := &fake{skip: skip}
			db, orphans := open(t, f)
			ctx, r := record(t)
			_, err := db.ExecContext(ctx, "UPDATE a")
			must(t, err)
			_, err = db.ExecContext(ctx, "UPDATE b", 1)
			must(t, err)
			rows, err := db.QueryContext(ctx, "SELECT c", 1)
			readAll(t, rows, err)
			var n int
			must(t, db.QueryRowContext(ctx, "SELECT d").Scan(&n))
			stmt, err := db.PrepareContext(ctx, "SELECT e")
			must(t, err)
			for range 3 {
				must(t, stmt.QueryRowContext(ctx, 1).Scan(&n))
			}
			must(t, stmt.Close())
			tx, err := db.BeginTx(ctx, nil)
			must(t, err)
			_, err = tx.ExecContext(ctx, "SAVEPOINT sp")
			must(t, err)
			_, err = tx.ExecContext(ctx, "DELETE f", 1)
			must(t, err)
			must(t, tx.Commit())
			tx, err = db.BeginTx(ctx, nil)
			must(t, err)
			must(t, tx.Rollback())
			must(t, db.PingContext(ctx))

			seen := f.take()
			if diff := cmp.Diff(seen, texts(r)); diff != "" {
				t.Errorf("record (-seen +recorded)\n%s", diff)
			}
			if c := r.Counts(); c != (sqltrace.Counts{Data: 8}) {
				t.Errorf("counted %+v", c)
			}
			for _, s := range r.Statements() {
				want := int64(0)
				switch {
				case !s.Counted():
				case s.SQL == "SELECT c":
					want = 3
				case s.SQL == "SELECT d", s.SQL == "SELECT e": // QueryRow reads one
					want = 1
				default:
					want = 2
				}
				if s.Rows != want || s.Err != "" || s.Took < 0 || s.Purpose != sqltrace.Data {
					t.Errorf("%+v, want %d rows", s, want)
				}
			}
			if len(*orphans) != 0 {
				t.Errorf("reported as without a request: %q", *orphans)
			}
		})
	}
}

func TestContext(t *testing.T) {
	t.Parallel()
	f := &fake{}
	db, orphans := open(t, f)
	exec := func(ctx context.Context, sql string) {
		t.Helper()
		_, err := db.ExecContext(ctx, sql)
		must(t, err)
	}
	ctx, r := record(t)
	exec(ctx, "plain")
	auth := sqltrace.Label(sqltrace.For(ctx, sqltrace.Auth), "outer")
	exec(auth, "auth")
	exec(sqltrace.Label(auth, "inner"), "inner")
	exec(context.WithoutCancel(sqltrace.For(auth, sqltrace.Display)), "display")
	exec(sqltrace.Background(auth), "background")
	exec(sqltrace.For(sqltrace.Background(t.Context()), sqltrace.Auth), "background too")
	exec(t.Context(), "orphan")
	_, err := db.BeginTx(t.Context(), nil) // steers, and is no lookup
	must(t, err)
	type line struct {
		SQL, Label string
		Purpose    sqltrace.Purpose
	}
	var got []line
	for _, s := range r.Statements() {
		got = append(got, line{s.SQL, s.Label, s.Purpose})
	}
	want := []line{{"plain", "", "data"}, {"auth", "outer", "auth"}, {"inner", "inner", "auth"}, {"display", "outer", "display"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recorded (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"orphan"}, *orphans); diff != "" {
		t.Errorf("without a request (-want +got)\n%s", diff)
	}
	if sqltrace.From(ctx) != r || sqltrace.From(sqltrace.Background(ctx)) != nil || sqltrace.From(t.Context()) != nil {
		t.Error("From")
	}
	if again := sqltrace.With(sqltrace.Background(ctx), r); sqltrace.From(again) != r || sqltrace.IsBackground(again) {
		t.Error("With does not undo Background")
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	db, _ := open(t, &fake{})
	ctx, r := record(t)
	if _, err := db.ExecContext(ctx, "INSERT fail"); err == nil {
		t.Error("no error")
	}
	if _, err := db.QueryContext(ctx, "SELECT fail"); err == nil { //nolint:rowserrcheck,sqlclosecheck // there are none
		t.Error("no error")
	}
	rows, err := db.QueryContext(ctx, "SELECT breaks")
	must(t, err)
	for rows.Next() {
	}
	if rows.Err() == nil {
		t.Error("no error")
	}
	var got []string
	for _, s := range r.Statements() {
		got = append(got, s.Err)
		if strings.Contains(fmt.Sprint(s), "s3cret") {
			t.Errorf("a value: %+v", s)
		}
	}
	if diff := cmp.Diff([]string{"SQLSTATE 23505", "SQLSTATE 23505", "failed"}, got); diff != "" {
		t.Errorf("errors (-want +got)\n%s", diff)
	}
	if c := r.Counts(); c.Data != 3 {
		t.Errorf("a statement that fails is sent all the same: %+v", c)
	}
}

func TestFreeze(t *testing.T) {
	t.Parallel()
	db, _ := open(t, &fake{})
	ctx, r := record(t)
	_, err := db.ExecContext(ctx, "before")
	must(t, err)
	r.Freeze()
	took := r.Took(sqltrace.Data)
	_, err = db.ExecContext(ctx, "after")
	must(t, err)
	list := r.Statements()
	if r.Late() != 1 || r.Counts().Data != 1 || r.Took(sqltrace.Data) != took || len(list) != 2 || list[0].Late || !list[1].Late {
		t.Errorf("late %d, counts %+v, %+v", r.Late(), r.Counts(), list)
	}
}

func TestCommand(t *testing.T) {
	t.Parallel()
	start := time.Now()
	r := sqltrace.NewRecorder(start)
	ctx := sqltrace.Label(sqltrace.For(t.Context(), sqltrace.Auth), "find-session")
	r.Command(ctx, "GET ?", start.Add(time.Millisecond), time.Microsecond, 1, nil)
	want := []sqltrace.Statement{{Kind: sqltrace.KindCommand, Purpose: sqltrace.Auth, Label: "find-session", SQL: "GET ?", At: time.Millisecond, Took: time.Microsecond, Rows: 1}}
	if diff := cmp.Diff(want, r.Statements()); diff != "" || r.Counts().Auth != 1 {
		t.Errorf("recorded (-want +got)\n%s", diff)
	}
}

// TestClockByHand: a recorder started with a time that has no monotonic reading
// counts from its making.
func TestClockByHand(t *testing.T) {
	t.Parallel()
	db, _ := open(t, &fake{})
	r := sqltrace.NewRecorder(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	_, err := db.ExecContext(sqltrace.With(t.Context(), r), "x")
	must(t, err)
	if at := r.Statements()[0].At; at < 0 || at > time.Minute {
		t.Errorf("at %v", at)
	}
}

func TestTransactionControl(t *testing.T) {
	t.Parallel()
	db, _ := open(t, &fake{})
	for text, want := range map[string]sqltrace.Kind{
		"BEGIN": sqltrace.KindTransaction, " begin immediate;\n": sqltrace.KindTransaction, "COMMIT": sqltrace.KindTransaction,
		"END": sqltrace.KindTransaction, "ROLLBACK TO SAVEPOINT sp1": sqltrace.KindTransaction, "RELEASE sp1": sqltrace.KindTransaction,
		"SAVEPOINT sp1": sqltrace.KindTransaction, "START TRANSACTION READ ONLY": sqltrace.KindTransaction,
		"SELECT 1": sqltrace.KindStatement, "BEGIN; DELETE FROM a; COMMIT": sqltrace.KindStatement,
		"SELECT 'BEGIN'": sqltrace.KindStatement, "ENDLESS": sqltrace.KindStatement, "": sqltrace.KindStatement,
		"CREATE TABLE begin (x)": sqltrace.KindStatement, "REPLACE INTO a": sqltrace.KindStatement, "ANALYZE": sqltrace.KindStatement,
		"WITH begin AS (SELECT 1) SELECT 2": sqltrace.KindStatement, "PRAGMA foreign_keys": sqltrace.KindStatement,
	} {
		ctx, r := record(t)
		_, err := db.ExecContext(ctx, text)
		must(t, err)
		if got := r.Statements()[0].Kind; got != want {
			t.Errorf("%q is a %s", text, got)
		}
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	db, _ := open(t, &fake{})
	ctx, r := record(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for range 50 {
				rows, err := db.QueryContext(sqltrace.Label(ctx, fmt.Sprint(i)), "SELECT x")
				readAll(t, rows, err)
				_ = r.Counts()
			}
		})
	}
	wg.Wait()
	if c := r.Counts(); c.Data != 1000 || r.Took(sqltrace.Data) <= 0 {
		t.Errorf("counted %+v", c)
	}
	for _, s := range r.Statements() {
		if s.Rows != 3 {
			t.Fatalf("%+v", s)
		}
	}
}

// BenchmarkStatement is what recording costs: the same query with and without.
func BenchmarkStatement(b *testing.B) {
	run := func(b *testing.B, db *sql.DB, request func() context.Context) {
		b.ReportAllocs()
		for b.Loop() {
			var n int
			must(b, db.QueryRowContext(request(), "SELECT x").Scan(&n))
		}
	}
	quiet := &silent{}
	b.Run("bare", func(b *testing.B) {
		db := sql.OpenDB(quiet)
		run(b, db, context.Background)
		must(b, db.Close())
	})
	b.Run("recorded", func(b *testing.B) {
		db, _ := open(b, quiet)
		ctx, count := context.Background(), 0
		run(b, db, func() context.Context {
			if count%4 == 0 { // a request makes a few lookups
				ctx = sqltrace.With(context.Background(), sqltrace.NewRecorder(time.Now()))
			}
			count++
			return ctx
		})
	})
}

// silent is fake without its notes.
type silent struct{ fake }

func (s *silent) Connect(context.Context) (driver.Conn, error) {
	return &silentConn{fakeConn{&s.fake}}, nil
}

type silentConn struct{ fakeConn }

func (*silentConn) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return &fakeRows{left: 1}, nil
}
