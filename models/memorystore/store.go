package memorystore

import (
	"context"
	"slices"
	"sync"
	"time"

	"twodoors/models"
)

// Sessions is how many sessions a store keeps unless told otherwise. One takes about half a kilobyte, or
// twice that with the longest texts that are kept.
const Sessions = 50_000

// Store keeps a bounded number of sessions. It is safe for concurrent use.
type Store struct {
	limit int

	mu     sync.RWMutex
	byHash map[[32]byte]*entry
	byUser map[int64]map[int64]*entry // user, then device
	// What ends soonest is first: of demo accounts, which may have half of the store and give way to others, and of all
	// others.
	demos, members queue
}

// New makes an empty store of at most limit sessions.
func New(limit int) *Store {
	return &Store{limit: max(1, limit), byHash: map[[32]byte]*entry{}, byUser: map[int64]map[int64]*entry{}}
}

// Kind is "memory".
func (*Store) Kind() string { return "memory" }

// CreateSession keeps a session and a copy of its user. A hash or a device of the user's that exists is
// models.ErrTaken, one more of a user's than s.Most models.ErrFull. A full store gives up the session that ends soonest:
// one of a demo account where there is one, and nobody else's for a demo account.
func (s *Store) CreateSession(_ context.Context, session models.Session, u models.User) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.create(session, u)
}

func (s *Store) create(session models.Session, u models.User) error {
	if s.byHash[session.IDHash] != nil || s.byUser[session.UserID][session.DeviceID] != nil {
		return models.ErrTaken
	}
	if session.Most > 0 && s.alive(session.UserID, session.CreatedAt.Time) >= session.Most {
		return models.ErrFull
	}
	fresh := &entry{SessionCopy: models.SessionCopy{Session: session, User: u}}
	fresh.User.PasswordHash = "" // no request needs it
	for fresh.demo() && len(s.demos) >= max(1, s.limit/2) {
		s.drop(s.demos[0])
	}
	for len(s.byHash) >= s.limit {
		switch {
		case len(s.demos) > 0:
			s.drop(s.demos[0])
		case fresh.demo() && s.members[0].Alive(session.CreatedAt.Time):
			return models.ErrFull
		default:
			s.drop(s.members[0])
		}
	}
	s.put(fresh)
	return nil
}

// alive is how many sessions a user has.
func (s *Store) alive(userID int64, now time.Time) (count int) {
	for _, e := range s.byUser[userID] {
		if e.Alive(now) {
			count++
		}
	}
	return count
}

// ReplaceSession keeps a session and ends another, at once or not at all.
func (s *Store) ReplaceSession(_ context.Context, old [32]byte, session models.Session, u models.User) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.byHash[old]
	if was != nil {
		s.drop(was)
	}
	err := s.create(session, u)
	if err != nil && was != nil {
		s.put(was)
	}
	return err
}

// FindSession returns a session and its user as it was when signing in. One that is unknown, over or idle
// for too long is models.ErrNotFound.
func (s *Store) FindSession(_ context.Context, hash [32]byte, now time.Time) (models.Session, models.User, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e := s.byHash[hash]
	if e == nil || !e.Alive(now) {
		return models.Session{}, models.User{}, models.ErrNotFound
	}
	return e.Session, e.User, nil
}

// TouchSession notes that the session was used. One that is gone is no error.
func (s *Store) TouchSession(_ context.Context, hash [32]byte, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byHash[hash]; e != nil && e.LastSeen.Before(now) {
		e.LastSeen = models.At(now)
		s.queue(e).moved(e)
	}
	return nil
}

// RenameSession moves a session to a new id. One that is gone is models.ErrNotFound.
func (s *Store) RenameSession(_ context.Context, old, renamed [32]byte, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byHash[old]
	if e == nil {
		return models.ErrNotFound
	}
	if s.byHash[renamed] != nil {
		return models.ErrTaken
	}
	delete(s.byHash, old)
	e.IDHash, e.LastSeen = renamed, models.At(now)
	s.byHash[renamed] = e
	s.queue(e).moved(e)
	return nil
}

// DeleteSession ends a session. One that is gone is no error.
func (s *Store) DeleteSession(_ context.Context, hash [32]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byHash[hash]; e != nil {
		s.drop(e)
	}
	return nil
}

// SessionsOfUser returns a user's sessions that are alive, the last seen first.
func (s *Store) SessionsOfUser(_ context.Context, userID int64, now time.Time) ([]models.Session, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var list []models.Session
	for _, e := range s.byUser[userID] {
		if e.Alive(now) {
			list = append(list, e.Session)
		}
	}
	slices.SortFunc(list, models.LastSeenFirst)
	return list, nil
}

// EndSession ends a session by its device id. One that is gone or another user's is models.ErrNotFound.
func (s *Store) EndSession(_ context.Context, userID, deviceID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byUser[userID][deviceID]
	if e == nil {
		return models.ErrNotFound
	}
	s.drop(e)
	return nil
}

// EndOtherSessions ends all of a user's sessions but one and returns how many; with keep 0 it ends all.
func (s *Store) EndOtherSessions(_ context.Context, userID, keep int64) (ended int64, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for device, e := range s.byUser[userID] {
		if device != keep {
			s.drop(e)
			ended++
		}
	}
	return ended, nil
}

// ChangeCopies writes the user as it is now into each of the user's sessions.
func (s *Store) ChangeCopies(_ context.Context, u models.User) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u.PasswordHash = ""
	for _, e := range s.byUser[u.ID] {
		e.User = u
		s.queue(e).moved(e)
	}
	return nil
}

// SessionRow returns what is kept of a session, to be shown. One that is gone is models.ErrNotFound.
func (s *Store) SessionRow(_ context.Context, hash [32]byte) (row []models.Column, _ error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e := s.byHash[hash]
	if e == nil {
		return nil, models.ErrNotFound
	}
	row = []models.Column{models.Field{Name: "id_hash", Value: hash[:]}.Column()}
	for _, f := range e.Fields() {
		row = append(row, f.Column())
	}
	return row, nil
}

// Sweep lets go of at most batch sessions that are over, and says how many there were. Nobody finds those
// any more; this gives their memory back.
func (s *Store) Sweep(now time.Time, batch int) (removed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ends := range []*queue{&s.demos, &s.members} {
		for removed < batch && len(*ends) > 0 && !(*ends)[0].Alive(now) {
			s.drop((*ends)[0])
			removed++
		}
	}
	return removed
}

// Len is how many sessions are kept, those that are over and not yet swept among them.
func (s *Store) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.byHash)
}
