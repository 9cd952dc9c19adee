package auth

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Cookies makes the app's cookies. Flags and names follow the base URL and nothing else: over https every
// cookie is Secure and carries its prefix (RFC 6265bis, section 4.1.3); over http neither, since Safari
// drops Secure cookies on http://localhost.
type Cookies struct {
	Secure bool
	// port is added to every name, with a dash before it; "" at the usual port.
	port string
}

// CookiesFor makes the cookies of a base URL. A browser has one jar for all ports of a host (RFC 6265, section 8.5), so two
// apps on one host would overwrite and clear each other's cookies. The names of the documentation belong to the
// usual address, port 8080 over http and 443 over https; at any other port the names end in it.
func CookiesFor(base *url.URL) Cookies {
	c := Cookies{Secure: base.Scheme == "https"}
	port, usual := base.Port(), "8080"
	if c.Secure {
		usual = "443"
	}
	if port == "" {
		port = map[bool]string{false: "80", true: "443"}[c.Secure]
	}
	if port != usual {
		c.port = "-" + port
	}
	return c
}

// Paths of the cookies that are not for the whole site.
const (
	refreshPath = "/jwt/refresh" // the refresh token is sent there and nowhere else
	markerPath  = "/jwt"
)

// Prefixes of names over https.
const (
	prefixHost   = "__Host-"
	prefixSecure = "__Secure-"
)

// Name gives a cookie the port, and its prefix: __Host- binds it to this host and the path /, __Secure- only to https.
func (c Cookies) Name(base, path string) string {
	switch {
	case !c.Secure:
		return base + c.port
	case path == "/":
		return prefixHost + base + c.port
	default:
		return prefixSecure + base + c.port
	}
}

// New makes a cookie: HttpOnly, SameSite=Lax. maxAge 0 makes one that goes with the browser's session.
func (c Cookies) New(base, path, value string, maxAge time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: c.Name(base, path), Value: value, Path: path, MaxAge: int(maxAge / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.Secure,
	}
}

// Set gives the client a cookie. Where the request brought several of that name, the others are cleared.
func (c Cookies) Set(w http.ResponseWriter, r *http.Request, base, path, value string, maxAge time.Duration) {
	c.clearStrays(w, r, base, path)
	SetCookie(w, c.New(base, path, value, maxAge))
}

// Drop makes the client forget a cookie, and all of them where the request brought several of that name.
func (c Cookies) Drop(w http.ResponseWriter, r *http.Request, base, path string) {
	c.clearStrays(w, r, base, path)
	gone := c.New(base, path, "", 0)
	gone.MaxAge = -1
	SetCookie(w, gone)
}

// clearStrays clears the cookies of a name that came with the request, where there were several: we never choose
// between two, so the person would be refused until one of them has gone. The request does not say where a cookie came
// from. It came under one of the paths that lead to this one, for this host or for a domain above it (RFC 6265,
// sections 5.1.3 and 5.1.4). Of a __Host- cookie there is only one.
func (c Cookies) clearStrays(w http.ResponseWriter, r *http.Request, base, path string) {
	name := c.Name(base, path)
	if strings.HasPrefix(name, prefixHost) || timesSent(r.Header["Cookie"], name) < 2 {
		return
	}
	for _, domain := range domainsOf(r.Host) {
		for _, at := range pathsTo(r.URL.EscapedPath()) {
			stray := c.New(base, at, "", 0)
			stray.Domain, stray.MaxAge = domain, -1
			SetCookie(w, stray)
		}
	}
}

// pathsTo lists the paths whose cookies are sent to a path, up to a depth that no route of ours has.
func pathsTo(path string) []string {
	const deepest = 8
	paths := []string{"/"}
	for i := 1; i < len(path) && len(paths) < 2*deepest; i++ {
		if path[i] == '/' {
			paths = append(paths, path[:i], path[:i+1])
		}
	}
	if last := paths[len(paths)-1]; last != path && len(paths) < 2*deepest {
		paths = append(paths, path)
	}
	return paths
}

// domainsOf lists the Domain attributes whose cookies are sent to a host: none at all, its own name, and those above
// it of more than one label.
func domainsOf(host string) []string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	domains := []string{""}
	if host == "" || net.ParseIP(strings.Trim(host, "[]")) != nil {
		return domains
	}
	domains = append(domains, host)
	for {
		_, above, found := strings.Cut(host, ".")
		if !found || !strings.Contains(above, ".") {
			return domains
		}
		domains, host = append(domains, above), above
	}
}

// Find returns the cookie's value. found is false where there is none; a name that came twice is ambiguous,
// and never a choice of ours: ok is false then, and for a value that no cookie may have.
func (c Cookies) Find(r *http.Request, base, path string) (value string, found, ok bool) {
	name := c.Name(base, path)
	got := r.CookiesNamed(name)
	switch sent := timesSent(r.Header["Cookie"], name); {
	case sent == 0:
		return "", false, true
	case sent == 1 && len(got) == 1:
		return got[0].Value, true, true
	default:
		return "", true, false
	}
}

// timesSent is how often a cookie's name stands in the request, whatever its values: net/http passes over those
// that it cannot read, as if they had not been sent.
func timesSent(lines []string, name string) (n int) {
	for _, line := range lines {
		for len(line) > 0 {
			var pair string
			pair, line, _ = strings.Cut(line, ";")
			if before, _, found := strings.Cut(strings.TrimLeft(pair, " \t"), "="); found && strings.TrimRight(before, " \t") == name {
				n++
			}
		}
	}
	return n
}

// SetCookie adds a cookie to the response in place of one of the same name, path and domain that was set before,
// so that a client never has to choose between two.
func SetCookie(w http.ResponseWriter, c *http.Cookie) {
	h := w.Header()
	kept := h["Set-Cookie"][:0:0]
	for _, line := range h["Set-Cookie"] {
		if old, err := http.ParseSetCookie(line); err == nil && old.Name == c.Name && old.Path == c.Path && old.Domain == c.Domain {
			continue
		}
		kept = append(kept, line)
	}
	h["Set-Cookie"] = append(kept, c.String())
}
