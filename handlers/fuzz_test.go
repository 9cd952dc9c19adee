package handlers_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/handlers/handlerstest"
)

// The fuzz targets throw whatever they think of at a whole node. Where an input is a credential, the character @ in it
// stands for a genuine one, of this very node: so that seeds can be kept in files although keys never are.

// target is a node with a user who is signed in through every door.
type target struct {
	*handlerstest.Node
	sessionID, access, refresh, preferences, content, opaque, inCookie, known string
}

func newTarget(f *testing.F) *target {
	n := handlerstest.NewNode(f)
	n.User("minji", "member")
	v := &target{Node: n}
	c := n.Client()
	c.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	c.SignIn(handlerstest.ByCookie, "minji")
	c.SignIn(handlerstest.Way{Mode: "token", Carrier: "cookie"}, "minji")
	c.SignIn(handlerstest.Way{Mode: "cookie", Carrier: "cookie"}, "minji")
	c.Post("/preferences", []string{"language", "ko", "theme", "dark", "panel", "folded", "level", "user"})
	v.sessionID, v.access, v.content = c.Cookie("/", "twodoors-session"), c.Cookie("/", "twodoors-access"), c.Cookie("/", "twodoors-content")
	v.refresh, v.preferences, v.known = c.Cookie("/jwt/refresh", "twodoors-refresh"), c.Cookie("/", "twodoors-preferences"), c.Cookie("/", "twodoors-known")
	v.inCookie = c.Cookie("/", "twodoors-token")
	v.opaque = n.Script().APISignIn(handlerstest.Way{Mode: "token", Carrier: "header"}, "minji").Token
	for _, genuine := range []string{v.sessionID, v.access, v.content, v.refresh, v.preferences, v.known, v.opaque, v.inCookie} {
		if genuine == "" || strings.Contains(genuine, "@") {
			f.Fatalf("the genuine credentials: %+v", v)
		}
	}
	return v
}

// serve has a request answered, and looks at what holds for every answer.
func (v *target) serve(t *testing.T, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	r.Host = v.Config.BaseURL.Host
	w := httptest.NewRecorder()
	v.ServeHTTP(w, r)
	switch {
	case w.Code >= 500:
		t.Errorf("status %d: %.300s", w.Code, w.Body)
	case strings.Contains(w.Body.String(), "⟦"):
		t.Error("a message is missing")
	case w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("X-Content-Type-Options") != "nosniff":
		t.Errorf("the headers %v", w.Header())
	}
	return w
}

// sentAlone reports whether a request has a cookie with the genuine value, as the standard library reads it, and no
// other of that name: not even one that the library passes over because it cannot read it.
func sentAlone(r *http.Request, name, genuine string) bool {
	named := 0
	for pair := range strings.SplitSeq(r.Header.Get("Cookie"), ";") {
		if before, _, _ := strings.Cut(pair, "="); strings.Trim(before, " \t") == name {
			named++
		}
	}
	read := r.CookiesNamed(name)
	return named == 1 && len(read) == 1 && read[0].Value == genuine
}

// fuzzCookie sends a cookie's value to a page that knows who is asking by it alone. It must be let in with the
// genuine value, sent alone, and with nothing else.
func (v *target) fuzzCookie(t *testing.T, name, genuine, path, value string) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header["Cookie"] = []string{name + "=" + strings.ReplaceAll(value, "@", genuine)}
	w := v.serve(t, r)
	if sentAlone(r, name, genuine) != (w.Code == http.StatusOK) {
		t.Errorf("%q: status %d", value, w.Code)
	}
}

func FuzzSessionCookie(f *testing.F) {
	v := newTarget(f)
	f.Fuzz(func(t *testing.T, value string) {
		v.fuzzCookie(t, "twodoors-session", v.sessionID, "/session/member?panel=folded", value)
	})
}

func FuzzContentCookie(f *testing.F) {
	v := newTarget(f)
	f.Fuzz(func(t *testing.T, value string) {
		v.fuzzCookie(t, "twodoors-content", v.content, "/cookie/member?panel=folded", value)
	})
}

func FuzzTokenCookie(f *testing.F) {
	v := newTarget(f)
	f.Fuzz(func(t *testing.T, value string) {
		v.fuzzCookie(t, "twodoors-token", v.inCookie, "/token/member?panel=folded", value)
	})
}

// FuzzPreferencesCookie: whatever it holds, the page comes, in one of our languages, and only a genuine cookie
// chooses.
func FuzzPreferencesCookie(f *testing.F) {
	v := newTarget(f)
	f.Fuzz(func(t *testing.T, value string) {
		r := httptest.NewRequest(http.MethodGet, "/session/login", nil)
		r.Header["Cookie"] = []string{"twodoors-preferences=" + strings.ReplaceAll(value, "@", v.preferences)}
		w := v.serve(t, r)
		genuine := sentAlone(r, "twodoors-preferences", v.preferences)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), `<html lang="ko" data-theme="dark"`) != genuine {
			t.Errorf("%q, genuine %v: status %d, %.100s", value, genuine, w.Code, w.Body)
		}
	})
}

// FuzzCookieHeader sends a whole Cookie header to every door: names, quotes, separators, all of our cookies at once.
func FuzzCookieHeader(f *testing.F) {
	v := newTarget(f)
	genuine := strings.NewReplacer("@s", v.sessionID, "@a", v.access, "@r", v.refresh, "@p", v.preferences, "@c", v.content, "@k", v.known, "@t", v.inCookie)
	f.Fuzz(func(t *testing.T, header string) {
		for _, path := range []string{"/session/member", "/jwt/member", "/token/member", "/cookie/member", "/compare", "/jwt/refresh"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header["Cookie"] = []string{genuine.Replace(header)}
			v.serve(t, r)
		}
	})
}

// FuzzAuthorization: a JWT and an opaque token are accepted as they were issued, behind their own scheme, and in no
// other spelling.
func FuzzAuthorization(f *testing.F) {
	v := newTarget(f)
	f.Fuzz(func(t *testing.T, header string) {
		for path, genuine := range map[string]string{"/api/jwt/me": v.access, "/api/token/me": v.opaque} {
			sent := strings.ReplaceAll(header, "@", genuine)
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header["Authorization"] = []string{sent}
			scheme, token, _ := strings.Cut(sent, " ")
			known := strings.EqualFold(scheme, "Bearer") || path == "/api/token/me" && strings.EqualFold(scheme, "Token")
			if w := v.serve(t, r); (w.Code == http.StatusOK) != (known && token == genuine) {
				t.Errorf("%s with %q: status %d", path, header, w.Code)
			}
		}
	})
}

// FuzzRefreshToken: only the genuine token is exchanged, by cookie and by body. The clock stands still, so that it
// stays within its grace.
func FuzzRefreshToken(f *testing.F) {
	v := newTarget(f)
	f.Fuzz(func(t *testing.T, value string) {
		sent := strings.ReplaceAll(value, "@", v.refresh)
		r := httptest.NewRequest(http.MethodPost, "/jwt/refresh", nil)
		r.Header["Accept"], r.Header["Cookie"] = []string{"application/json"}, []string{"twodoors-refresh=" + sent}
		if w := v.serve(t, r); (w.Code == http.StatusOK) != sentAlone(r, "twodoors-refresh", v.refresh) {
			t.Errorf("cookie %q: status %d", value, w.Code)
		}
		r = httptest.NewRequest(http.MethodPost, "/api/jwt/refresh", strings.NewReader(`{"refresh_token":`+jsonText(sent)+`}`))
		r.Header["Content-Type"] = []string{"application/json"}
		if w := v.serve(t, r); (w.Code == http.StatusOK) != (sent == v.refresh) {
			t.Errorf("body %q: status %d", value, w.Code)
		}
	})
}

// FuzzRequest reads any bytes as a request, as the server would, and has it answered.
func FuzzRequest(f *testing.F) {
	v := newTarget(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(string(raw), "@", v.access))))
		if err != nil {
			return
		}
		r.RemoteAddr = "192.0.2.1:50000"
		v.serve(t, r)
	})
}
