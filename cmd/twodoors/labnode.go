package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/labs"
	"twodoors/models"
)

// newLabNode makes a node of the app for a world: the same constructors that serve uses, with the world's
// settings, database, keys and clock.
func newLabNode(s labs.Settings, d labs.Deps) (http.Handler, error) {
	base, err := url.Parse(s.BaseURL)
	if err != nil {
		return nil, err
	}
	return handlers.New(handlers.Config{
		BaseURL: base, Signup: true, Version: version(),
		SessionIdle: s.SessionIdle, SessionMax: s.SessionMax, Remember: s.Remember,
		AccessTTL: s.AccessTTL, RefreshTTL: s.RefreshTTL, RefreshGrace: s.RefreshGrace,
		Level: s.Level, CookieEncrypt: s.EncryptCookie,
	}, handlers.Deps{DB: d.DB, Sessions: d.Sessions, Keys: d.Keys, Now: d.Now, Log: slog.New(slog.DiscardHandler), Hasher: d.Hasher})
}

// openLabSessions opens a place for a world's sessions, as the settings would.
func openLabSessions(ctx context.Context, where string, db *models.DB) (auth.SessionRows, func() error, error) {
	return Settings{SessionStore: where}.openSessions(ctx, db, slog.New(slog.DiscardHandler))
}

// newLabs makes the engine of the pages that run claims. Their worlds live in this process's memory, whatever database
// the app has: what visitors run must not touch that, not even its load. The verify command runs claims elsewhere.
func newLabs() *labs.Engine {
	return labs.New(labs.Options{Factory: newLabNode, Sessions: openLabSessions})
}
