package auth_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twodoors/handlers/auth"
)

func TestCookieNamesAndFlags(t *testing.T) {
	for _, c := range []struct {
		secure bool
		path   string
		want   string
	}{
		{false, "/", "twodoors-x=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"},
		{false, "/jwt", "twodoors-x=v; Path=/jwt; Max-Age=60; HttpOnly; SameSite=Lax"},
		{true, "/", "__Host-twodoors-x=v; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax"},
		{true, "/jwt/refresh", "__Secure-twodoors-x=v; Path=/jwt/refresh; Max-Age=60; HttpOnly; Secure; SameSite=Lax"},
	} {
		cookies := auth.Cookies{Secure: c.secure}
		if got := cookies.New("twodoors-x", c.path, "v", time.Minute).String(); got != c.want {
			t.Errorf("secure %v, path %s: %s, want %s", c.secure, c.path, got, c.want)
		}
		// A cookie goes away only under the name, path and flags it came with.
		w := httptest.NewRecorder()
		cookies.Drop(w, httptest.NewRequest(http.MethodGet, c.path, nil), "twodoors-x", c.path)
		gone := w.Result().Cookies()
		if len(gone) != 1 || gone[0].Name != cookies.Name("twodoors-x", c.path) || gone[0].Path != c.path || gone[0].MaxAge != -1 || gone[0].Secure != c.secure {
			t.Errorf("secure %v, path %s: dropped by %q", c.secure, c.path, w.Header()["Set-Cookie"])
		}
	}
}

// TestCookieNamesByPort: no two addresses of one host share a name, and the usual ones have the plain names.
func TestCookieNamesByPort(t *testing.T) {
	owners := map[string]string{}
	for base, want := range map[string]string{
		"http://localhost:8080": "x", "https://localhost": "__Host-x", "https://doors.example:443": "__Host-x",
		"http://localhost": "x-80", "http://localhost:18141": "x-18141", "http://192.168.7.20:9000": "x-9000", "http://[::1]:8081": "x-8081",
		"https://localhost:8443": "__Host-x-8443", "https://localhost:8080": "__Host-x-8080",
	} {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		got := auth.CookiesFor(u).Name("x", "/")
		if got != want {
			t.Errorf("%s: %s, want %s", base, got, want)
		}
		if owners[got+u.Hostname()] != "" {
			t.Errorf("%s and %s share the name %s", base, owners[got+u.Hostname()], got)
		}
		owners[got+u.Hostname()] = base
	}
}

// TestClearTwins: of two cookies with one name neither is chosen, and both are cleared: the request does not say which
// path and domain they have, so each that leads to it is tried.
func TestClearTwins(t *testing.T) {
	for name, c := range map[string]struct {
		secure      bool
		host, asked string
		cookie      string
		path        string
		want        []string // path and domain of what is cleared
	}{
		"one":  {false, "localhost:8080", "/session/member", "x=v", "/", []string{"/ "}},
		"none": {false, "localhost:8080", "/session/member", "", "/", []string{"/ "}},
		"two": {false, "localhost:8080", "/session/member", "x=v; x=w", "/", []string{
			"/session ", "/session/ ", "/session/member ", "/ localhost", "/session localhost", "/session/ localhost", "/session/member localhost", "/ "}},
		"two at a page's own path":             {false, "127.0.0.1:8080", "/jwt/refresh", "x=v; x=w", "/jwt/refresh", []string{"/ ", "/jwt ", "/jwt/ ", "/jwt/refresh "}},
		"below a domain":                       {false, "a.doors.example:8080", "/", "x=v; x=w", "/", []string{"/ a.doors.example", "/ doors.example", "/ "}},
		"over https the prefix allows but one": {true, "doors.example", "/session/member", "__Host-x=v; __Host-x=w", "/", []string{"/ "}},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, c.asked, nil)
			r.Host = c.host
			r.Header.Set("Cookie", c.cookie)
			w := httptest.NewRecorder()
			auth.Cookies{Secure: c.secure}.Drop(w, r, "x", c.path)
			var got []string
			for _, k := range w.Result().Cookies() {
				if k.MaxAge >= 0 || k.Secure != c.secure {
					t.Errorf("%v does not clear", k)
				}
				got = append(got, k.Path+" "+k.Domain)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFindCookie(t *testing.T) {
	for name, c := range map[string]struct {
		lines     []string
		secure    bool
		value     string
		found, ok bool
	}{
		"none":                        {nil, false, "", false, true},
		"one":                         {[]string{"a=b; x=v"}, false, "v", true, true},
		"empty":                       {[]string{"x="}, false, "", true, true},
		"two":                         {[]string{"x=v; x=w"}, false, "", true, false},
		"two, in two headers":         {[]string{"x=v", "x=w"}, false, "", true, false},
		"two of the same value":       {[]string{"x=v; x=v"}, false, "", true, false},
		"another name":                {[]string{"X=v; xx=v; x-x=v"}, false, "", false, true},
		"over https, prefixed":        {[]string{"__Host-x=v"}, true, "v", true, true},
		"over https, not prefixed":    {[]string{"x=v"}, true, "", false, true},
		"over https, another prefix":  {[]string{"__Secure-x=v"}, true, "", false, true},
		"over https, both":            {[]string{"x=w; __Host-x=v"}, true, "v", true, true},
		"over http, prefixed":         {[]string{"__Host-x=v"}, false, "", false, true},
		"prefix in another case":      {[]string{"__host-x=v"}, true, "", false, true},
		"a prefix in a prefix's name": {[]string{"__Host-__Host-x=v"}, true, "", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			if c.lines != nil {
				r.Header["Cookie"] = c.lines
			}
			value, found, ok := auth.Cookies{Secure: c.secure}.Find(r, "x", "/")
			if value != c.value || found != c.found || ok != c.ok {
				t.Errorf("%q, found %v, ok %v", value, found, ok)
			}
		})
	}
}

// TestSetCookieReplaces: a client is never left to choose between two cookies of one answer.
func TestSetCookieReplaces(t *testing.T) {
	w := httptest.NewRecorder()
	var cookies auth.Cookies
	auth.SetCookie(w, cookies.New("a", "/", "1", 0))
	auth.SetCookie(w, cookies.New("b", "/", "2", 0))
	auth.SetCookie(w, cookies.New("a", "/jwt", "3", 0))
	auth.SetCookie(w, cookies.New("a", "/", "4", 0))
	cookies.Drop(w, httptest.NewRequest(http.MethodGet, "/", nil), "b", "/")
	var got []string
	for _, c := range w.Result().Cookies() {
		got = append(got, c.Name+c.Path+c.Value)
	}
	if diff := cmp.Diff([]string{"a/jwt3", "a/4", "b/"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestLevels(t *testing.T) {
	all := auth.Levels()
	for i, l := range all {
		if got, err := auth.ParseLevel(string(l)); got != l || err != nil {
			t.Errorf("%s: %s, %v", l, got, err)
		}
		for j, o := range all {
			if l.AtLeast(o) != (i >= j) {
				t.Errorf("%s at least %s: %v", l, o, l.AtLeast(o))
			}
		}
	}
	for _, bad := range []string{"", "Signature", "signature ", "none", "all"} {
		if _, err := auth.ParseLevel(bad); err == nil {
			t.Errorf("level %q accepted", bad)
		}
	}
}
