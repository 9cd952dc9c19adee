package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/memorystore"
	"twodoors/models/redisstore"
)

// checkSessionStore looks at the value without showing it: a URL may hold a password.
func (s Settings) checkSessionStore() error {
	switch {
	case s.SessionStore == auth.StoreDatabase, s.SessionStore == auth.StoreMemory:
		return nil
	case s.inRedis():
		if err := redisstore.Check(s.SessionStore); err != nil {
			return fmt.Errorf("--session-store: %w", err)
		}
		return nil
	}
	return errors.New("--session-store: unknown store (known: database, memory, redis://…, rediss://…)")
}

func (s Settings) inRedis() bool {
	return strings.HasPrefix(s.SessionStore, "redis://") || strings.HasPrefix(s.SessionStore, "rediss://")
}

// openSessions opens what the settings say, and returns how to close it. Its errors do not show the URL.
func (s Settings) openSessions(ctx context.Context, db *models.DB, log *slog.Logger) (auth.SessionRows, func() error, error) {
	nothing := func() error { return nil }
	switch {
	case s.SessionStore == auth.StoreMemory:
		return memorystore.New(memorystore.Sessions), nothing, nil
	case s.inRedis():
		store, err := redisstore.Open(ctx, redisstore.Options{URL: s.SessionStore, Database: db.ID(), Orphan: func(ctx context.Context, text string) {
			log.WarnContext(ctx, "command to Redis without a request", "command", text)
		}})
		if err != nil {
			return nil, nil, fmt.Errorf("--session-store: %w", err)
		}
		return store, store.Close, nil
	}
	return auth.InDatabase(db), nothing, nil
}

// endSessions ends a user's sessions wherever they are kept: in the database, and in Redis where the settings
// name one. No command reaches into a running server's memory.
func (p *program) endSessions(ctx context.Context, db *models.DB, userID int64) (ended int64, err error) {
	if ended, err = db.EndOtherSessions(ctx, userID, 0); err != nil || !p.inRedis() {
		if err == nil && p.SessionStore == auth.StoreMemory {
			fmt.Fprintln(p.err, "sessions in a running server's memory go on until that server is started anew")
		}
		return ended, err
	}
	more, err := p.endInRedis(ctx, db, userID)
	if err != nil { // the change stands, and is not to be repeated for this
		fmt.Fprintf(p.err, "sessions in Redis could not be ended now (%v): the server does it as soon as it can\n", err)
		err = db.AddPendingEnd(ctx, models.PendingEnd{UserID: userID, Before: p.now()})
	}
	return ended + more, err
}

func (p *program) endInRedis(ctx context.Context, db *models.DB, userID int64) (ended int64, err error) {
	store, closing, err := p.openSessions(ctx, db, newLog(p.LogFormat, p.err))
	if err != nil {
		return 0, err
	}
	ended, err = store.EndOtherSessions(ctx, userID, 0)
	return ended, errors.Join(err, closing())
}
