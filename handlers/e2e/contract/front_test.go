package contract_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// measured starts the node and returns the front page once its figures are there.
func measured(t *testing.T, n *handlerstest.Node, language string) *handlerstest.Answer {
	t.Helper()
	ctx, cancel := context.WithCancel(handlerstest.Background())
	t.Cleanup(cancel)
	n.Start(ctx)
	limit := time.After(3 * time.Minute)
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		c := n.Client()
		c.Language = language
		a := c.Get("/").Want(http.StatusOK)
		if a.Page().Find("[data-fact]").Length() > 0 {
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
func fact(a *handlerstest.Answer, key, door string) string {
	a.T.Helper()
	return a.Text("[data-fact=" + key + "][data-door=" + door + "] b")
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
			n := handlerstest.NewNode(t, handlerstest.Level(c.level), handlerstest.NoDemo())
			page := measured(t, n, "en")
			for door, want := range map[string]facts{"session": {"1", "1 for who, 1 for", "0 s"}, "jwt": c.jwt} {
				if got := fact(page, "lookups", door); !strings.HasPrefix(got, want.lookups+" ") && got != want.lookups {
					t.Errorf("%s: lookups %q, want %s", door, got, want.lookups)
				}
				if got := page.Text("[data-front=" + door + "]"); got != want.lookups {
					t.Errorf("%s: the big number is %q, want %s", door, got, want.lookups)
				}
				if got := page.Text("[data-fact=lookups][data-door=" + door + "] small"); !strings.Contains(got, want.notes) {
					t.Errorf("%s: notes %q, want %s", door, got, want.notes)
				}
				if got := strings.ReplaceAll(fact(page, "copy", door), " ", ""); got != strings.ReplaceAll(want.copy, " ", "") {
					t.Errorf("%s: a copy lives %q, want %s", door, got, want.copy)
				}
				if got, want := fact(page, "readable", door), map[string]string{"session": "no", "jwt": "yes"}[door]; got != want {
					t.Errorf("%s: readable %q, want %s", door, got, want)
				}
			}
			// Where the state is: the session's one row, read each time. Above level signature the user's row is
			// read; a sign-in by token has three at every level: its family, the refresh token, and the one used up.
			if got := fact(page, "state", "session"); got != "1 row on the server" {
				t.Errorf("session: state %q", got)
			}
			want := map[bool]string{true: "0 rows on the server", false: "1 row on the server"}[c.level == auth.LevelSignature]
			if got := fact(page, "state", "jwt"); got != want {
				t.Errorf("jwt: state %q, want %q", got, want)
			}
			if got := page.Text("[data-fact=state][data-door=jwt] small"); !strings.Contains(got, "3 rows") {
				t.Errorf("jwt: beside it %q", got)
			}
			// The measurement's own users are gone again.
			if users, err := n.DB.UsersOfTeam(handlerstest.Background(), 1, 0, 0); err != nil || len(users) != 0 {
				t.Errorf("left behind: %v, %v", users, err)
			}
		})
	}
}

// TestFactsFollowTheSettings: nothing is typed in.
func TestFactsFollowTheSettings(t *testing.T) {
	n := handlerstest.NewNode(t, handlerstest.With(func(c *handlers.Config) { c.AccessTTL = 2 * time.Hour }), handlerstest.SignedWith("RS256"), handlerstest.BaseURL("https://doors.example"))
	small := handlerstest.NewNode(t)
	page, other := measured(t, n, "en"), measured(t, small, "ko")
	if got := fact(page, "copy", "jwt"); !strings.HasPrefix(got, "2") || !strings.Contains(got, "h") {
		t.Errorf("a copy lives %q", got)
	}
	if a, b := fact(page, "sent", "jwt"), fact(other, "sent", "jwt"); a == b || a == "" {
		t.Errorf("bytes sent: %q with RS256, %q with EdDSA", a, b)
	}
	for _, cell := range []string{other.Text("table.facts")} {
		if !handlerstest.Hangul.MatchString(cell) || strings.Contains(cell, "⟦") {
			t.Errorf("in Korean: %q", cell)
		}
	}
}

// TestFrontBeforeMeasuring: the page is there at once, without figures of its own invention.
func TestFrontBeforeMeasuring(t *testing.T) {
	n := handlerstest.NewNode(t)
	a := n.Client().Get("/").Want(http.StatusOK)
	if a.Page().Find("[data-fact]").Length() != 0 || a.Page().Find(`form[action="/session/demo"]`).Length() == 0 || a.Page().Find(`a[href="/jwt/login"]`).Length() == 0 {
		t.Errorf("the front page: %.400s", a.Text("main"))
	}
}
