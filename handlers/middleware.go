package handlers

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/handlers/trace"
)

// maxBody bounds a request's body, in bytes. The longest note is 2,000 characters; one that is some times too
// long is to be read all the same, so that its form comes back with the text and not without. A character of
// Hangul takes nine bytes in a form.
const maxBody = 256 << 10

// newEcho makes the framework with what every request passes, in this order.
func (n *Node) newEcho() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = n.handleError
	e.IPExtractor = func(r *http.Request) string { return clientAddress(r, n.cfg.TrustProxy) }
	if n.Around != nil {
		e.Pre(n.around)
	}
	if n.counted != nil {
		e.Use(n.metered)
	}
	e.Use(n.record, n.logged, n.recovered, n.secured, n.thisHost, n.sameOrigin, n.preferred)
	return e
}

// around has Deps.Around called, outside of everything else that a request passes.
func (n *Node) around(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		end := n.Around(c.Request())
		err := next(c)
		if x := trace.From(c.Request().Context()); x != nil && end != nil {
			end(x)
		}
		return err
	}
}

// record begins the request's record and puts its figures into the headers of whatever answer it gets.
func (n *Node) record(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if strings.HasPrefix(c.Request().URL.Path, "/static/") {
			return next(c)
		}
		x, r := trace.Begin(c.Request())
		c.SetRequest(r)
		c.Response().Before(func() { x.WriteHeaders(c.Response().Header()) })
		return next(c)
	}
}

// logged writes one line for each request: the path, never the query, and nothing that a client may keep secret.
func (n *Node) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := rand.Text()
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		start := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err) // answered here, so that the line knows the status
		}
		level := slog.LevelInfo
		status := c.Response().Status
		if path := c.Path(); status == http.StatusOK && (path == "/healthz" || path == "/readyz") {
			level = slog.LevelDebug // asked every second or so
		}
		attrs := []slog.Attr{
			slog.String("method", c.Request().Method), slog.String("path", c.Request().URL.Path),
			slog.Int("status", status), slog.Duration("took", time.Since(start)),
			slog.String("address", c.RealIP()), slog.String("id", id),
		}
		if err != nil {
			attrs = append(attrs, slog.String("cause", err.Error()))
			if status >= http.StatusInternalServerError {
				level = slog.LevelError
			}
		}
		n.Log.LogAttrs(c.Request().Context(), level, "request", attrs...)
		for _, fault := range trace.From(c.Request().Context()).Spared() {
			n.Log.Warn("answered all the same", "error", fault, "id", id)
		}
		return nil
	}
}

// panicked is a panic as an error.
type panicked struct {
	value any
	stack string
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// recovered turns a panic into an error: a page for the visitor, one line in the log.
func (n *Node) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler {
					panic(v)
				}
				err = &panicked{v, string(debug.Stack())}
			}
		}()
		return next(c)
	}
}

// contentPolicy allows what comes from here and nothing inline (OWASP ASVS 5.0 3.4.3).
const contentPolicy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

// secured sets the headers that every answer has, whatever its status.
func (n *Node) secured(next echo.HandlerFunc) echo.HandlerFunc {
	hsts := hstsHeader
	if OnThisMachine(n.cfg.BaseURL.Hostname()) {
		hsts = noHSTSHeader
	}
	return func(c echo.Context) error {
		h := c.Response().Header()
		h["Content-Security-Policy"] = policyHeader
		h["X-Content-Type-Options"] = nosniffHeader
		h["Referrer-Policy"] = referrerHeader // no-referrer would make every form post Origin: null
		h["Cross-Origin-Opener-Policy"] = sameOriginHeader
		h["Cross-Origin-Resource-Policy"] = sameOriginHeader
		if n.servedBy != nil {
			h[servedByHeader] = n.servedBy
		}
		if n.stopping.Load() {
			h["Connection"] = closeHeader
		}
		if n.cookies.Secure {
			h["Strict-Transport-Security"] = hsts
		}
		if !strings.HasPrefix(c.Request().URL.Path, "/static/") {
			h["Cache-Control"] = noStoreHeader
		}
		if body := c.Request().Body; body != http.NoBody {
			c.Request().Body = http.MaxBytesReader(c.Response(), body, maxBody)
		}
		return next(c)
	}
}

// Header values that are the same for every answer, made once.
var (
	closeHeader      = []string{"close"}
	policyHeader     = []string{contentPolicy}
	nosniffHeader    = []string{"nosniff"}
	referrerHeader   = []string{"same-origin"}
	sameOriginHeader = []string{"same-origin"}
	hstsHeader       = []string{"max-age=31536000"}
	// HSTS counts for all ports of a host (RFC 6797, section 8.3). Those of this machine are other applications.
	noHSTSHeader  = []string{"max-age=0"}
	noStoreHeader = []string{"no-store"}
)

// thisHost refuses requests for another host than the base URL's: cookies and tokens made there would not
// be good here, and a browser would only show a sign-in that goes in circles. The files that the refusing page itself
// is drawn with are the same for everyone and say nothing.
func (n *Node) thisHost(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if path := c.Request().URL.Path; path == "/healthz" || path == "/readyz" || strings.HasPrefix(path, "/static/") {
			return next(c)
		}
		if !isHost(c.Request().Host, n.cfg.BaseURL.Scheme, n.cfg.BaseURL.Host) {
			return errWrongHost
		}
		return next(c)
	}
}

// sameOrigin refuses state changes that another site's page asked the browser for. The standard library
// decides, by Sec-Fetch-Site and Origin; scripts that send neither pass. Where Origin alone is there, the library
// compares it with Host, which a proxy may write differently (doors.example:443): it is compared with the base URL then.
func (n *Node) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if n.origin.Check(r) == nil {
			return next(c)
		}
		if len(r.Header["Sec-Fetch-Site"]) == 0 && isOrigin(r.Header.Get("Origin"), n.cfg.BaseURL.Scheme, n.cfg.BaseURL.Host) {
			return next(c)
		}
		return errCrossOrigin
	}
}

// door is one mode as it is mounted.
type door struct {
	*Node
	mode auth.ExhibitedMode
}

const principalKey = "principal"

// require rejects requests that are not authenticated, with the checks of floor at least, credentials that lack the
// route's scope, and forms that were made for another user. The mode is asked once, and how long that took is noted.
func (d *door) require(floor auth.Level) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			x := trace.From(c.Request().Context())
			began := x.Elapsed()
			p, err := d.mode.Authenticate(c.Response(), c.Request(), floor)
			x.AddAuthTime(x.Elapsed() - began)
			if err != nil {
				return &unauthenticatedError{door: d, err: err}
			}
			if needs := scopeFor(c.Request().Method, c.Path()); !p.Allows(needs) {
				return &auth.ScopeError{Needs: needs}
			}
			c.Set(principalKey, p)
			if forAnother(c) {
				return d.refuseForAnother(c)
			}
			return next(c)
		}
	}
}

// principal is who is asking, behind require.
func principal(c echo.Context) auth.Principal { return c.Get(principalKey).(auth.Principal) }

// signing marks requests that are about nothing but who is asking, so that all of their time is auth.
func signing(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		trace.From(c.Request().Context()).Signing()
		return next(c)
	}
}

// unauthenticatedError is a request for the member area that a mode did not let in.
type unauthenticatedError struct {
	door *door
	err  error
}

func (u *unauthenticatedError) Error() string { return u.err.Error() }

func (u *unauthenticatedError) Unwrap() error { return u.err }

// isRefused returns the refusal in err, or nil.
func isRefused(err error) *auth.RejectedError {
	var refused *auth.RejectedError
	if errors.As(err, &refused) {
		return refused
	}
	return nil
}
