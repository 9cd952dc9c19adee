package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"

	"twodoors/models/sqltrace"
)

// What a method says of a request that cannot be met. Everything else is a fault.
var (
	ErrNotFound  = errors.New("not found")             // unknown, not theirs, or over
	ErrTaken     = errors.New("already taken")         // a name or id that must be unique
	ErrChanged   = errors.New("changed meanwhile")     // a user is not any more what a request found
	ErrLastAdmin = errors.New("the last active admin") // it would leave a team without one
	ErrReuse     = errors.New("refresh token reused")  // a token was presented twice: its family has been ended (RFC 9700, 4.14.2)
	ErrEnded     = errors.New("sign-in has ended")     // signed out, over, or its user is not active
)

// errDisk is for the log: the driver drops the system's own words for why a write failed.
var errDisk = errors.New("the disk cannot be written to, it may be full")

// translate gives the errors that callers tell apart one name on both databases.
func translate(err error) error {
	if err == nil {
		return nil
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "23505": // unique_violation
			return fmt.Errorf("%w (%s)", ErrTaken, pg.ConstraintName)
		case "23503": // foreign_key_violation: what it would belong to is gone
			return fmt.Errorf("%w (%s)", ErrNotFound, pg.ConstraintName)
		}
		return err
	}
	switch {
	case errors.Is(err, sqlite3.CONSTRAINT_UNIQUE), errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY), errors.Is(err, sqlite3.CONSTRAINT_ROWID):
		return fmt.Errorf("%w (%s)", ErrTaken, err)
	case errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY):
		return fmt.Errorf("%w (%s)", ErrNotFound, err)
	case errors.Is(err, errDisk): // of a statement within a transaction
	case errors.Is(err, sqlite3.IOERR_WRITE), errors.Is(err, sqlite3.FULL):
		return fmt.Errorf("%w: %w", errDisk, err)
	}
	return err
}

// away are the SQLSTATE codes, or their classes, that say nothing about the request
// and everything about the server.
var away = [...]string{
	"08",    // connection exception
	"53",    // insufficient resources: disk full, out of memory, too many connections
	"57P",   // shutting down, crashed, starting up
	"57014", // over the time limit
	"55P03", // a lock was not to be had
	"25006", // read-only: a replica
	"28",    // it does not let us in any more
	"3D000", // the database is gone
	"58",    // system error: I/O
}

// brokenSQLite are the codes with the same meaning in SQLite.
var brokenSQLite = [...]sqlite3.ErrorCode{
	sqlite3.IOERR, sqlite3.FULL, sqlite3.BUSY, sqlite3.LOCKED, sqlite3.CANTOPEN, sqlite3.READONLY,
	sqlite3.PROTOCOL, sqlite3.NOMEM, sqlite3.CORRUPT, sqlite3.NOTADB, sqlite3.PERM, sqlite3.INTERRUPT,
}

// Unavailable reports whether err means that the database is away, full or too slow
// and not that anything is wrong with the request. The answer is a 503 then, and
// nobody is told that they are signed out. A request that its client gave up
// (context.Canceled) is neither.
func Unavailable(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	var store interface{ Unavailable() bool } // one that is not a database
	if errors.As(err, &store) {
		return store.Unavailable()
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		for _, code := range away {
			if strings.HasPrefix(pg.Code, code) {
				return true
			}
		}
		return false
	}
	var sqlite sqlite3.ErrorCode
	if errors.As(err, &sqlite) {
		return slices.Contains(brokenSQLite[:], sqlite)
	}
	var (
		network *net.OpError
		connect *pgconn.ConnectError
	)
	switch {
	case errors.As(err, &network), errors.As(err, &connect), errors.Is(err, sqltrace.ErrOff):
		return true
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, net.ErrClosed),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return true
	}
	// Neither has a name to compare with.
	text := err.Error()
	return strings.HasSuffix(text, "sql: database is closed") || strings.HasSuffix(text, "conn closed")
}
