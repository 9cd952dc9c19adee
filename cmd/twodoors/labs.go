package main

import (
	"context"
	"log/slog"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/labs"
	"twodoors/models"
)

// openLabSessions opens a place for an environment's sessions, as the settings would.
func openLabSessions(ctx context.Context, where string, db *models.DB) (auth.SessionRows, func() error, error) {
	return Settings{SessionStore: where}.openSessions(ctx, db, slog.New(slog.DiscardHandler))
}

// newLabs makes the engine of the pages that run statements. Their environments live in this process's memory, whatever database
// the app has: what visitors run must not touch that, not even its load. The verify command runs claims elsewhere.
func (p *program) newLabs(config handlers.Config) *labs.Engine {
	o := labs.Options{Factory: handlers.LabNodes(version()), Sessions: openLabSessions, Settings: handlers.LabSettings(config, p.JWTAlg)}
	if p.SessionStore == auth.StoreMemory {
		o.SessionStore = p.SessionStore
	}
	return labs.New(o)
}
