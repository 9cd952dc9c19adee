package handlers

import (
	"log/slog"
	"net/http"
	"net/url"

	"twodoors/handlers/labs"
)

// LabSettings are a server's own settings as environments have them: all that a sign-in depends on. Addresses, visitors' accounts
// and the store of sessions are the environment's.
func LabSettings(c Config, alg string) labs.Setting {
	return func(s *labs.Settings) {
		s.SessionIdle, s.SessionMax, s.Remember = c.SessionIdle, c.SessionMax, c.Remember
		s.AccessTTL, s.RefreshTTL, s.RefreshGrace = c.AccessTTL, c.RefreshTTL, c.RefreshGrace
		s.Level, s.VerifiedTokens, s.EncryptCookie, s.Alg = c.Level, c.VerifiedTokens, c.CookieEncrypt, alg
	}
}

// LabNodes makes nodes of the app for the environments of statements and labs: the same constructor that serves, with an environment's
// settings, database, keys and clock.
func LabNodes(version string) labs.Factory {
	return func(s labs.Settings, d labs.Deps) (http.Handler, error) {
		base, err := url.Parse(s.BaseURL)
		if err != nil {
			return nil, err
		}
		return New(Config{
			BaseURL: base, Signup: true, Version: version,
			SessionIdle: s.SessionIdle, SessionMax: s.SessionMax, Remember: s.Remember,
			AccessTTL: s.AccessTTL, RefreshTTL: s.RefreshTTL, RefreshGrace: s.RefreshGrace,
			Level: s.Level, VerifiedTokens: s.VerifiedTokens, CookieEncrypt: s.EncryptCookie,
		}, Deps{DB: d.DB, Sessions: d.Sessions, Keys: d.Keys, Now: d.Now, Log: slog.New(slog.DiscardHandler), Hasher: d.Hasher})
	}
}
