package handlers_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
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

// password is every test user's password.
const password = "correct horse battery"

// clock stands still until a test moves it. It begins in a year of its own, so that whatever asks for the
// real time is far off.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)} }

// Now is the time of the test.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// move lets d pass.
func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// testNode is a whole node of the app with a database, keys and a clock of the test's own. All that passes
// through its clients is checked against the rules that hold for every answer (invariants_test.go).
type testNode struct {
	*handlers.Node
	t        testing.TB
	cfg      handlers.Config
	dbURL    string
	db       *models.DB
	keys     *auth.KeyRing
	hasher   *auth.Hasher
	clock    *clock
	stored   auth.SessionRows
	redis    sqltrace.Switch // takes Redis away
	redisURL string

	mu      sync.Mutex
	orphans []string
	asked   []func(*http.Request) func(*trace.Exchange) // see around
}

// option changes how a node is made.
type option func(*setup)

type setup struct {
	cfg   handlers.Config
	dbURL string
	alg   string
	log   *slog.Logger
	like  *testNode
	store string // of sessions; "" is the database
	keys  *auth.KeyRing
	clock *clock // nil: one of the node's own
	count *metrics.Set
	wrap  func(auth.SessionRows) auth.SessionRows
	redis string // the URL of one that exists; "" makes one of the node's own
}

// onPostgres gives the node a database of its own on PostgreSQL; without it there is a SQLite file.
func onPostgres(t testing.TB) option {
	url := modelstest.Postgres(t)
	return func(s *setup) { s.dbURL = url }
}

// with changes the settings.
func with(change func(*handlers.Config)) option { return func(s *setup) { change(&s.cfg) } }

// level sets how much JWT mode checks.
func level(l auth.Level) option { return with(func(c *handlers.Config) { c.Level = l }) }

// noDemo turns demo mode off.
func noDemo() option { return with(func(c *handlers.Config) { c.Demo = false }) }

// baseURL sets the address of the app.
func baseURL(text string) option {
	return with(func(c *handlers.Config) { c.BaseURL = mustURL(text) })
}

// signedWith sets the algorithm of access tokens.
func signedWith(alg string) option { return func(s *setup) { s.alg = alg } }

// logTo sends the node's log somewhere; without it there is none.
func logTo(log *slog.Logger) option { return func(s *setup) { s.log = log } }

// beside makes a second node on the database, the keys and the clock of another.
func beside(n *testNode) option { return func(s *setup) { s.like, s.cfg = n, n.cfg } }

// withKeys gives the node a key ring that was opened elsewhere.
func withKeys(ring *auth.KeyRing) option { return func(s *setup) { s.keys = ring } }

// countedIn has the node count what it does.
func countedIn(m *metrics.Set) option { return func(s *setup) { s.count = m } }

// newNode makes a node with the default settings, changed by the options.
func newNode(t testing.TB, options ...option) *testNode {
	t.Helper()
	s := &setup{alg: "EdDSA", log: slog.New(slog.DiscardHandler), cfg: handlers.Config{
		BaseURL: mustURL("http://localhost:8080"), Demo: true, Signup: true,
		SessionIdle: 30 * time.Minute, SessionMax: 8 * time.Hour, Remember: 336 * time.Hour,
		AccessTTL: 15 * time.Minute, RefreshTTL: 336 * time.Hour, RefreshGrace: 10 * time.Second,
		Level: auth.LevelSignature, Version: "test",
	}}
	for _, o := range options {
		o(s)
	}
	n := &testNode{t: t, cfg: s.cfg, dbURL: s.dbURL}
	if s.like != nil {
		n.dbURL, n.db, n.keys, n.hasher, n.clock = s.like.dbURL, s.like.db, s.like.keys, s.like.hasher, s.like.clock
		n.stored = s.like.stored
	} else {
		n.open(s)
	}
	if s.keys != nil {
		n.keys = s.keys
	}
	n.redisURL = s.redis
	if s.store != "" {
		n.stored = openStore(n, s.store)
	}
	if s.wrap != nil {
		n.stored = s.wrap(n.stored)
	}
	var err error
	n.Node, err = handlers.New(n.cfg, handlers.Deps{
		DB: n.db, Sessions: n.stored, Keys: n.keys, Now: n.clock.Now, Log: s.log, Hasher: n.hasher, Metrics: s.count, Around: n.askAround,
	})
	if err != nil {
		t.Fatal(err)
	}
	n.watch(func(path string, x *trace.Exchange) { checkRecord(t, path, x) })
	return n
}

// around has begin called before every request and what it returns, if anything, with the request's record after it
// was answered.
func (n *testNode) around(begin func(r *http.Request) func(x *trace.Exchange)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = append(n.asked, begin)
}

// watch has fn called with the record of every request after it was answered: tests ask it what the headers and the
// page cannot say, such as what was looked up after the figures had been fixed.
func (n *testNode) watch(fn func(path string, x *trace.Exchange)) {
	n.around(func(r *http.Request) func(x *trace.Exchange) {
		return func(x *trace.Exchange) { fn(r.URL.Path, x) }
	})
}

// askAround asks all that around was given, the last one nearest to the request.
func (n *testNode) askAround(r *http.Request) func(x *trace.Exchange) {
	n.mu.Lock()
	asked := slices.Clone(n.asked)
	n.mu.Unlock()
	ends := make([]func(x *trace.Exchange), len(asked))
	for i, begin := range asked {
		ends[i] = begin(r)
	}
	return func(x *trace.Exchange) {
		for _, end := range slices.Backward(ends) {
			if end != nil {
				end(x)
			}
		}
	}
}

// open makes what nodes on the same database share.
func (n *testNode) open(s *setup) {
	n.t.Helper()
	n.clock, n.hasher = newClock(), auth.NewHasher(64, 1)
	if s.clock != nil {
		n.clock = s.clock
	}
	if n.dbURL == "" {
		n.dbURL = "sqlite:" + filepath.Join(n.t.TempDir(), "twodoors.db")
	}
	var err error
	if n.keys, err = auth.NewKeyRing(s.alg, n.clock.Now()); err != nil {
		n.t.Fatal(err)
	}
	n.db, err = models.Open(n.t.Context(), models.Options{URL: n.dbURL, Log: slog.New(slog.DiscardHandler), Orphan: n.orphan})
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() {
		n.db.Close()
		for _, sql := range n.orphans {
			n.t.Errorf("a statement was made without a request: %s", sql)
		}
	})
}

func (n *testNode) orphan(_ context.Context, sql string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.orphans = append(n.orphans, sql)
}

// background is a context for what a test does to the database itself.
func background() context.Context { return sqltrace.Background(context.Background()) }

// user makes an account with the tests' password. role is models.RoleMember or models.RoleAdmin.
func (n *testNode) user(name, role string) models.User {
	n.t.Helper()
	hash, err := n.hasher.Hash(background(), password)
	if err != nil {
		n.t.Fatal(err)
	}
	u, err := n.db.CreateUser(background(), models.NewUser{Name: name, PasswordHash: hash, Role: role, Now: n.clock.Now()})
	if err != nil {
		n.t.Fatal(err)
	}
	return u
}

// note makes a note of a user's.
func (n *testNode) note(userID int64, body string) models.Note {
	n.t.Helper()
	note, err := n.db.AddNote(background(), userID, body, n.clock.Now())
	if err != nil {
		n.t.Fatal(err)
	}
	return note
}

func mustURL(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic(err)
	}
	return u
}
