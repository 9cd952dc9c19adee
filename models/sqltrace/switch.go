package sqltrace

import (
	"errors"
	"sync/atomic"
)

// ErrOff is what a database that was switched off answers, in place of a server that
// is away.
var ErrOff = errors.New("the database is switched off")

// Switch takes a database away from a program and gives it back. It works where
// statements leave: nothing is sent while it is off, so nothing is recorded. What has
// been opened stays open, and a transaction under way may still end. A nil Switch is
// always on. It is safe for concurrent use.
type Switch struct{ off atomic.Bool }

// Off takes the database away.
func (s *Switch) Off() { s.off.Store(true) }

// On gives it back.
func (s *Switch) On() { s.off.Store(false) }

// err is ErrOff while the database is away.
func (s *Switch) err() error {
	if s != nil && s.off.Load() {
		return ErrOff
	}
	return nil
}

// Err is ErrOff while what is switched is away, for stores that are not behind database/sql.
func (s *Switch) Err() error { return s.err() }
