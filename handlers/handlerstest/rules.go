package handlerstest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"twodoors/handlers/trace"
)

// checkRecord holds for every request: what a page says was true when it was rendered, so nothing may be
// looked up after the figures were fixed.
func checkRecord(t testing.TB, path string, x *trace.Record) {
	if late := x.Lookups.Late(); late != 0 {
		t.Errorf("%s: %d lookups were made after the figures had been fixed", path, late)
	}
}

// checkAnswer holds for every answer, whatever its status.
func checkAnswer(c *Client, r *http.Request, res *http.Response, body string) {
	what := r.Method + " " + r.URL.RequestURI() + ": " + strconv.Itoa(res.StatusCode)
	fail := func(format string, args ...any) { c.T.Helper(); c.T.Errorf(what+": "+format, args...) }
	if res.StatusCode == http.StatusInternalServerError {
		fail("an internal error\n%.400s", body)
	}
	if strings.Contains(body, "⟦") {
		fail("a message is missing: %.60s", body[strings.Index(body, "⟦"):])
	}
	checkHeaders(c, r, res, fail)
	checkCookies(c, res, fail)
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") || body == "" {
		return
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		fail("%v", err)
		return
	}
	checkFigures(doc, res, fail)
	checkMasked(c, r, res, body, fail)
}

// checkHeaders looks for what SECURITY asks of every status (OWASP ASVS 5.0 3.4).
func checkHeaders(c *Client, r *http.Request, res *http.Response, fail func(string, ...any)) {
	path := r.URL.Path
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		if got := res.Header.Get(name); got != want {
			fail("%s: %q, want %q", name, got, want)
		}
	}
	policy := res.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors "} {
		if !strings.Contains(policy, part) {
			fail("the policy lacks %s: %s", part, policy)
		}
	}
	if strings.Contains(policy, "unsafe") {
		fail("the policy allows unsafe: %s", policy)
	}
	if hsts := res.Header.Get("Strict-Transport-Security"); (hsts != "") != (c.Base.Scheme == "https") {
		fail("Strict-Transport-Security %q over %s", hsts, c.Base.Scheme)
	}
	if kind := res.Header.Get("Content-Type"); strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "charset=utf-8") && !strings.Contains(kind, "charset=UTF-8") {
		fail("no charset: %s", kind)
	}
	if ofMode(path) {
		if res.Header.Get("Cache-Control") != "no-store" {
			fail("may be cached: %q", res.Header.Get("Cache-Control"))
		}
		if !strings.HasPrefix(res.Header.Get("DB-Lookups"), "auth=") || !strings.Contains(res.Header.Get("DB-Lookups"), ", data=") {
			fail("DB-Lookups: %q", res.Header.Get("DB-Lookups"))
		}
		for _, metric := range []string{"auth;dur=", "data;dur=", "render;dur=", "total;dur="} {
			if !strings.Contains(res.Header.Get("Server-Timing"), metric) {
				fail("Server-Timing lacks %s: %q", metric, res.Header.Get("Server-Timing"))
			}
		}
	}
}

// ofMode reports whether a path lies under one of the doors.
func ofMode(path string) bool {
	path = strings.TrimPrefix(path, "/api")
	return strings.HasPrefix(path, "/session/") || strings.HasPrefix(path, "/jwt/")
}

// checkCookies looks at every cookie that is set: as a browser would before it keeps it, and as ASVS 3.3 does.
func checkCookies(c *Client, res *http.Response, fail func(string, ...any)) {
	seen := map[string]bool{}
	for _, line := range res.Header.Values("Set-Cookie") {
		k, err := http.ParseSetCookie(line)
		if err != nil {
			fail("%s: %v", line, err)
			continue
		}
		bare, isHost := strings.CutPrefix(k.Name, "__Host-")
		bare, isSecure := strings.CutPrefix(bare, "__Secure-")
		https := c.Base.Scheme == "https"
		if k.MaxAge < 0 && strings.Count(strings.Join(res.Request.Header["Cookie"], ";"), k.Name) > 1 {
			continue // it came twice, and is cleared wherever it may have come from
		}
		switch {
		case seen[k.Name+k.Path]:
			fail("the cookie %s is set twice", k.Name)
		case !strings.HasPrefix(bare, "twodoors-"):
			fail("a cookie that is not ours: %s", k.Name)
		case !k.HttpOnly, k.SameSite != http.SameSiteLaxMode && k.SameSite != http.SameSiteStrictMode, k.Path != cookiePath(bare), k.Domain != "":
			fail("the cookie %s", line)
		case k.Secure != https, isHost != (https && k.Path == "/"), isSecure != (https && k.Path != "/"):
			fail("over %s the cookie %s", c.Base.Scheme, line)
		case len(line) > 4096:
			fail("a browser would drop the cookie %s of %d bytes", k.Name, len(line))
		}
		seen[k.Name+k.Path] = true
	}
}

// checkFigures compares the panel with the header that travels beside it.
func checkFigures(doc *goquery.Document, res *http.Response, fail func(string, ...any)) {
	panel := doc.Find("[data-auth][data-data]")
	if panel.Length() == 0 || !ofMode(res.Request.URL.Path) {
		return
	}
	shown := "auth=" + panel.First().AttrOr("data-auth", "") + ", data=" + panel.First().AttrOr("data-data", "")
	if display := panel.First().AttrOr("data-display", "0"); display != "0" {
		shown += ", display=" + display
	}
	if header := res.Header.Get("DB-Lookups"); shown != header {
		fail("the page says %s, the header %s", shown, header)
	}
}

// checkMasked looks for a whole credential in the page's source: of this client, of either door.
func checkMasked(c *Client, r *http.Request, res *http.Response, body string, fail func(string, ...any)) {
	secrets := map[string]string{"bearer": c.Bearer}
	for _, path := range []string{"/", "/jwt", "/jwt/refresh"} {
		if c.Jar == nil {
			break
		}
		for _, k := range c.Jar.Cookies(c.Base.ResolveReference(&url.URL{Path: path})) {
			secrets[k.Name] = k.Value
		}
	}
	for _, k := range r.Cookies() {
		secrets[k.Name] = k.Value
	}
	for _, k := range res.Cookies() {
		secrets[k.Name] = k.Value
	}
	for name, secret := range secrets {
		if strings.HasSuffix(name, "twodoors-flash") { // no credential: it names what the next page says
			continue
		}
		if len(secret) > 16 && strings.Contains(body, secret) {
			fail("the credential %s stands in the page", name)
		}
	}
}
