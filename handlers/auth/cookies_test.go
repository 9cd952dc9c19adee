package auth_test

import (
	"net/http"
	"net/http/httptest"
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
		cookies.Drop(w, "twodoors-x", c.path)
		gone := w.Result().Cookies()
		if len(gone) != 1 || gone[0].Name != cookies.Name("twodoors-x", c.path) || gone[0].Path != c.path || gone[0].MaxAge != -1 || gone[0].Secure != c.secure {
			t.Errorf("secure %v, path %s: dropped by %q", c.secure, c.path, w.Header()["Set-Cookie"])
		}
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
	cookies.Drop(w, "b", "/")
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
