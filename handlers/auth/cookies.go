package auth

import (
	"net/http"
	"strings"
	"time"
)

// Cookies makes the app's cookies. Flags and names follow the base URL and nothing else: over https every
// cookie is Secure and carries its prefix (RFC 6265bis, section 4.1.3); over http neither, since Safari
// drops Secure cookies on http://localhost.
type Cookies struct {
	Secure bool
}

// Paths of the cookies that are not for the whole site.
const (
	refreshPath = "/jwt/refresh" // the refresh token is sent there and nowhere else
	markerPath  = "/jwt"
)

// Name gives a cookie its prefix: __Host- binds it to this host and the path /, __Secure- only to https.
func (c Cookies) Name(base, path string) string {
	switch {
	case !c.Secure:
		return base
	case path == "/":
		return "__Host-" + base
	default:
		return "__Secure-" + base
	}
}

// New makes a cookie: HttpOnly, SameSite=Lax. maxAge 0 makes one that goes with the browser's session.
func (c Cookies) New(base, path, value string, maxAge time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: c.Name(base, path), Value: value, Path: path, MaxAge: int(maxAge / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.Secure,
	}
}

// Drop makes the client forget a cookie.
func (c Cookies) Drop(w http.ResponseWriter, base, path string) {
	gone := c.New(base, path, "", 0)
	gone.MaxAge = -1
	SetCookie(w, gone)
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

// SetCookie adds a cookie to the response in place of one of the same name and path that was set before, so
// that a client never has to choose between two.
func SetCookie(w http.ResponseWriter, c *http.Cookie) {
	h := w.Header()
	kept := h["Set-Cookie"][:0:0]
	for _, line := range h["Set-Cookie"] {
		if old, err := http.ParseSetCookie(line); err == nil && old.Name == c.Name && old.Path == c.Path {
			continue
		}
		kept = append(kept, line)
	}
	h["Set-Cookie"] = append(kept, c.String())
}
