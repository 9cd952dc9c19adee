package labs

import (
	"context"
	"errors"
	"net/http"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
)

// Settings are those of an environment's nodes. What a scenario does not choose is as the server itself has it.
type Settings struct {
	BaseURL string

	SessionIdle, SessionMax, Remember   time.Duration
	AccessTTL, RefreshTTL, RefreshGrace time.Duration

	// RealPasswords hashes passwords with the settings of the server itself; false: with cheap ones.
	RealPasswords bool

	Level auth.Level
	// VerifiedTokens is how many access tokens are remembered once their signature was checked; 0: none.
	VerifiedTokens int
	// SessionStore is where server-side sessions are kept: "database", where the user is read with them; "memory",
	// of each node by itself, or a redis:// URL, where a copy of the user is kept beside.
	SessionStore string
	// EncryptCookie has cookie mode encrypt what it signs.
	EncryptCookie bool
	// Alg is what access tokens are signed with.
	Alg string
	// Nodes is how many nodes share the environment's database and keys.
	Nodes int
}

// defaults are the settings of the app itself.
func defaults() Settings {
	return Settings{
		BaseURL:     "http://localhost:8080",
		SessionIdle: 30 * time.Minute, SessionMax: 8 * time.Hour, Remember: 336 * time.Hour,
		AccessTTL: 15 * time.Minute, RefreshTTL: 336 * time.Hour, RefreshGrace: 10 * time.Second,
		Level: auth.LevelSignature, SessionStore: "database", Alg: "EdDSA", Nodes: 1,
	}
}

// Deps are what a node works with, all of it the environment's own.
type Deps struct {
	DB       *models.DB
	Sessions auth.SessionRows
	Keys     *auth.KeyRing
	Now      func() time.Time
	Hasher   *auth.Hasher
}

// OpenSessions opens a place for server-side sessions, by Settings.SessionStore, and returns how to close it.
type OpenSessions func(ctx context.Context, where string, db *models.DB) (auth.SessionRows, func() error, error)

// Factory makes a whole node of the real app.
type Factory func(Settings, Deps) (http.Handler, error)

// ErrNotBuilt is something that this program cannot do: a statement that needs it is not run.
var ErrNotBuilt = errors.New("this program does not have it")

// Setting changes the settings of an environment.
type Setting func(*Settings)

// RealPasswords has passwords hashed as the server itself does it, for what shows how long that takes.
func RealPasswords() Setting { return func(s *Settings) { s.RealPasswords = true } }

// Level has JWT mode check this much at each request.
func Level(l auth.Level) Setting { return func(s *Settings) { s.Level = l } }

// AccessLife is how long access tokens are good.
func AccessLife(d time.Duration) Setting { return func(s *Settings) { s.AccessTTL = d } }

// Grace is how long a used refresh token may be presented once more.
func Grace(d time.Duration) Setting { return func(s *Settings) { s.RefreshGrace = d } }

// SessionsIn says where server-side sessions are kept.
func SessionsIn(store string) Setting { return func(s *Settings) { s.SessionStore = store } }

// Encrypted has cookie mode encrypt its cookie.
func Encrypted() Setting { return func(s *Settings) { s.EncryptCookie = true } }

// SignedWith sets the algorithm of access tokens.
func SignedWith(alg string) Setting { return func(s *Settings) { s.Alg = alg } }

// withPublicKey signs access tokens with an algorithm that has a public key: the server's own, unless that is HMAC.
func withPublicKey() Setting {
	return func(s *Settings) {
		if s.Alg == "HS256" {
			s.Alg = defaults().Alg
		}
	}
}

// Readably has cookie mode sign its cookie and not encrypt it.
func Readably() Setting { return func(s *Settings) { s.EncryptCookie = false } }

// RememberedFor is how long a sign-in is good that is to be remembered.
func RememberedFor(d time.Duration) Setting { return func(s *Settings) { s.Remember = d } }

// OverHTTPS has the environment's address begin with https.
func OverHTTPS() Setting { return func(s *Settings) { s.BaseURL = "https://twodoors.example" } }

// Nodes is how many nodes share the environment's database and keys.
func Nodes(n int) Setting { return func(s *Settings) { s.Nodes = n } }
