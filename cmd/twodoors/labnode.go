package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"twodoors/handlers"
	"twodoors/handlers/labs"
)

// newLabNode makes a node of the app for a world: the same constructors that serve uses, with the world's
// settings, database, keys and clock.
func newLabNode(s labs.Settings, d labs.Deps) (http.Handler, error) {
	if s.SessionStore != "database" || s.CopyUser {
		return nil, fmt.Errorf("sessions outside the database: %w", labs.ErrNotBuilt)
	}
	base, err := url.Parse(s.BaseURL)
	if err != nil {
		return nil, err
	}
	return handlers.New(handlers.Config{
		BaseURL: base, Signup: true, Version: version(),
		SessionIdle: s.SessionIdle, SessionMax: s.SessionMax, Remember: s.Remember,
		AccessTTL: s.AccessTTL, RefreshTTL: s.RefreshTTL, RefreshGrace: s.RefreshGrace,
		Level: s.Level, CookieEncrypt: s.EncryptCookie,
	}, handlers.Deps{DB: d.DB, Keys: d.Keys, Now: d.Now, Log: slog.New(slog.DiscardHandler), Hasher: d.Hasher})
}
