package labs

import (
	"maps"
	"net/http"
	"strings"
	"time"
)

// jar keeps a client's cookies by the environment's clock, as a browser does for one host.
type jar struct {
	now     func() time.Time
	cookies map[jarKey]kept
	order   []jarKey
	// tireless keeps every cookie, whatever an answer clears and whatever date it was given, as a thief does.
	tireless bool
}

type jarKey struct{ name, path string }

type kept struct {
	value string
	ends  time.Time // zero: with the browser
}

func newJar(now func() time.Time) *jar { return &jar{now: now, cookies: map[jarKey]kept{}} }

// take keeps what an answer sets, and forgets what it clears.
func (j *jar) take(h http.Header) {
	for _, line := range h["Set-Cookie"] {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			continue
		}
		k := jarKey{c.Name, c.Path}
		if c.MaxAge < 0 {
			if !j.tireless {
				delete(j.cookies, k)
			}
			continue
		}
		v := kept{value: c.Value}
		if c.MaxAge > 0 {
			v.ends = j.now().Add(time.Duration(c.MaxAge) * time.Second)
		}
		if _, known := j.cookies[k]; !known {
			j.order = append(j.order, k)
		}
		j.cookies[k] = v
	}
}

// header is the Cookie header for a path, "" for none.
func (j *jar) header(path string) string {
	var parts []string
	for _, k := range j.order {
		if c, found := j.cookies[k]; found && j.good(c) && covers(k.path, path) {
			parts = append(parts, k.name+"="+c.value)
		}
	}
	return strings.Join(parts, "; ")
}

func (j *jar) good(c kept) bool { return j.tireless || c.ends.IsZero() || j.now().Before(c.ends) }

// covers reports whether a cookie of a path is sent to another (RFC 6265, section 5.1.4).
func covers(cookie, path string) bool {
	return cookie == path || strings.HasPrefix(path, cookie) && (strings.HasSuffix(cookie, "/") || path[len(cookie)] == '/')
}

// value is a cookie's value by its name without prefix, "" for none.
func (j *jar) value(name string) string {
	for k, c := range j.cookies {
		if plainName(k.name) == name && j.good(c) {
			return c.value
		}
	}
	return ""
}

// name is a cookie's name as it is sent, by its name without prefix.
func (j *jar) name(plain string) string {
	for k := range j.cookies {
		if plainName(k.name) == plain {
			return k.name
		}
	}
	stop("there is no cookie %s", plain)
	return ""
}

// set changes a cookie's value, which the client must hold.
func (j *jar) set(name, value string) {
	for k, c := range j.cookies {
		if plainName(k.name) == name {
			c.value = value
			j.cookies[k] = c
			return
		}
	}
	stop("there is no cookie %s", name)
}

// forget drops a cookie.
func (j *jar) forget(name string) {
	for k := range j.cookies {
		if plainName(k.name) == name {
			delete(j.cookies, k)
		}
	}
}

func (j *jar) copyOf(o *jar) {
	j.cookies, j.order, j.tireless = maps.Clone(o.cookies), append([]jarKey(nil), o.order...), true
}

// plainName is a cookie's name without the prefix that https gives it.
func plainName(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "__Host-"), "__Secure-")
}
