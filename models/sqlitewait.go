package models

import (
	"context"
	"database/sql/driver"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// busyLimit is how long opening a connection waits for other programs, as a statement does (pragmas).
const busyLimit = 5 * time.Second

// busyRetryConnector waits for another program's lock where SQLite itself does not: it gives up at once where two programs give a
// new database its log in the same moment, and where one opens it while the last one before puts the log away.
type busyRetryConnector struct{ driver.Connector }

// Connect opens a connection.
func (p busyRetryConnector) Connect(ctx context.Context) (driver.Conn, error) {
	over := time.NewTimer(busyLimit)
	defer over.Stop()
	for wait := time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		conn, err := p.Connector.Connect(ctx)
		if !errors.Is(err, sqlite3.BUSY) {
			return conn, err
		}
		select {
		case <-time.After(wait/2 + rand.N(wait)): // not all in step
		case <-over.C:
			return nil, err
		case <-ctx.Done():
			return nil, err
		}
	}
}
