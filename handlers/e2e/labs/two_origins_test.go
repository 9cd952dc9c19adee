package labs_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/browsertest"
	"twodoors/handlers/handlerstest"
	"twodoors/handlers/labs"
)

// sandboxEngine runs claims on nodes of the real app, as the program does; wrap, where not nil, makes them faulty.
func sandboxEngine(wrap func(http.Handler) http.Handler) *labs.Engine {
	return labs.New(labs.Options{Handler: wrap, Factory: handlers.LabNodes("test")})
}

// browsed leads a new Chromium through the trials of the claims that need a browser.
func browsed(t *testing.T, e *labs.Engine, how labs.Browsing, prepare ...func(*browsertest.Tab)) map[string]labs.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	address, done := make(chan string, 1), make(chan []labs.Result, 1)
	how.Ready = func(a string) { address <- a }
	go func() { done <- e.Browse(ctx, how) }()
	var tab *browsertest.Tab
	var results []labs.Result
	select {
	case a := <-address:
		tab = browsertest.Open(t, a).Tab()
		// What is refused in a trial stands on the console, as it should.
		tab.AllowConsole("CORS policy", "net::ERR_FAILED", "Content Security Policy", "status of 4")
		for _, p := range prepare {
			p(tab)
		}
		tab.Run("location.assign(" + quoted(a) + ")")
		results = <-done
	case results = <-done:
	}
	byID := map[string]labs.Result{}
	for _, r := range results {
		byID[r.Statement.ID] = r
	}
	return byID
}

func quoted(text string) string { return `"` + text + `"` }

// browserClaims are the rows that nothing but a browser can measure, with what the lesson rests on.
var browserClaims = map[string]labs.Verdict{
	"size-limit": labs.Holds, "csrf": labs.Depends, "storage-safer": labs.Depends, "other-domain": labs.Depends, "cookie-domain": labs.Depends, "cors-is-cookies": labs.Fails, "cdn-needs-token": labs.Fails,
}

func TestTwoOriginsClaims(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1", "localhost"} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			results := browsed(t, sandboxEngine(nil), labs.Browsing{Host: host})
			wantVerdicts(t, results)
			measuredAs(t, results["other-domain"], "session-came", true)
			measuredAs(t, results["cookie-domain"], "tossed-read", int64(http.StatusUnauthorized))
			measuredAs(t, results["cookie-domain"], "prefix", int64(http.StatusOK))
			if !measuredAs(t, results["other-domain"], "third-party", true) {
				t.Error("this Chromium blocks third-party cookies")
			}
		})
	}
}

// TestTwoOriginsThirdParty: a browser may block what SameSite=None allows; that is said, and is no other verdict.
func TestTwoOriginsThirdParty(t *testing.T) {
	t.Parallel()
	results := browsed(t, sandboxEngine(nil), labs.Browsing{Host: "127.0.0.1"}, func(tab *browsertest.Tab) { tab.BlockThirdPartyCookies() })
	wantVerdicts(t, results)
	measuredAs(t, results["other-domain"], "third-party", false)
	measuredAs(t, results["other-domain"], "session-none", int64(http.StatusUnauthorized))
}

// wantVerdicts: every row came to its verdict, in every case, and with its story.
func wantVerdicts(t *testing.T, results map[string]labs.Result) {
	t.Helper()
	if len(results) != len(browserClaims) {
		t.Errorf("%d claims", len(results))
	}
	for id, want := range browserClaims {
		r := results[id]
		if r.Problem != nil {
			t.Errorf("%s: %v", id, r.Problem)
			continue
		}
		if r.Verdict != want || !r.AsExpected() {
			t.Errorf("%s: verdict %s, want %s", id, r.Verdict, want)
			for _, m := range r.Measured {
				t.Logf("%s: %s = %s %s", id, m.ID, m.Text(), m.Unit)
			}
		}
		for _, c := range r.Cases {
			if c.Holds != c.Want {
				t.Errorf("%s: %s: measured %t", id, c.When.EN, c.Holds)
			}
		}
		if r.Figure().ID == "" || r.Statement.Figure != r.Figure().ID || len(r.Steps) == 0 {
			t.Errorf("%s: figure %q, %d steps", id, r.Figure().ID, len(r.Steps))
		}
		for _, s := range r.Steps {
			if s.Says.EN == "" || s.Says.KO == "" || len(s.Exchanges) == 0 {
				t.Errorf("%s: a step without words or exchanges: %q", id, s.Says.EN)
			}
		}
		for _, m := range r.Measured {
			if m.What.EN == "" || m.What.KO == "" {
				t.Errorf("%s: %s without words", id, m.ID)
			}
		}
	}
}

func measuredAs(t *testing.T, r labs.Result, id string, want any) bool {
	t.Helper()
	for _, m := range r.Measured {
		if m.ID == id {
			if m.Value != want {
				t.Errorf("%s: %s = %v, want %v", r.Statement.ID, id, m.Value, want)
			}
			return m.Value == want
		}
	}
	t.Errorf("%s: %s was not measured", r.Statement.ID, id)
	return false
}

// TestTwoOriginsMutated: an app with a fault, or a sandbox that nobody comes to, does not come to its verdicts.
func TestTwoOriginsMutated(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]struct {
		wrap   func(http.Handler) http.Handler
		differ map[string]string // by statement, a case that comes out otherwise
	}{
		"cookies without HttpOnly": {wrap: func(next http.Handler) http.Handler {
			return answersWith(next, func(h http.Header) {
				for i, line := range h["Set-Cookie"] {
					h["Set-Cookie"][i] = strings.ReplaceAll(line, "; HttpOnly", "")
				}
			})
		}, differ: map[string]string{"storage-safer": "against a script that reads page memory"}},
		"no SameSite=Lax, no check, and CORS for everybody": {wrap: func(next http.Handler) http.Handler {
			return answersWith(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.Header.Del("Origin")
				r.Header.Del("Sec-Fetch-Site")
				next.ServeHTTP(w, r)
			}), func(h http.Header) {
				h.Set("Access-Control-Allow-Origin", "*")
				for i, line := range h["Set-Cookie"] {
					h["Set-Cookie"][i] = strings.ReplaceAll(line, "; SameSite=Lax", "; SameSite=None; Secure")
				}
			})
		}, differ: map[string]string{"csrf": "HTTP Basic without any cookie, the origin checked", "other-domain": "cookie with SameSite=Lax", "cors-is-cookies": "an answer without any credential, not allowed"}},
		"the API answers everybody": {wrap: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/api/session/me" {
					w.WriteHeader(http.StatusOK)
					return
				}
				next.ServeHTTP(w, r)
			})
		}, differ: map[string]string{"cookie-domain": "without Domain", "other-domain": "cookie with SameSite=Lax"}},
		"who comes by HTTP Basic may write nothing": {wrap: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/jwt/member/notes" && r.Header.Get("Authorization") != "" {
					w.WriteHeader(http.StatusForbidden)
					return
				}
				next.ServeHTTP(w, r)
			})
		}, differ: map[string]string{"csrf": "HTTP Basic without any cookie, unchecked"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results := browsed(t, sandboxEngine(fault.wrap), labs.Browsing{Host: "127.0.0.1"})
			for id := range browserClaims {
				r, differs := results[id], fault.differ[id]
				if r.Problem != nil || r.AsExpected() != (differs == "") {
					t.Errorf("%s: as expected %t, want %t: %v", id, r.AsExpected(), differs == "", r.Problem)
				}
				otherwise := []string{}
				for _, c := range r.Cases {
					if c.Holds != c.Want {
						otherwise = append(otherwise, c.When.EN)
					}
				}
				if differs != "" && !slices.Contains(otherwise, differs) {
					t.Errorf("%s: came out otherwise: %q, and not %q", id, otherwise, differs)
				}
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	for _, r := range sandboxEngine(nil).Browse(ctx, labs.Browsing{Host: "localhost", Ready: func(string) { cancel() }}) {
		if r.Verdict != labs.NotRun || !errors.Is(r.Problem, labs.ErrNotBrowsed) || r.AsExpected() {
			t.Errorf("nobody came: %s: %s, %v", r.Statement.ID, r.Verdict, r.Problem)
		}
	}
}

// answersWith changes the headers of a handler's answers.
func answersWith(next http.Handler, change func(http.Header)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := httptest.NewRecorder()
		next.ServeHTTP(out, r)
		change(out.Header())
		for name, values := range out.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(out.Code)
		w.Write(out.Body.Bytes())
	})
}

// TestTwoOriginsPage: a visitor goes through the sandbox and back, in both languages, and keeps their sign-in.
func TestTwoOriginsPage(t *testing.T) {
	t.Parallel()
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	tab := browsertest.Open(t, base).Tab()
	tab.AllowConsole("CORS policy", "net::ERR_FAILED", "Content Security Policy", "status of 4")
	tab.Goto("/session/login")
	tab.ClickThrough(`form[action="/session/demo"] button`)
	tab.WaitURL("/session/member")

	tab.Goto("/labs/two-origins")
	tab.Axe()
	tab.Picture("two-origins")
	tab.ClickThrough(`form[action="/labs/two-origins"] button`)
	tab.WaitFor("[data-origins-go]")
	tab.Axe()
	tab.Click("[data-origins-go]")
	tab.WaitFor("[data-origins-results]")
	tab.Axe()
	tab.Picture("two-origins-results")
	if got := tab.Texts("[data-origins-results] .verdict"); strings.Join(got, " ") != "holds depends depends depends depends fails fails" {
		t.Errorf("verdicts: %q", got)
	}
	if tab.Count("[data-origins-results] .flag") != 0 {
		t.Error("a verdict is not the expected one")
	}
	tab.Click(`button[name=language][value=ko]`)
	tab.WaitFor("html[lang=ko] [data-origins-results]")
	tab.Picture("two-origins-ko")
	if status := tab.Goto("/session/member"); status != http.StatusOK || !strings.HasSuffix(tab.URL(), "/session/member") {
		t.Errorf("the visitor's own sign-in is gone: %d at %s", status, tab.URL())
	}
	tab.Goto("/labs/two-origins?run=unknown")
	tab.WaitFor("[role=alert]")
}

// TestTwoOriginsNoSubdomains: a browser that does not find the subdomains tries nothing of them; that is said with what
// to do, and is no verdict.
func TestTwoOriginsNoSubdomains(t *testing.T) {
	t.Parallel()
	tab := browsertest.Open(t, handlerstest.Serve(t, handlerstest.WithLabs()).Base).Tab()
	tab.AllowConsole("CORS policy", "net::ERR_FAILED", "Content Security Policy", "status of 4", "net::ERR_BLOCKED_BY_CLIENT")
	tab.Block("*://*.doors.localhost:*/*")
	tab.Goto("/labs/two-origins")
	tab.ClickThrough(`form[action="/labs/two-origins"] button`)
	tab.WaitFor("[data-origins-go]")
	tab.Click("[data-origins-go]")
	tab.WaitFor("[data-origins-results]")
	if got := strings.Join(tab.Texts("[data-origins-results] .verdict"), ", "); got != "holds, depends, depends, not tried here, depends, fails, fails" {
		t.Errorf("verdicts: %s", got)
	}
	for id, want := range map[string]int{"cookie-domain": 4, "other-domain": 2} {
		if text := tab.Text("#claim-" + id); strings.Count(text, "names below localhost") != want {
			t.Errorf("%s: %d cases that were not tried are wanted: %s", id, want, text)
		}
	}
	if tab.Count("[data-origins-results] .flag") != 0 {
		t.Error("what was not tried is taken for an unexpected verdict")
	}
	tab.Axe()
}
