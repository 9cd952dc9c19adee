package auth

import (
	"context"
	"time"

	"twodoors/models"
)

// SessionRows is where server-side sessions are kept. Rows are found by the SHA-256 of the session id: the
// id itself is never stored, so that reading the store signs nobody in (RFC 6819, section 5.1.4.1.3).
type SessionRows interface {
	// Kind is one of the kinds of stores below.
	Kind() string
	// CreateSession stores s, a session of the user u. A store that cannot ask the database for the user keeps
	// a copy: see UserCopies.
	CreateSession(ctx context.Context, s models.Session, u models.User) error
	// ReplaceSession stores s and deletes the session old, at once or not at all.
	ReplaceSession(ctx context.Context, old [32]byte, s models.Session, u models.User) error
	// FindSession returns the session and its user. It fails with models.ErrNotFound for an unknown id, past
	// the idle or the absolute limit, and for a user who is inactive, as far as the store knows.
	FindSession(ctx context.Context, hash [32]byte, now time.Time) (models.Session, models.User, error)
	TouchSession(ctx context.Context, hash [32]byte, now time.Time) error
	// RenameSession moves a session to a new id.
	RenameSession(ctx context.Context, old, new [32]byte, now time.Time) error
	// DeleteSession ends a session; one that is not there is no error.
	DeleteSession(ctx context.Context, hash [32]byte) error
	SessionsOfUser(ctx context.Context, userID int64, now time.Time) ([]models.Session, error)
	EndSession(ctx context.Context, userID, deviceID int64) error
	EndOtherSessions(ctx context.Context, userID, keepDevice int64) (int64, error)
	SessionRow(ctx context.Context, hash [32]byte) ([]models.Column, error)
}

// The kinds of stores.
const (
	StoreDatabase = "database" // beside the users
	StoreMemory   = "memory"   // of this process: another node knows nothing of it
	StoreRedis    = "redis"
)

// InDatabase keeps sessions in the database, where one statement reads a session together with its user.
func InDatabase(db *models.DB) SessionRows { return databaseRows{db} }

type databaseRows struct{ *models.DB }

func (databaseRows) Kind() string { return StoreDatabase }

func (d databaseRows) CreateSession(ctx context.Context, s models.Session, _ models.User) error {
	return d.DB.CreateSession(ctx, s)
}

func (d databaseRows) ReplaceSession(ctx context.Context, old [32]byte, s models.Session, _ models.User) error {
	return d.DB.ReplaceSession(ctx, old, s)
}
