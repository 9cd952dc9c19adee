package models_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"

	"twodoors/models"
)

// TestUnavailable: an error of a driver says that the database is away, unless its kind is known to be about the
// statement. No list of codes decides, so a code that nobody has met is away, too.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	postgres := func(severity, code string) error {
		return fmt.Errorf("wrapped: %w", &pgconn.PgError{Severity: "치명적", SeverityUnlocalized: severity, Code: code})
	}
	away := []error{
		&net.OpError{Op: "dial", Err: errors.New("connection refused")}, context.DeadlineExceeded, os.ErrDeadlineExceeded,
		sql.ErrConnDone, driver.ErrBadConn, io.EOF, errors.New("what a later version of a driver may say"),
		fmt.Errorf("wrapped: %w", sqlite3.FULL), sqlite3.IOERR_WRITE, sqlite3.BUSY, sqlite3.READONLY, sqlite3.NOLFS, sqlite3.ErrorCode(99),
		postgres("FATAL", "42501"), postgres("PANIC", "22000"), postgres("ERROR", "42501"), postgres("ERROR", ""), postgres("ERROR", "ZZ999"),
	}
	for _, code := range []string{"08P01", "0A000", "25006", "25P02", "25P03", "26000", "28P01", "3D000", "40001", "40P01", "53100", "55000", "55P03",
		"57014", "57P01", "57P05", "58030", "F0001", "HV000", "XX001"} {
		away = append(away, postgres("ERROR", code))
	}
	for _, err := range away {
		if !models.Unavailable(models.Translate(err)) {
			t.Errorf("%v is not unavailable", err)
		}
	}
	about := []error{nil, context.Canceled, sqlite3.CONSTRAINT_CHECK, sqlite3.CONSTRAINT_UNIQUE, sqlite3.TOOBIG, sqlite3.ERROR}
	for _, code := range []string{"21000", "22003", "22021", "23505", "23503", "23514", "42601", "42P01", "54000"} {
		about = append(about, postgres("ERROR", code))
	}
	for _, err := range about {
		if models.Unavailable(models.Translate(err)) {
			t.Errorf("%v is unavailable", err)
		}
	}
	for err, want := range map[error]error{
		sqlite3.CONSTRAINT_UNIQUE: models.ErrTaken, sqlite3.CONSTRAINT_FOREIGNKEY: models.ErrNotFound,
		postgres("ERROR", "23505"): models.ErrTaken, postgres("ERROR", "23503"): models.ErrNotFound,
	} {
		if !errors.Is(models.Translate(err), want) {
			t.Errorf("%v became %v", err, models.Translate(err))
		}
	}
	for _, err := range []error{models.ErrNotFound, models.ErrTaken, errors.New("not of a driver")} {
		if models.Unavailable(err) {
			t.Errorf("%v is unavailable", err)
		}
	}
}

// TestUnavailableWithinTransactions: an error of a transaction's statement has the kind that it has by itself, and so
// has one of its beginning.
func TestUnavailableWithinTransactions(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *models.DB) {
		if _, err := db.CreateDemoTeam(request(t), models.NewUser{Name: "a"}, models.NewUser{Name: "a"}, "", now, now); !errors.Is(err, models.ErrTaken) || models.Unavailable(err) {
			t.Errorf("a name twice: %v", err)
		}
		if err := db.SetActive(request(t), 0, 99, false); !errors.Is(err, models.ErrNotFound) || models.Unavailable(err) {
			t.Errorf("nobody: %v", err)
		}
		for i := range 3 {
			MustUser(t, db, "user-"+strconv.Itoa(i), models.RoleMember)
		}
	})
	db, err := models.Open(t.Context(), models.Options{URL: URL(t, "sqlite")})
	Must(t, err)
	Must(t, db.Close())
	for what, err := range map[string]error{
		"a transaction": db.SetActive(request(t), 0, 1, false), "a statement": db.DeleteSession(request(t), hash("x")),
	} {
		if !models.Unavailable(err) {
			t.Errorf("%s on a closed database: %v", what, err)
		}
	}
}
