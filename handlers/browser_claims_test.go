package handlers_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/browsertest"
	"twodoors/handlers/labs"
)

// sandboxEngine runs claims on nodes of the real app, as the program does; wrap, where not nil, makes them faulty.
func sandboxEngine(wrap func(http.Handler) http.Handler) *labs.Engine {
	return labs.New(labs.Options{Handler: wrap, Factory: func(s labs.Settings, d labs.Deps) (http.Handler, error) {
		base, err := url.Parse(s.BaseURL)
		if err != nil {
			return nil, err
		}
		return handlers.New(handlers.Config{
			BaseURL: base, Signup: true, Version: "test",
			SessionIdle: s.SessionIdle, SessionMax: s.SessionMax, Remember: s.Remember,
			AccessTTL: s.AccessTTL, RefreshTTL: s.RefreshTTL, RefreshGrace: s.RefreshGrace, Level: s.Level,
		}, handlers.Deps{DB: d.DB, Sessions: d.Sessions, Keys: d.Keys, Now: d.Now, Log: slog.New(slog.DiscardHandler), Hasher: d.Hasher})
	}})
}

// browsed leads a new Chromium through the trials of the claims that need a browser.
func browsed(t *testing.T, e *labs.Engine, how labs.Browsing) map[string]labs.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
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
		tab.Run("location.assign(" + quoted(a) + ")")
		results = <-done
	case results = <-done:
	}
	byID := map[string]labs.Result{}
	for _, r := range results {
		byID[r.Claim.ID] = r
	}
	return byID
}

func quoted(text string) string { return `"` + text + `"` }

// browserClaims are the rows that nothing but a browser can measure, with what the lesson rests on.
var browserClaims = map[string]labs.Verdict{
	"csrf": labs.Depends, "storage-safer": labs.Depends, "other-domain": labs.Depends, "cors-is-cookies": labs.Fails, "cdn-needs-token": labs.Fails,
}

func TestTwoOriginsClaims(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "localhost"} {
		t.Run(host, func(t *testing.T) {
			results := browsed(t, sandboxEngine(nil), labs.Browsing{Host: host})
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
				}
				for _, c := range r.Cases {
					t.Logf("%s: %s: %t, want %t", id, c.When.EN, c.Holds, c.Want)
				}
				for _, m := range r.Measured {
					t.Logf("%s: %s = %s %s", id, m.ID, m.Text(), m.Unit)
				}
			}
		})
	}
}
