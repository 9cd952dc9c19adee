package sqltrace

import (
	"context"
	"errors"
	"net"
	"os"

	"github.com/ncruces/go-sqlite3"
)

// errorClass names an error without the values that a database may put into its
// message: a duplicate key's message, for one, quotes the key.
func errorClass(err error) string {
	var (
		state  interface{ SQLState() string }
		sqlite sqlite3.ErrorCode
		lost   *net.OpError
	)
	switch {
	case errors.As(err, &state):
		return "SQLSTATE " + state.SQLState()
	case errors.As(err, &sqlite):
		return sqlite.Error()
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "timeout"
	case errors.As(err, &lost):
		return "connection lost"
	}
	return "failed"
}
