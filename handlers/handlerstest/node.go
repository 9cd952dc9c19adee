package handlerstest

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/metrics"
	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/modelstest"
	"twodoors/models/sqltrace"
)

// Password is every test user's password.
const Password = "correct horse battery"

// Clock stands still until a test moves it. It begins in a year of its own, so that whatever asks for the
// real time is far off.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock stands at the beginning of a morning.
func NewClock() *Clock { return &Clock{now: time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)} }

// Now is the time of the test.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move lets d pass.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Node is a whole node of the app with a database, keys and a clock of the test's own. All that passes
// through its clients is checked against the rules that hold for every answer (rules.go).
type Node struct {
	*handlers.Node
	T           testing.TB
	Config      handlers.Config
	DatabaseURL string
	DB          *models.DB
	Keys        *auth.KeyRing
	Hasher      *auth.Hasher
	Clock       *Clock
	stored      auth.SessionRows
	Redis       sqltrace.Switch // takes Redis away
	RedisURL    string

	mu      sync.Mutex
	orphans []string
	asked   []func(*http.Request) func(*trace.Record) // see Around
}

// Option changes how a node is made.
type Option func(*Setup)

// Setup is what a node is made of, as options change it.
type Setup struct {
	Config      handlers.Config
	DatabaseURL string
	alg         string
	log         *slog.Logger
	like        *Node
	store       string // of sessions; "" is the database
	Keys        *auth.KeyRing
	Clock       *Clock // nil: one of the node's own
	count       *metrics.Set
	Wrap        func(auth.SessionRows) auth.SessionRows
	Redis       string // the URL of one that exists; "" makes one of the node's own
}

// OnPostgres gives the node a database of its own on PostgreSQL; without it there is a SQLite file.
func OnPostgres(t testing.TB) Option {
	url := modelstest.Postgres(t)
	return func(s *Setup) { s.DatabaseURL = url }
}

// With changes the settings.
func With(change func(*handlers.Config)) Option { return func(s *Setup) { change(&s.Config) } }

// Level sets how much JWT mode checks.
func Level(l auth.Level) Option { return With(func(c *handlers.Config) { c.Level = l }) }

// NoDemo turns demo mode off.
func NoDemo() Option { return With(func(c *handlers.Config) { c.Demo = false }) }

// BaseURL sets the address of the app.
func BaseURL(text string) Option {
	return With(func(c *handlers.Config) { c.BaseURL = MustURL(text) })
}

// SignedWith sets the algorithm of access tokens.
func SignedWith(alg string) Option { return func(s *Setup) { s.alg = alg } }

// LogTo sends the node's log somewhere; without it there is none.
func LogTo(log *slog.Logger) Option { return func(s *Setup) { s.log = log } }

// Beside makes a second node on the database, the keys and the clock of another.
func Beside(n *Node) Option { return func(s *Setup) { s.like, s.Config = n, n.Config } }

// WithKeys gives the node a key ring that was opened elsewhere.
func WithKeys(ring *auth.KeyRing) Option { return func(s *Setup) { s.Keys = ring } }

// CountedIn has the node count what it does.
func CountedIn(m *metrics.Set) Option { return func(s *Setup) { s.count = m } }

// NewNode makes a node with the default settings, changed by the options.
func NewNode(t testing.TB, options ...Option) *Node {
	t.Helper()
	s := &Setup{alg: "EdDSA", log: slog.New(slog.DiscardHandler), Config: handlers.Config{
		BaseURL: MustURL("http://localhost:8080"), Demo: true, Signup: true,
		SessionIdle: 30 * time.Minute, SessionMax: 8 * time.Hour, Remember: 336 * time.Hour,
		AccessTTL: 15 * time.Minute, RefreshTTL: 336 * time.Hour, RefreshGrace: 10 * time.Second,
		Level: auth.LevelSignature, Version: "test",
	}}
	for _, o := range options {
		o(s)
	}
	n := &Node{T: t, Config: s.Config, DatabaseURL: s.DatabaseURL}
	if s.like != nil {
		n.DatabaseURL, n.DB, n.Keys, n.Hasher, n.Clock = s.like.DatabaseURL, s.like.DB, s.like.Keys, s.like.Hasher, s.like.Clock
		n.stored = s.like.stored
	} else {
		n.open(s)
	}
	if s.Keys != nil {
		n.Keys = s.Keys
	}
	n.RedisURL = s.Redis
	if s.store != "" {
		n.stored = openStore(n, s.store)
	}
	if s.Wrap != nil {
		n.stored = s.Wrap(n.stored)
	}
	var err error
	n.Node, err = handlers.New(n.Config, handlers.Deps{
		DB: n.DB, Sessions: n.stored, Keys: n.Keys, Now: n.Clock.Now, Log: s.log, Hasher: n.Hasher, Metrics: s.count, Around: n.askAround,
	})
	if err != nil {
		t.Fatal(err)
	}
	n.Watch(func(path string, x *trace.Record) { checkRecord(t, path, x) })
	return n
}

// Around has begin called before every request and what it returns, if anything, with the request's record after it
// was answered.
func (n *Node) Around(begin func(r *http.Request) func(x *trace.Record)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = append(n.asked, begin)
}

// Watch has fn called with the record of every request after it was answered: tests ask it what the headers and the
// page cannot say, such as what was looked up after the figures had been fixed.
func (n *Node) Watch(fn func(path string, x *trace.Record)) {
	n.Around(func(r *http.Request) func(x *trace.Record) {
		return func(x *trace.Record) { fn(r.URL.Path, x) }
	})
}

// askAround asks all that Around was given, the last one nearest to the request.
func (n *Node) askAround(r *http.Request) func(x *trace.Record) {
	n.mu.Lock()
	asked := slices.Clone(n.asked)
	n.mu.Unlock()
	ends := make([]func(x *trace.Record), len(asked))
	for i, begin := range asked {
		ends[i] = begin(r)
	}
	return func(x *trace.Record) {
		for _, end := range slices.Backward(ends) {
			if end != nil {
				end(x)
			}
		}
	}
}

// open makes what nodes on the same database share.
func (n *Node) open(s *Setup) {
	n.T.Helper()
	n.Clock, n.Hasher = NewClock(), auth.NewHasher(64, 1)
	if s.Clock != nil {
		n.Clock = s.Clock
	}
	if n.DatabaseURL == "" {
		n.DatabaseURL = NewSQLite(n.T)
	}
	var err error
	if n.Keys, err = auth.NewKeyRing(s.alg, n.Clock.Now()); err != nil {
		n.T.Fatal(err)
	}
	n.DB, err = models.Open(n.T.Context(), models.Options{URL: n.DatabaseURL, Log: slog.New(slog.DiscardHandler), Orphan: n.orphan})
	if err != nil {
		n.T.Fatal(err)
	}
	n.T.Cleanup(func() {
		n.DB.Close()
		for _, sql := range n.orphans {
			n.T.Errorf("a statement was made without a request: %s", sql)
		}
	})
}

func (n *Node) orphan(_ context.Context, sql string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.orphans = append(n.orphans, sql)
}

// Background is a context for what a test does to the database itself.
func Background() context.Context { return sqltrace.Background(context.Background()) }

// User makes an account with the tests' password. role is models.RoleMember or models.RoleAdmin.
func (n *Node) User(name, role string) models.User {
	n.T.Helper()
	hash, err := n.Hasher.Hash(Background(), Password)
	if err != nil {
		n.T.Fatal(err)
	}
	u, err := n.DB.CreateUser(Background(), models.NewUser{Name: name, PasswordHash: hash, Role: role, Now: n.Clock.Now()})
	if err != nil {
		n.T.Fatal(err)
	}
	return u
}

// Note makes a note of a user's.
func (n *Node) Note(userID int64, body string) models.Note {
	n.T.Helper()
	note, err := n.DB.AddNote(Background(), userID, body, n.Clock.Now())
	if err != nil {
		n.T.Fatal(err)
	}
	return note
}

// MustURL parses an address that a test has written down.
func MustURL(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic(err)
	}
	return u
}
