package handlers_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
)

// measured starts the node and returns the front page once its figures are there.
func measured(t *testing.T, n *testNode, language string) *answer {
	t.Helper()
	ctx, cancel := context.WithCancel(background())
	t.Cleanup(cancel)
	n.Start(ctx)
	limit := time.After(3 * time.Minute)
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		c := n.client()
		c.language = language
		a := c.get("/").want(http.StatusOK)
		if a.page().Find("[data-fact]").Length() > 0 {
			return a
		}
		select {
		case <-again.C:
		case <-limit:
			t.Fatalf("nothing was measured: %s", a.Body)
		}
	}
}

// fact is a figure of the front page.
func (a *answer) fact(key, door string) string {
	a.t.Helper()
	return a.text("[data-fact=" + key + "][data-door=" + door + "] b")
}

// TestFacts: the front page says what real requests have shown, at each level.
func TestFacts(t *testing.T) {
	type facts struct{ lookups, notes, copy string }
	for _, c := range []struct {
		level auth.Level
		jwt   facts
	}{
		{auth.LevelSignature, facts{"0", "0 for who, 1 for", "15 min 5 s"}},
		{auth.LevelUser, facts{"1", "1 for who, 1 for", "15 min 5 s"}},
		{auth.LevelDenylist, facts{"1", "1 for who, 1 for", "0 s"}},
		{auth.LevelVersion, facts{"1", "1 for who, 1 for", "0 s"}},
	} {
		t.Run(string(c.level), func(t *testing.T) {
			t.Parallel()
			n := newNode(t, level(c.level), noDemo())
			page := measured(t, n, "en")
			for door, want := range map[string]facts{"session": {"1", "1 for who, 1 for", "0 s"}, "jwt": c.jwt} {
				if got := page.fact("lookups", door); !strings.HasPrefix(got, want.lookups+" ") && got != want.lookups {
					t.Errorf("%s: lookups %q, want %s", door, got, want.lookups)
				}
				if got := page.text("[data-front=" + door + "]"); got != want.lookups {
					t.Errorf("%s: the big number is %q, want %s", door, got, want.lookups)
				}
				if got := page.text("[data-fact=lookups][data-door=" + door + "] small"); !strings.Contains(got, want.notes) {
					t.Errorf("%s: notes %q, want %s", door, got, want.notes)
				}
				if got := strings.ReplaceAll(page.fact("copy", door), " ", ""); got != strings.ReplaceAll(want.copy, " ", "") {
					t.Errorf("%s: a copy lives %q, want %s", door, got, want.copy)
				}
				if got, want := page.fact("readable", door), map[string]string{"session": "no", "jwt": "yes"}[door]; got != want {
					t.Errorf("%s: readable %q, want %s", door, got, want)
				}
			}
			// Where the state is: the session's one row, read each time. Above level signature the user's row is
			// read; a sign-in by token has three at every level: its family, the refresh token, and the one used up.
			if got := page.fact("state", "session"); got != "1 row on the server" {
				t.Errorf("session: state %q", got)
			}
			want := map[bool]string{true: "0 rows on the server", false: "1 row on the server"}[c.level == auth.LevelSignature]
			if got := page.fact("state", "jwt"); got != want {
				t.Errorf("jwt: state %q, want %q", got, want)
			}
			if got := page.text("[data-fact=state][data-door=jwt] small"); !strings.Contains(got, "3 rows") {
				t.Errorf("jwt: beside it %q", got)
			}
			// The measurement's own users are gone again.
			if users, err := n.db.UsersOfTeam(background(), 1, 0, 0); err != nil || len(users) != 0 {
				t.Errorf("left behind: %v, %v", users, err)
			}
		})
	}
}

// TestFactsFollowTheSettings: nothing is typed in.
func TestFactsFollowTheSettings(t *testing.T) {
	n := newNode(t, with(func(c *handlers.Config) { c.AccessTTL = 2 * time.Hour }), signedWith("RS256"), baseURL("https://doors.example"))
	small := newNode(t)
	page, other := measured(t, n, "en"), measured(t, small, "ko")
	if got := page.fact("copy", "jwt"); !strings.HasPrefix(got, "2") || !strings.Contains(got, "h") {
		t.Errorf("a copy lives %q", got)
	}
	if a, b := page.fact("sent", "jwt"), other.fact("sent", "jwt"); a == b || a == "" {
		t.Errorf("bytes sent: %q with RS256, %q with EdDSA", a, b)
	}
	for _, cell := range []string{other.text("table.facts")} {
		if !hangul.MatchString(cell) || strings.Contains(cell, "⟦") {
			t.Errorf("in Korean: %q", cell)
		}
	}
}

// TestFrontBeforeMeasuring: the page is there at once, without figures of its own invention.
func TestFrontBeforeMeasuring(t *testing.T) {
	n := newNode(t)
	a := n.client().get("/").want(http.StatusOK)
	if a.page().Find("[data-fact]").Length() != 0 || a.page().Find(`form[action="/session/demo"]`).Length() == 0 || a.page().Find(`a[href="/jwt/login"]`).Length() == 0 {
		t.Errorf("the front page: %.400s", a.text("main"))
	}
}
