package handlers_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"twodoors/handlers"
)

func jsonText(s string) string { text, _ := json.Marshal(s); return string(text) }

// FuzzNext: wherever a browser is sent after signing in, it is within this site, by the standard library's reading and
// by that of browsers, which take a backslash for a slash and drop tabs and line breaks.
func FuzzNext(f *testing.F) {
	base, _ := url.Parse("http://localhost:8080/session/login")
	f.Fuzz(func(t *testing.T, next string) {
		path := handlers.LocalPath(next, "")
		if path == "" {
			return
		}
		browser := strings.NewReplacer("\\", "/", "\t", "", "\n", "", "\r", "").Replace(strings.TrimFunc(path, func(r rune) bool { return r <= ' ' }))
		for _, read := range []string{path, browser} {
			u, err := base.Parse(read)
			if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || u.User != nil || read[0] != '/' || strings.HasPrefix(read, "//") {
				t.Errorf("%q leads to %v, %v", next, u, err)
			}
		}
		if w := httptest.NewRecorder(); true {
			http.Redirect(w, httptest.NewRequest(http.MethodGet, "/session/login", nil), path, http.StatusSeeOther)
			if to := w.Header().Get("Location"); strings.HasPrefix(to, "//") || !strings.HasPrefix(to, "/") {
				t.Errorf("%q is sent as %q", next, to)
			}
		}
		if again := handlers.LocalPath(path, ""); again != path {
			t.Errorf("%q becomes %q, and then %q", next, path, again)
		}
	})
}

// formRoutes are the pages' forms, those that anyone may send and those of the member area.
var formRoutes = []string{
	"/preferences", "/signup", "/session/login", "/jwt/login", "/session/member/notes", "/jwt/member/notes", "/jwt/member/tokens",
	"/session/member/account", "/session/member/account/name", "/jwt/refresh", "/compare/login", "/session/demo",
}

// FuzzForm sends any body as a form. It is carried out or refused by its own fault, never by ours.
func FuzzForm(f *testing.F) {
	v := newTarget(f)
	f.Fuzz(func(t *testing.T, route uint8, kind, body string) {
		path := formRoutes[int(route)%len(formRoutes)]
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header["Content-Type"] = []string{kind}
		r.Header["Cookie"] = []string{"twodoors-session=" + v.sessionID + "; twodoors-access=" + v.access}
		w := v.serve(t, r)
		allowed := []int{200, 201, 303, 307, 400, 401, 403, 404, 413, 415, 422, 429}
		if !slices.Contains(allowed, w.Code) {
			t.Errorf("%s: status %d", path, w.Code)
		}
		if (w.Code == http.StatusOK || w.Code == http.StatusUnprocessableEntity) && !utf8.Valid(w.Body.Bytes()) {
			t.Errorf("%s: the page is not UTF-8", path)
		}
	})
}

// jsonRoutes are the API's calls with a body.
var jsonRoutes = []string{
	"POST /api/signup", "POST /api/session/login", "POST /api/jwt/login", "POST /api/jwt/refresh", "POST /api/session/notes", "POST /api/jwt/notes",
	"PUT /api/session/password", "PUT /api/session/account", "POST /api/jwt/tokens", "POST /api/session/account/close",
}

// FuzzJSON sends any body as JSON. Whatever was kept of it comes back as valid JSON.
func FuzzJSON(f *testing.F) {
	v := newTarget(f)
	f.Fuzz(func(t *testing.T, route uint8, body string) {
		method, path, _ := strings.Cut(jsonRoutes[int(route)%len(jsonRoutes)], " ")
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header["Content-Type"] = []string{"application/json"}
		r.Header["Cookie"] = []string{"twodoors-session=" + v.sessionID + "; twodoors-access=" + v.access}
		w := v.serve(t, r)
		if w.Code != http.StatusNoContent && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s: status %d with %.200s", method, path, w.Code, w.Body)
		}
		if w.Code < 300 && !json.Valid([]byte(body)) {
			t.Errorf("%s %s: status %d for what is no JSON: %q", method, path, w.Code, body)
		}
	})
}

// FuzzCurl asks a shell: the address in the command that pages offer for copying is one word, and the same.
func FuzzCurl(f *testing.F) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		f.Skip("there is no shell")
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "\x00") || len(text) > 100_000 {
			return // neither fits into a command
		}
		out, err := exec.CommandContext(t.Context(), shell, "-c", "printf '%s|' "+handlers.ShellQuote(text)).CombinedOutput()
		if err != nil || string(out) != text+"|" {
			t.Errorf("%q becomes %q, %v", text, out, err)
		}
	})
}

// FuzzAcceptLanguage: the page comes in a language that there is.
func FuzzAcceptLanguage(f *testing.F) {
	v := newTarget(f)
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest(http.MethodGet, "/session/login", nil)
		r.Header["Accept-Language"] = []string{header}
		w := v.serve(t, r)
		if body := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(body, `<html lang="en"`) && !strings.Contains(body, `<html lang="ko"`) {
			t.Errorf("status %d, %.100s", w.Code, body)
		}
	})
}

// FuzzUserAgent: a browser's name is shown from what was stored of its header.
func FuzzUserAgent(f *testing.F) {
	f.Fuzz(func(t *testing.T, header string) {
		if name := handlers.BrowserName(header); len(name) > 4*len(header)+40 {
			t.Errorf("%q becomes a name of %d bytes", header, len(name))
		}
	})
}
