package redisstore

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// Store keeps sessions in Redis. It is safe for concurrent use.
type Store struct {
	client   *redis.Client
	database string // its id; part of every key
	demos    int    // how many sessions of demo accounts are kept
}

// Names of what is kept: one of these, the id of the database that has the users, a colon, and the session or the user.
// The one Redis may serve other programs too.
const (
	sessionPrefix = "twodoors:session:"
	userPrefix    = "twodoors:sessions-of:"
	// demoPrefix begins the key of the sorted set of all demo accounts' sessions, by when they are over at the latest.
	demoPrefix = "twodoors:demo-sessions:"
)

// DemoSessions is how many sessions of demo accounts are kept, some 25 MB: one more takes the place of the one that is
// over first. Anybody can make demo accounts, and Redis must not fill up with them.
const DemoSessions = 25_000

func (s *Store) sessionKey(hash [32]byte) string {
	return sessionPrefix + s.database + ":" + hex.EncodeToString(hash[:])
}

func (s *Store) userKey(id int64) string {
	return userPrefix + s.database + ":" + strconv.FormatInt(id, 10)
}

// Kind is "redis".
func (*Store) Kind() string { return "redis" }

// CreateSession keeps a session and a copy of its user. A hash or a device of the user's that exists is
// models.ErrTaken, one more of a user's than session.Most models.ErrFull.
func (s *Store) CreateSession(ctx context.Context, session models.Session, u models.User) error {
	return s.create(ctx, "", session, u)
}

// ReplaceSession keeps a session and ends another, at once or not at all.
func (s *Store) ReplaceSession(ctx context.Context, old [32]byte, session models.Session, u models.User) error {
	return s.create(ctx, s.sessionKey(old), session, u)
}

func (s *Store) create(ctx context.Context, old string, session models.Session, u models.User) error {
	c := models.SessionCopy{Session: session, User: u}
	// The clock of a sign-in: nobody has seen it later than this.
	now := session.LastSeen.Time
	args := []any{
		old, hex.EncodeToString(session.IDHash[:]), session.DeviceID,
		milliseconds(c.Ends().Sub(now)), milliseconds(c.LastPossible().Sub(now)),
		session.Most, 0, now.UnixMilli(), c.LastPossible().UnixMilli(),
	}
	if u.TeamID != 0 {
		args[6] = s.demos
	}
	made, err := s.run(ctx, "create-session", createSession, []string{s.sessionKey(session.IDHash), s.userKey(session.UserID)}, pairs(args, c.Fields())).Int64()
	switch {
	case err == nil && made == 0:
		err = models.ErrTaken
	case err == nil && made == 2:
		err = models.ErrFull
	}
	return err
}

// FindSession returns a session and its user as it was when signing in, in one command. One that is unknown,
// over or idle for too long is models.ErrNotFound.
func (s *Store) FindSession(ctx context.Context, hash [32]byte, now time.Time) (models.Session, models.User, error) {
	ctx, cancel, err := start(ctx, "find-session", limit)
	if err != nil {
		return models.Session{}, models.User{}, err
	}
	defer cancel()
	texts, err := s.client.HGetAll(ctx, s.sessionKey(hash)).Result()
	if err != nil {
		return models.Session{}, models.User{}, fault(err)
	}
	if len(texts) == 0 {
		return models.Session{}, models.User{}, models.ErrNotFound
	}
	c, err := models.ParseSessionCopy(hash, texts)
	if err == nil && !c.Alive(now) {
		err = models.ErrNotFound
	}
	if err != nil {
		return models.Session{}, models.User{}, err
	}
	return c.Session, c.User, nil
}

// TouchSession notes that the session was used, which moves the moment at which Redis deletes it. One that is
// gone is no error.
func (s *Store) TouchSession(ctx context.Context, hash [32]byte, now time.Time) error {
	return s.runWithin(ctx, models.TouchLimit, "touch-session", touchSession, []string{s.sessionKey(hash)}, []any{now.UnixMicro()}).Err()
}

// RenameSession moves a session to a new id. One that is gone is models.ErrNotFound.
func (s *Store) RenameSession(ctx context.Context, old, renamed [32]byte, now time.Time) error {
	keys := []string{s.sessionKey(old), s.sessionKey(renamed)}
	moved, err := s.run(ctx, "rename-session", renameSession, keys, []any{now.UnixMicro(), hex.EncodeToString(renamed[:])}).Int64()
	return some(moved, err)
}

// DeleteSession ends a session. One that is gone is no error.
func (s *Store) DeleteSession(ctx context.Context, hash [32]byte) error {
	return s.run(ctx, "end-session", deleteSession, []string{s.sessionKey(hash)}, nil).Err()
}

// SessionsOfUser returns a user's sessions that are alive, the last seen first.
func (s *Store) SessionsOfUser(ctx context.Context, userID int64, now time.Time) ([]models.Session, error) {
	found, err := s.run(ctx, "list-sessions", listSessions, []string{s.userKey(userID)}, nil).Slice()
	if err != nil {
		return nil, err
	}
	var list []models.Session
	for _, each := range found {
		flat, _ := each.([]any)
		hash, texts, err := unflatten(flat)
		if err != nil {
			return nil, err
		}
		c, err := models.ParseSessionCopy(hash, texts)
		if err != nil {
			return nil, err
		}
		if c.Alive(now) {
			list = append(list, c.Session)
		}
	}
	slices.SortFunc(list, models.LastSeenFirst)
	return list, nil
}

// EndSession ends a session by its device id. One that is gone or another user's is models.ErrNotFound.
func (s *Store) EndSession(ctx context.Context, userID, deviceID int64) error {
	return some(s.run(ctx, "end-session", endSession, []string{s.userKey(userID)}, []any{deviceID}).Int64())
}

// EndOtherSessions ends all of a user's sessions but one and returns how many; with keep 0 it ends all.
func (s *Store) EndOtherSessions(ctx context.Context, userID, keep int64) (int64, error) {
	return s.run(ctx, "end-other-sessions", endOtherSessions, []string{s.userKey(userID)}, []any{keep}).Int64()
}

// ChangeCopies writes the user as it is now into each of the user's sessions.
func (s *Store) ChangeCopies(ctx context.Context, u models.User) error {
	return s.run(ctx, "change-copies", changeCopies, []string{s.userKey(u.ID)}, pairs(nil, models.UserFields(u))).Err()
}

// SessionRow returns what is kept of a session, and in how many milliseconds Redis deletes it, to be shown.
// One that is gone is models.ErrNotFound.
func (s *Store) SessionRow(ctx context.Context, hash [32]byte) ([]models.Column, error) {
	flat, err := s.run(ctx, "show-session", showSession, []string{s.sessionKey(hash)}, nil).Slice()
	if err != nil {
		return nil, err
	}
	_, texts, err := unflatten(append([]any{hex.EncodeToString(hash[:])}, flat...))
	if err != nil {
		return nil, err
	}
	c, err := models.ParseSessionCopy(hash, texts)
	if err != nil {
		return nil, models.ErrNotFound
	}
	row := []models.Column{{Name: "key", Value: s.sessionKey(hash), Bytes: len(s.sessionKey(hash))}}
	for _, f := range c.Fields() {
		shown := f.Column()
		shown.Bytes = len(f.Text()) // Redis keeps texts
		row = append(row, shown)
	}
	return append(row, models.Column{Name: "PTTL", Value: texts["PTTL"], Bytes: 8}), nil
}

// Ping asks Redis whether it answers. It belongs to no request and is not recorded.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(sqltrace.Background(ctx), limit)
	defer cancel()
	return fault(s.client.Ping(ctx).Err())
}

// Close closes every connection.
func (s *Store) Close() error { return s.client.Close() }

// some makes models.ErrNotFound of a command that found nothing to change.
func some(n int64, err error) error {
	if err == nil && n == 0 {
		return models.ErrNotFound
	}
	return err
}

// milliseconds is a time to live as Redis takes it: one more rather than one less, since the exact moment is
// checked inside, and at least one, since Redis takes no zero.
func milliseconds(d time.Duration) int64 {
	return max(1, int64((d+time.Millisecond-1)/time.Millisecond))
}

// pairs appends fields as names and values.
func pairs(args []any, fields []models.Field) []any {
	for _, f := range fields {
		args = append(args, f.Name, f.Text())
	}
	return args
}

// unflatten reads what a script returns of a session: its id's hash, then names and values in turn.
func unflatten(flat []any) (hash [32]byte, texts map[string]string, err error) {
	texts = make(map[string]string, len(flat)/2)
	for i := 1; i+1 < len(flat); i += 2 {
		texts[fmt.Sprint(flat[i])] = fmt.Sprint(flat[i+1])
	}
	if len(flat) == 0 {
		return hash, nil, errors.New("redis returned a session without an id")
	}
	raw, err := hex.DecodeString(fmt.Sprint(flat[0]))
	if err != nil || copy(hash[:], raw) != len(hash) {
		return hash, nil, errors.New("redis returned a session whose id is no hash")
	}
	return hash, texts, nil
}
