package handlers_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// TestHeadersOfEveryStatus asks for an answer of each status that there is, at an http and at an https address, and
// looks at the headers that every answer has to have.
func TestHeadersOfEveryStatus(t *testing.T) {
	for _, base := range []string{"http://localhost:8080", "https://doors.example"} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			n := handlerstest.NewNode(t, handlerstest.BaseURL(base), handlerstest.Level(auth.LevelUser))
			n.PanicAt("/faulty")
			c := n.SignedIn(handlerstest.Way{Mode: "session"}, "minji")
			c.SignIn(handlerstest.ByCookie, "minji")
			seen := map[int]bool{}
			note := func(a *handlerstest.Answer) *handlerstest.Answer {
				seen[a.Status] = true
				if got := a.Header.Get("Content-Security-Policy"); !strings.Contains(got, "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'") || strings.Contains(got, "unsafe") {
					t.Errorf("%d %s: policy %q", a.Status, a.URL, got)
				}
				for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
					if values := a.Header.Values(name); len(values) != 1 || values[0] != want {
						t.Errorf("%d %s: %s %q", a.Status, a.URL, name, values)
					}
				}
				if got := a.Header.Get("Strict-Transport-Security"); (got != "") != strings.HasPrefix(base, "https") {
					t.Errorf("%d %s: HSTS %q", a.Status, a.URL, got)
				}
				if kind := a.Header.Get("Content-Type"); kind != "" && !strings.Contains(strings.ToLower(kind), "charset=utf-8") && strings.HasPrefix(kind, "text/") {
					t.Errorf("%d %s: no charset in %q", a.Status, a.URL, kind)
				}
				if !strings.HasPrefix(a.URL.Path, "/static/") && !strings.HasSuffix(a.URL.Path, "/jwks.json") && a.Header.Get("Cache-Control") != "no-store" {
					t.Errorf("%d %s: Cache-Control %q", a.Status, a.URL, a.Header.Get("Cache-Control"))
				}
				for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"} {
					if got := a.Header.Get(name); got != "" {
						t.Errorf("%d %s: %s %q", a.Status, a.URL, name, got)
					}
				}
				return a
			}
			fresh := func() *handlerstest.Client { return n.Client() }
			for _, a := range []*handlerstest.Answer{
				c.Get("/session/member"), c.Get("/static/app.css"), c.Get("/healthz"), c.Get("/.well-known/jwks.json"), c.Send("HEAD", "/session/member", "", ""),
				c.JSON("POST", "/api/session/notes", map[string]string{"body": "x"}), c.JSON("DELETE", "/api/session/notes/1", nil),
				fresh().Get("/session/member"), fresh().Get("/api/session/me"), c.Get("/jwt/member", handlerstest.Header("Authorization", "Bearer x")),
				c.Get("/session/member/admin"), c.Get("/nothing"), c.Get("/api/nothing"), c.Get("/static/nothing.css"), c.Get("/static/"), c.Send("PUT", "/session/login", "", ""),
				c.JSON("POST", "/api/signup", map[string]string{"username": "minji", "password": handlerstest.Password}), c.Post("/session/member/notes", []string{"body", handlerstest.BodyTooLarge}),
				c.Send("POST", "/session/member/notes", "x", "text/plain"), c.Get("/", handlerstest.Host("evil.example")), c.Post("/session/member/notes", []string{"body", ""}),
				c.Post("/session/login", nil, handlerstest.Header("Origin", "null"), handlerstest.Header("Sec-Fetch-Site", "")), c.Send("POST", "/session/member/notes", "body=%zz", "application/x-www-form-urlencoded"), c.Send("OPTIONS", "/", "", ""), c.Send("TRACE", "/", "", ""),
			} {
				note(a)
			}
			a, _ := fresh().Wrong(handlerstest.Way{Mode: "session"}, "minji", 50)
			note(a)
			n.Clock.Move(16 * 60e9)
			note(c.Post("/jwt/member/notes", []string{"body", "x"}))
			note(n.RawAnswer(c, "/faulty"))
			n.DB.Close()
			note(c.Get("/session/member"))
			for _, status := range []int{200, 201, 204, 303, 307, 400, 401, 403, 404, 405, 409, 413, 415, 421, 422, 429, 500, 503} {
				if !seen[status] {
					t.Errorf("no answer of status %d was looked at", status)
				}
			}
		})
	}
}

// TestPanic: a fault of the program is a page, or problem+json, that shows nothing of it, and one line in the log
// that has the same number as the page and says where it happened. The next request is served.
func TestPanic(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/faulty", "/api/faulty"} {
		var log handlerstest.SafeBuffer
		n := handlerstest.NewNode(t, handlerstest.LogTo(slog.New(slog.NewJSONHandler(&log, nil))))
		n.PanicAt("/faulty")
		a := n.RawAnswer(n.Client(), path).Want(http.StatusInternalServerError)
		id := a.Header.Get("X-Request-Id")
		if id == "" || !strings.Contains(a.Body, id) {
			t.Errorf("%s does not show the request's id %q: %s", path, id, a.Body)
		}
		for _, inner := range []string{"a fault of the program", "goroutine", ".go:", "panic"} {
			if strings.Contains(a.Body, inner) {
				t.Errorf("%s shows %q", path, inner)
			}
		}
		kind := "text/html"
		if path != "/faulty" {
			kind = "application/problem+json"
		}
		if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, kind) || a.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %v", path, a.Header)
		}
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		var line struct {
			Level, ID, Path, Cause string
			Status                 int
		}
		if len(lines) != 1 || json.Unmarshal([]byte(lines[0]), &line) != nil {
			t.Fatalf("%d lines are logged: %s", len(lines), log.String())
		}
		if line.Level != "ERROR" || line.ID != id || line.Path != path || line.Status != 500 || !strings.Contains(line.Cause, "a fault of the program") || !strings.Contains(line.Cause, "PanicAt") {
			t.Errorf("logged %+v", line)
		}
		n.Client().Get("/").Want(http.StatusOK)
	}
}
