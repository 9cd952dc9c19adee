package labs_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"twodoors/handlers/labs"
)

// chosen are a lab's controls with some of them set.
func chosen(t *testing.T, id string, set ...string) (labs.Lab, labs.Chosen) {
	t.Helper()
	l, found := labs.FindLab(id)
	if !found {
		t.Fatalf("there is no lab %s", id)
	}
	return l, l.Choose(func(name string) string {
		for i := 0; i+1 < len(set); i += 2 {
			if set[i] == name {
				return set[i+1]
			}
		}
		return ""
	})
}

// play runs a lab to its end.
func play(t *testing.T, id string, set ...string) labs.Result {
	t.Helper()
	l, c := chosen(t, id, set...)
	return stage(t, func(p *labs.Play) { l.Play(p, c) })
}

// TestEveryLab: with each value of each choice a lab comes to its end and shows something, in both languages.
func TestEveryLab(t *testing.T) {
	hangul := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
	}
	words := regexp.MustCompile(`[A-Za-z]{4,} [a-z]{3,} [a-z]{3,}`)
	for _, l := range labs.Labs() {
		t.Run(l.ID, func(t *testing.T) {
			t.Parallel()
			for _, w := range []labs.Words{l.Title, l.About, l.Look} {
				if w.EN == "" || !hangul(w.KO) || plain(w.KO) {
					t.Errorf("words %+v", w)
				}
			}
			sets := [][]string{nil}
			for _, c := range l.Controls {
				for _, o := range c.Options {
					if o.Value != c.Default && !slices.Contains([]string{"2000", "5000", "10000"}, o.Value) {
						sets = append(sets, []string{c.Name, o.Value})
					}
				}
			}
			for _, set := range sets {
				r := play(t, l.ID, set...)
				if len(r.Exhibits) == 0 || len(r.Steps) == 0 {
					t.Errorf("%v: nothing is shown", set)
				}
				for _, e := range r.Exhibits {
					if e.Says != nil && (e.Says.EN == "" || words.MatchString(e.Says.KO) || plain(e.Says.KO)) {
						t.Errorf("%v: %+v", set, *e.Says)
					}
					if e.Grid == nil {
						continue
					}
					for _, row := range e.Grid.Rows {
						if len(row.Cells) != len(e.Grid.Columns) {
							t.Errorf("%v: %s has %d cells below %d columns", set, row.Name.EN, len(row.Cells), len(e.Grid.Columns))
						}
						for at, cell := range row.Cells {
							if cell.Text.EN == "401" && cell.Reason == "" {
								t.Errorf("%v: %s, %s: 401 without a reason", set, row.Name.EN, e.Grid.Columns[at].EN)
							}
						}
					}
				}
			}
		})
	}
}

// lives are the spans that a lab shows, by name.
func lives(r labs.Result) map[string]time.Duration {
	spans := map[string]time.Duration{}
	for _, e := range r.Exhibits {
		if e.Lives != nil {
			for _, l := range e.Lives.Rows {
				spans[l.Name.EN] = l.Span
			}
		}
	}
	return spans
}

// TestForcedLogout: what is looked up ends at once; what is only dated ends at its date; what has none does not end.
func TestForcedLogout(t *testing.T) {
	spans := lives(play(t, "forced-logout", "access", "7"))
	for name, want := range map[string]time.Duration{
		"session, in the database": 0, "JWT, level signature": 7*time.Minute + 5*time.Second, "JWT, level user": 7*time.Minute + 5*time.Second,
		"JWT, level denylist": 0, "signed cookie": 8 * time.Hour, "opaque token": 15 * 24 * time.Hour,
	} {
		if spans[name] != want {
			t.Errorf("%s: %v, want %v", name, spans[name], want)
		}
	}
	for name, span := range lives(play(t, "forced-logout", "how", "key")) {
		if span != 0 && name != "opaque token" { // whose row is all there is to it
			t.Errorf("without its key, %s works for %v", name, span)
		}
	}
}

func TestStaleClaims(t *testing.T) {
	spans := lives(play(t, "stale-claims"))
	for name, want := range map[string]time.Duration{
		"session, in the database": 0, "session, in memory with the user copied": 8 * time.Hour, "JWT, level signature": 15*time.Minute + 5*time.Second, "JWT, level user": 0,
		"opaque token": 0, "signed cookie": 8 * time.Hour,
	} {
		if spans[name] != want {
			t.Errorf("%s: %v, want %v", name, spans[name], want)
		}
	}
}

// TestTamper: whatever is changed is refused before any lookup, unless the server's own key signed it.
func TestTamper(t *testing.T) {
	for sign, want := range map[string]string{"keep": "401", "none": "401", "confused": "401", "other": "401", "own": "200"} {
		rows := play(t, "tamper", "sign", sign).Exhibits[0].Grid.Rows
		if got := rows[1].Cells[0].Text.EN; got != want || rows[1].Cells[1].Text.EN != "0" {
			t.Errorf("signature %s: %s with %s lookups, want %s with none", sign, got, rows[1].Cells[1].Text.EN, want)
		}
	}
	for what, lookups := range map[string]string{"jwt": "0", "session": "0", "cookie": "0", "token": "1"} {
		rows := play(t, "tamper", "what", what, "payload", "{}", "byte", "20").Exhibits[0].Grid.Rows
		if rows[0].Cells[0].Text.EN != "200" || rows[1].Cells[0].Text.EN != "401" || rows[1].Cells[1].Text.EN != lookups {
			t.Errorf("byte 20 of %s: %+v", what, rows)
		}
	}
	// A letter that is chosen is the one that is sent; what may not stand in a header is not.
	if r := play(t, "tamper", "what", "token", "byte", "3", "becomes", "~"); !strings.Contains(r.Exhibits[1].Says.EN, "Byte 3 of ") || !strings.Contains(r.Exhibits[1].Says.EN, "became '~'") {
		t.Errorf("%+v", r.Exhibits[1].Says)
	}
	for _, letter := range []string{"\n", " ", "ab", "é", "\x00"} {
		if _, c := chosen(t, "tamper", "becomes", letter); c["becomes"] != "" {
			t.Errorf("%q may be sent", letter)
		}
	}
	// What is no JSON is told, and changes nothing.
	if r := play(t, "tamper", "payload", `{"role": `); !strings.Contains(r.Exhibits[1].Says.EN, "no JSON") {
		t.Errorf("%+v", r.Exhibits[1])
	}
}

// TestSecondService: Reports goes by the token alone, with no lookup and no request beyond that for the keys; the app,
// in the last row, knows what happened since.
func TestSecondService(t *testing.T) {
	for _, c := range []struct{ shown, since, reports, role, app, appRole string }{
		{"reports", "nothing", "200", "member", "200", "member"},
		{"reports", "signed-out", "200", "member", "401", "–"},
		{"reports", "deactivated", "200", "member", "401", "–"},
		{"reports", "role", "200", "admin", "200", "member"},
		{"reports", "expired", "401", "–", "401", "–"},
		{"app", "nothing", "401", "–", "200", "member"},
		{"changed", "role", "401", "–", "200", "member"},
		{"confused", "nothing", "401", "–", "200", "member"},
		{"cookie", "nothing", "401", "–", "200", "member"},
		{"cookie", "signed-out", "401", "–", "401", "–"},
	} {
		r := play(t, "second-service", "shown", c.shown, "since", c.since)
		page, rows := r.Exhibits[1].Page, r.Exhibits[2].Grid.Rows
		text := func(row, cell int) string { return rows[row].Cells[cell].Text.EN }
		if text(1, 0) != c.reports || text(1, 1) != c.role || text(2, 0) != c.app || text(2, 1) != c.appRole {
			t.Errorf("%s, %s: %+v", c.shown, c.since, rows)
		}
		if text(0, 0) != "200" || text(0, 2) != "0" || text(0, 3) != "1" || text(1, 2) != "0" {
			t.Errorf("%s, %s: lookups and requests: %+v", c.shown, c.since, rows)
		}
		if asked := text(1, 3); asked != "0" && c.since != "expired" { // by then the keys are fetched once more
			t.Errorf("%s, %s: %s requests for keys", c.shown, c.since, asked)
		}
		if page.Address != "https://reports.example/" || strconv.Itoa(page.Answer.Status) != c.reports {
			t.Errorf("%s, %s: the page is %s with %d", c.shown, c.since, page.Address, page.Answer.Status)
		}
	}
}

// TestLoad: through sockets, every request is answered, and the lookups are one a request where something is asked.
func TestLoad(t *testing.T) {
	r := play(t, "load", "requests", "100", "page", "notes")
	lookups, rates, rows := r.Exhibits[0].Series, r.Exhibits[1].Series, r.Exhibits[2].Grid.Rows
	for i, want := range []string{"200", "100", "200"} { // session, signature, version
		if got := rows[i].Cells[0].Text.EN; got != want {
			t.Errorf("%s: %s lookups, want %s", rows[i].Name.EN, got, want)
		}
		if line := lookups.Lines[i].Values; len(line) != 10 || line[9] != 10*line[0] || rates.Lines[i].Values[9] == 0 {
			t.Errorf("%s: %v, %v", rows[i].Name.EN, line, rates.Lines[i].Values)
		}
	}
	if rows[0].Cells[5].Text != rows[2].Cells[5].Text || rows[0].Cells[5].Text == rows[1].Cells[5].Text {
		t.Errorf("a copy works on: %+v", rows)
	}
}

// TestTheftShowsTheFamily: reuse ends the family, which is drawn; two tabs do not, with the grace.
func TestTheftShowsTheFamily(t *testing.T) {
	family := func(r labs.Result) labs.Exhibit {
		return r.Exhibits[slices.IndexFunc(r.Exhibits, func(e labs.Exhibit) bool { return e.Family != nil })]
	}
	if e := family(play(t, "theft")); len(e.Family) != 1 || e.Family[0].EndReason != "reuse" {
		t.Errorf("theft: %+v", e.Family)
	}
	if e := family(play(t, "theft", "what", "tabs")); len(e.Family) != 1 || !e.Family[0].EndedAt.IsZero() {
		t.Errorf("two tabs: %+v", e.Family)
	}
	if e := family(play(t, "theft", "what", "tabs", "grace", "0")); len(e.Family) != 1 || e.Family[0].EndReason != "reuse" {
		t.Errorf("two tabs without a grace: %+v", e.Family)
	}
}

// TestChoose: what is not allowed is the default, and the same choice has the same name.
func TestChoose(t *testing.T) {
	l, c := chosen(t, "clock", "idle", "100000", "every", "7", "max", "60", "remember", "yes")
	if c["idle"] != "30" || c["every"] != "20" || c["max"] != "60" || c["remember"] != "yes" {
		t.Errorf("%v", c)
	}
	_, same := chosen(t, "clock", "max", "60", "remember", "yes")
	if l.Key(c) != l.Key(same) {
		t.Errorf("%s and %s", l.Key(c), l.Key(same))
	}
}

// TestFlows: as many steps as were recorded, and they are not as many as are taught.
func TestFlows(t *testing.T) {
	counts := map[string]int{}
	for _, f := range labs.Flows() {
		r := stage(t, f.Play)
		reading := labs.FlowReading{Flow: f, Reading: labs.Reading{Result: r}}
		counts[f.ID] = reading.Count()
		for _, x := range reading.Recorded() {
			for _, s := range x.Lookups {
				if !s.Counted() && !regexp.MustCompile(`^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)`).MatchString(s.SQL) {
					t.Errorf("%s: a statement is prepared in the middle of it: %s", f.ID, s.SQL)
				}
			}
		}
		if len(f.Taught) > 0 && counts[f.ID] == len(f.Taught) && f.ID != "token-checks" {
			t.Errorf("%s: measured as taught, %d: then the words on why they differ are wrong", f.ID, counts[f.ID])
		}
	}
	want := map[string]int{
		"session-sign-in": 7, "session-use": 5, "jwt-sign-in": 9, "jwt-use": 4, "token-whole": 14, "token-checks": 3, "jwt-checks": 2, "refresh": 16,
	}
	for id, n := range want {
		if counts[id] != n {
			t.Errorf("%s: %d steps, want %d", id, counts[id], n)
		}
	}
}

// TestBoard: every statement is measured, those who watch are told, and the end is told too. The race detector sees the
// first of them: that the list becomes whole while it watches is what the browser's test says.
func TestBoard(t *testing.T) {
	e := newEngine()
	q := labs.NewQueue(roomy)
	b := labs.NewBoard(e, q, time.Now)
	changes, stop := b.Watch()
	defer stop()
	ended := make(chan struct{})
	go func() { b.Keep(t.Context()); close(ended) }()
	told := map[string]bool{}
	for b.State().Ended.IsZero() && (!raced || b.State().Done < 20) {
		told[<-changes] = true
	}
	statements := slices.DeleteFunc(slices.Clone(e.Statements()), func(c labs.Statement) bool { return c.Play == nil })
	if got := b.State().Total; got != len(statements) {
		t.Errorf("%d claims are said to be measured, of %d that can be without a browser", got, len(statements))
	}
	if raced {
		statements = statements[:19] // the twentieth may not have been told yet
	}
	for _, c := range statements {
		r, found := b.Latest(c.ID)
		if !found || !r.AsExpected() || r.At.IsZero() {
			t.Errorf("%s: %v %+v", c.ID, found, r.Problem)
		}
		if !told[c.ID] {
			t.Errorf("nobody was told of %s", c.ID)
		}
		if len(r.Steps) > 0 {
			t.Errorf("%s: its story is kept, for as long as the server runs", c.ID)
		}
	}
	if got := len(b.FlowReadings()); !raced && got != len(labs.Flows()) {
		t.Errorf("%d flows", got)
	}
	for _, f := range b.FlowReadings() {
		if len(f.Recorded()) == 0 {
			t.Errorf("%s: nothing is there to draw", f.ID)
		}
		for _, x := range f.Recorded() {
			if len(x.Response) > 4<<10 {
				t.Errorf("%s: an answer of %d bytes is kept", f.ID, len(x.Response))
			}
		}
	}
	b.End()
	for range changes { // is closed
	}
}
