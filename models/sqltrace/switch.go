package sqltrace

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// ErrOff is what a database that was switched off answers, in place of a server that
// is away.
var ErrOff = errors.New("the database is switched off")

// Switch takes a database away from a program and gives it back. It works where
// statements leave: nothing is sent while it is off, so nothing is recorded. What has
// been opened stays open, and a transaction under way may still end. A nil Switch is
// always on. It is safe for concurrent use.
type Switch struct {
	off   atomic.Bool
	clerk atomic.Pointer[clerk]
}

// clerk answers one statement at a time, each after the same while.
type clerk struct {
	turn  sync.Mutex
	takes time.Duration
}

// Off takes the database away.
func (s *Switch) Off() { s.off.Store(true) }

// On gives it back.
func (s *Switch) On() { s.off.Store(false) }

// OneAtATime has the database answer one statement after the other, each after a while: a server far away with a single
// connection. The while is part of the statement's own time; opening, preparing and transactions are as quick as ever.
func (s *Switch) OneAtATime(takes time.Duration) { s.clerk.Store(&clerk{takes: takes}) }

// send waits until a statement may leave. It is ErrOff while the database is away.
func (s *Switch) send() error {
	if err := s.err(); err != nil {
		return err
	}
	if s != nil {
		if c := s.clerk.Load(); c != nil {
			c.turn.Lock()
			defer c.turn.Unlock()
			time.Sleep(c.takes)
		}
	}
	return nil
}

// err is ErrOff while the database is away.
func (s *Switch) err() error {
	if s != nil && s.off.Load() {
		return ErrOff
	}
	return nil
}

// Err is ErrOff while what is switched is away, for stores that are not behind database/sql.
func (s *Switch) Err() error { return s.err() }
