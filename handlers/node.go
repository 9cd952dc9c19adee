package handlers

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/handlers/labs"
	"twodoors/handlers/metrics"
	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/static"
	"twodoors/views"
)

// Config is what a node is told about itself. It was parsed and checked before.
type Config struct {
	// BaseURL is the one address that the app answers at, as Origin gives it; cookie names, Secure and the host check
	// follow it.
	BaseURL      *url.URL
	InsecureLAN  bool // a plain-http base URL beyond localhost: say so on every page
	Demo, Signup bool

	SessionIdle, SessionMax, Remember   time.Duration
	AccessTTL, RefreshTTL, RefreshGrace time.Duration

	Level auth.Level
	// VerifiedTokens is how many access tokens are remembered once their signature was checked; 0: none.
	VerifiedTokens int
	// CookieEncrypt encrypts the content of cookie mode's cookie, which is signed in any case.
	CookieEncrypt bool
	TrustProxy    []*net.IPNet // whose forwarded headers are believed; none: the connection's address counts
	Version       string
	// NodeName is said by every answer (Served-By) and every panel, where several nodes may answer; "" where one does.
	NodeName string
	// RunLimit is how long one run of a claim or a lab may take; 0: as long as suits a class.
	RunLimit time.Duration
	// SelfSigned returns the SHA-256 fingerprint of the certificate that the program made for itself, for the page
	// that explains the browser's warning; nil where there is no such certificate.
	SelfSigned func() string
}

// Deps is what a node works with. Several whole nodes can live in one process.
type Deps struct {
	DB *models.DB
	// Sessions is where session mode keeps its sessions; nil: in the database.
	Sessions auth.SessionRows
	Keys     *auth.KeyRing
	Now      func() time.Time
	Log      *slog.Logger
	Hasher   *auth.Hasher
	// Labs runs claims and labs for the pages that show them; nil: there are no such pages.
	Labs *labs.Engine
	// Nodes are those of this process that the new one is to be one of; nil: it stands alone.
	Nodes *Nodes
	// Metrics counts what the nodes of a process do; nil: nothing is counted.
	Metrics *metrics.Set
	// Around is called before each request, and what it returns, where that is not nil, with the request's record once
	// it was answered: what the headers and the page cannot say. nil: nobody asks.
	Around func(*http.Request) func(*trace.Record)
}

// Node is one whole server of the app, without its listener. It is an http.Handler.
type Node struct {
	cfg Config
	Deps
	echo     *echo.Echo
	static   *static.Files
	words    *views.Catalogue
	origin   *http.CrossOriginProtection
	cookies  auth.Cookies
	known    *auth.KnownDevices
	throttle *auth.Throttle
	limits   *limits
	signed   []securecookie.Codec // of preferences and demo teams
	levels   *auth.LevelChoices
	sealer   *auth.Sealer // of text that was typed and not sent
	servedBy []string     // the header's value, nil without a name
	stopping atomic.Bool  // no longer ready: see Drain
	told     *told
	// proxyTold is done once the log has said that a proxy hides the host.
	proxyTold sync.Once
	ends      *ends

	session *auth.Session
	jwt     *auth.JWT
	token   *auth.Token
	cookie  *auth.Cookie
	modes   []auth.ExhibitedMode // the two main ones first

	facts *atomic.Pointer[measured]
	labs  *laboratory // nil without an engine

	counted *metrics.Node // nil where nothing is counted
	meters  *meters
}

// New makes a node. All work that can be done once is done here.
func New(cfg Config, deps Deps) (*Node, error) {
	words, err := views.SharedCatalogue(messageConstants(cfg))
	if err != nil {
		return nil, err
	}
	files, err := static.Shared()
	if err != nil {
		return nil, err
	}
	if cfg.RunLimit == 0 {
		cfg.RunLimit = runTime
	}
	levels := deps.Nodes.levels()
	if levels == nil {
		levels = auth.NewLevelChoices(cfg.Level)
	}
	n := &Node{
		cfg: cfg, Deps: deps, static: files, words: words,
		origin:   http.NewCrossOriginProtection(),
		cookies:  auth.CookiesFor(cfg.BaseURL),
		signed:   deps.Keys.CookieCodecs(),
		levels:   levels,
		throttle: auth.NewThrottle(deps.Now), limits: newLimits(deps.Now), facts: new(atomic.Pointer[measured]), told: &told{}, ends: &ends{},
	}
	if n.sealer, err = auth.NewSealer(deps.Keys, "typed text for database "+deps.DB.ID()); err != nil {
		return nil, err
	}
	if cfg.NodeName != "" {
		n.servedBy = []string{cfg.NodeName}
	}
	n.known = auth.NewKnownDevices(deps.Keys, deps.DB.ID(), n.cookies, deps.Now)
	if n.Sessions == nil {
		n.Sessions = auth.InDatabase(deps.DB)
	}
	n.session = auth.NewSession(n.Sessions, deps.DB, deps.Keys, n.cookies, auth.SessionLimits{
		Idle: cfg.SessionIdle, Max: cfg.SessionMax, Remember: cfg.Remember,
	}, deps.Now)
	n.jwt = auth.NewJWT(deps.DB, deps.Keys, n.cookies, n.issuer(), auth.TokenLimits{
		Access: cfg.AccessTTL, Max: cfg.SessionMax, Remember: cfg.RefreshTTL, Grace: cfg.RefreshGrace, Verified: cfg.VerifiedTokens,
	}, n.levels, deps.Now)
	if n.token, err = auth.NewToken(deps.DB, deps.Keys, n.cookies, cfg.Remember, deps.Now); err != nil {
		return nil, err
	}
	n.cookie, err = auth.NewCookie(deps.DB, deps.Keys, n.cookies, auth.CookieLimits{Max: cfg.SessionMax, Remember: cfg.Remember}, cfg.CookieEncrypt, deps.Now)
	if err != nil {
		return nil, err
	}
	n.modes = []auth.ExhibitedMode{n.session, n.jwt, n.token, n.cookie}
	if deps.Labs != nil {
		n.labs = newLaboratory(deps.Labs, deps.Now, n.cfg.RunLimit)
	}
	if deps.Nodes != nil {
		deps.Nodes.share(n)
	}
	n.counted = deps.Metrics.Node(cfg.NodeName)
	n.echo = n.newEcho()
	n.routes()
	if n.counted != nil {
		n.meters = n.newMeters()
	}
	return n, nil
}

// bound is what a cookie is signed for that names rows of the database: its name, and the database's id. Keys outlive a
// database, and the next one may have such rows of its own.
func (n *Node) bound(cookie string) string {
	return n.cookies.Name(cookie, "/") + " of database " + n.DB.ID()
}

// issuer is the base URL without a path: the issuer of our tokens.
func (n *Node) issuer() string { return strings.TrimSuffix(n.cfg.BaseURL.String(), "/") }

// ServeHTTP answers one request.
func (n *Node) ServeHTTP(w http.ResponseWriter, r *http.Request) { n.echo.ServeHTTP(w, r) }

// Start begins the node's background work, which ends with ctx: it measures the figures of the front page and then
// the claims, clears away what has expired, follows the keys folder and what demo teams choose, says in the log when it
// is not ready, and ends the sign-ins that could not be ended before. It returns once the choices were read.
func (n *Node) Start(ctx context.Context) {
	if n.cfg.Demo {
		n.followLevels(ctx)
	}
	go func() {
		n.measure(ctx)
		if n.labs != nil {
			n.labs.keep(ctx)
		}
	}()
	go n.cleanup(ctx)
	go n.Keys.Follow(ctx, n.Now, n.Log)
	go n.watch(ctx)
	go n.keepEnding(ctx)
}

// cleanupEvery and cleanupBatch bound the clearing of expired rows.
const (
	cleanupEvery = 5 * time.Minute
	cleanupBatch = 500
)

func (n *Node) cleanup(ctx context.Context) {
	tick := time.NewTicker(cleanupEvery)
	defer tick.Stop()
	for {
		n.clear(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// clear removes what has expired, once.
func (n *Node) clear(ctx context.Context) {
	n.sweep()
	removed, err := n.DB.Cleanup(ctx, n.Now(), cleanupBatch)
	n.counted.Cleared(removed)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		n.Log.Warn("clearing expired rows failed", "error", err)
	case removed > 0:
		n.Log.Info("expired rows cleared", "rows", removed)
	}
}

// sweep gives back the memory of sessions that are over, where they lie in this process: in this node, or in each of
// those that it is one of. Redis does it by itself.
func (n *Node) sweep() {
	if n.Nodes == nil {
		n.sweepOwn()
		return
	}
	for _, one := range n.Nodes.running() {
		one.sweepOwn()
	}
}

func (n *Node) sweepOwn() {
	if store, ok := n.Sessions.(interface {
		Sweep(now time.Time, batch int) (removed int)
	}); ok {
		for store.Sweep(n.Now(), cleanupBatch) == cleanupBatch {
		}
	}
}
