package models

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"
)

// What a method says of a request that cannot be met. Everything else is a fault.
var (
	ErrNotFound  = errors.New("not found")             // unknown, not theirs, or over
	ErrTaken     = errors.New("already taken")         // a name or id that must be unique
	ErrChanged   = errors.New("changed meanwhile")     // a user is not any more what a request found
	ErrLastAdmin = errors.New("the last active admin") // it would leave a team without one
	ErrReuse     = errors.New("refresh token reused")  // a token was presented twice: its family has been ended (RFC 9700, 4.14.2)
	ErrFull      = errors.New("as many as there may be")
	ErrEnded     = errors.New("sign-in has ended") // signed out, over, or its user is not active
)

// errDisk is for the log: the driver drops the system's own words for why a write failed.
var errDisk = errors.New("the disk cannot be written to, it may be full")

// Away is an error of a database or another store that says nothing about the request: it does not answer, is full,
// is locked, only reads, lets nobody in. Every error of a store is one, unless its kind is known to be about the
// statement itself.
type Away struct{ Err error }

// Error says what happened.
func (a *Away) Error() string { return a.Err.Error() }

// Unwrap is what happened.
func (a *Away) Unwrap() error { return a.Err }

// Unavailable reports whether err means that a store is away, full or too slow and not that anything is wrong with the
// request. The answer is a 503 then, and nobody is told that they are signed out. A request that its client gave up
// (context.Canceled) is neither.
func Unavailable(err error) bool {
	var away *Away
	return errors.As(err, &away)
}

// translate gives an error of the database driver its kind, on both databases alike: one of the errors above, a fault
// of the statement as it is, or Away.
func translate(err error) error {
	var away *Away
	if err == nil || errors.Is(err, context.Canceled) || errors.As(err, &away) {
		return err
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return translatePostgres(err, pg)
	}
	var sqlite sqlite3.ErrorCode
	switch {
	case errors.Is(err, sqlite3.CONSTRAINT_UNIQUE), errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY), errors.Is(err, sqlite3.CONSTRAINT_ROWID):
		return fmt.Errorf("%w (%s)", ErrTaken, err)
	case errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY):
		return fmt.Errorf("%w (%s)", ErrNotFound, err)
	case errors.Is(err, sqlite3.IOERR_WRITE), errors.Is(err, sqlite3.FULL):
		return &Away{fmt.Errorf("%w: %w", errDisk, err)}
	case errors.As(err, &sqlite) && slices.Contains(statementFaults[:], sqlite):
		return err
	}
	return &Away{err}
}

// statementFaults are the codes of SQLite that are about a statement or its values.
var statementFaults = [...]sqlite3.ErrorCode{
	sqlite3.ERROR, sqlite3.TOOBIG, sqlite3.CONSTRAINT, sqlite3.MISMATCH, sqlite3.MISUSE, sqlite3.RANGE,
}

// translatePostgres goes by the classes of SQLSTATE (PostgreSQL's documentation, appendix A): those that are about a
// statement or its values are few, and everything else is about the server. A server that ends the connection
// (severity FATAL) always speaks of itself.
func translatePostgres(err error, pg *pgconn.PgError) error {
	severity := pg.SeverityUnlocalized // Severity is in the server's language
	if severity == "FATAL" || severity == "PANIC" || len(pg.Code) != 5 {
		return &Away{err}
	}
	switch pg.Code {
	case "23505": // unique_violation
		return fmt.Errorf("%w (%s)", ErrTaken, pg.ConstraintName)
	case "23503": // foreign_key_violation: what it would belong to is gone
		return fmt.Errorf("%w (%s)", ErrNotFound, pg.ConstraintName)
	case "42501": // insufficient_privilege: what the server grants
		return &Away{err}
	}
	switch pg.Code[:2] {
	case "21", // cardinality violation
		"22", // data exception
		"23", // integrity constraint violation
		"42", // syntax error or access rule violation
		"54": // program limit exceeded
		return err
	}
	return &Away{err}
}
