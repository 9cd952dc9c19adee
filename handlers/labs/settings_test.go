package labs_test

import (
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/labs"
)

// TestClaimsUnderOtherSettings: every statement comes to its verdict on a server with other settings, too: what a
// statement needs to be so is set by its scenario, and all else is the server's.
func TestClaimsUnderOtherSettings(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	for name, own := range map[string]labs.Setting{
		"HMAC, short lives, verified tokens remembered": func(s *labs.Settings) {
			s.Alg, s.AccessTTL, s.RefreshTTL, s.RefreshGrace, s.VerifiedTokens = "HS256", 5*time.Minute, 24*time.Hour, 0, 1000
			s.SessionIdle, s.SessionMax, s.Remember = 10*time.Minute, 3*time.Hour, 72*time.Hour
		},
		"ES256 at the highest level, encrypted cookies": func(s *labs.Settings) {
			s.Alg, s.Level, s.EncryptCookie, s.AccessTTL = "ES256", auth.LevelVersion, true, time.Hour
		},
	} {
		t.Run(name, func(t *testing.T) {
			runAll(t, newEngine(func(o *labs.Options) { o.Settings = own }))
		})
	}
}

// TestSettingsAreTheServers: an environment has the server's own settings, and what its scenario says instead.
func TestSettingsAreTheServers(t *testing.T) {
	stage(t, func(p *labs.Play) {
		if got := p.Environment().Settings(); got.Alg != "HS256" || got.AccessTTL != 5*time.Minute {
			t.Errorf("%+v", got)
		}
		if got := p.Environment(labs.AccessLife(time.Hour)).Settings(); got.Alg != "HS256" || got.AccessTTL != time.Hour {
			t.Errorf("%+v", got)
		}
	}, func(o *labs.Options) {
		o.Settings = func(s *labs.Settings) { s.Alg, s.AccessTTL = "HS256", 5*time.Minute }
	})
}
