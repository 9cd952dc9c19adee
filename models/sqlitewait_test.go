package models_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"twodoors/models"
)

// locked is a database that answers so many times that it is locked, and then with an error of another kind.
type locked struct {
	driver.Connector
	times int
	after func()
}

var errOther = errors.New("something else")

func (l *locked) Connect(context.Context) (driver.Conn, error) {
	if l.times--; l.times < 0 {
		return nil, errOther
	}
	if l.after != nil {
		l.after()
	}
	return nil, fmt.Errorf("invalid _pragma: %w", sqlite3.BUSY)
}

// TestLockedAtOpening: a lock that SQLite does not wait for is waited for, until nobody wants the connection any more;
// nothing else is tried twice. (Together with SQLite: TestOpenAtOnce, with luck.)
func TestLockedAtOpening(t *testing.T) {
	t.Parallel()
	if _, err := models.BusyRetry(&locked{times: 5}).Connect(t.Context()); !errors.Is(err, errOther) {
		t.Errorf("locked five times: %v", err)
	}
	other := &locked{}
	if _, err := models.BusyRetry(other).Connect(t.Context()); !errors.Is(err, errOther) || other.times != -1 {
		t.Errorf("another error was tried %d times: %v", -other.times, err)
	}
	ctx, leave := context.WithCancel(t.Context())
	if _, err := models.BusyRetry(&locked{times: 1 << 30, after: leave}).Connect(ctx); !errors.Is(err, sqlite3.BUSY) {
		t.Errorf("given up: %v", err)
	}
}
