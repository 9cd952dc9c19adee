package labs_test

import (
	"context"
	"errors"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/labs"
	"twodoors/models"
	"twodoors/models/memorystore"
	"twodoors/models/modelstest"
	"twodoors/models/redisstore"
)

func openSessions(ctx context.Context, where string, db *models.DB) (auth.SessionRows, func() error, error) {
	if where == auth.StoreMemory {
		return memorystore.New(memorystore.Sessions), func() error { return nil }, nil
	}
	store, err := redisstore.Open(ctx, redisstore.Options{URL: where, Database: db.ID()})
	if err != nil {
		return nil, nil, err
	}
	return store, store.Close, nil
}

func newEngine(change ...func(*labs.Options)) *labs.Engine {
	o := labs.Options{Factory: handlers.LabNodes("test"), Sessions: openSessions}
	for _, c := range change {
		c(&o)
	}
	return labs.New(o)
}

func ids(e *labs.Engine) (list []string) {
	for _, c := range e.Statements() {
		list = append(list, c.ID)
	}
	return list
}

// runAll runs every statement and checks that each came to its verdict, in every case.
func runAll(t *testing.T, e *labs.Engine) []labs.Result {
	t.Helper()
	began := time.Now()
	results, err := e.RunAll(t.Context(), ids(e), runtime.GOMAXPROCS(0), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d claims in %v", len(results), time.Since(began))
	for _, r := range results {
		t.Run(r.Statement.ID, func(t *testing.T) { check(t, r) })
	}
	return results
}

func check(t *testing.T, r labs.Result) {
	t.Helper()
	if r.Problem != nil {
		t.Fatal(r.Problem)
	}
	if !r.AsExpected() {
		t.Errorf("verdict %s, expected %s", r.Verdict, r.Statement.Expected)
		for _, c := range r.Cases {
			if c.Holds != c.Want {
				t.Errorf("%s: measured %t", c.When.EN, c.Holds)
			}
		}
		for _, m := range r.Measured {
			t.Logf("%s = %s %s", m.ID, m.Text(), m.Unit)
		}
	}
}

func TestClaims(t *testing.T) {
	results := runAll(t, newEngine())
	t.Run("words", func(t *testing.T) { checkWords(t, results) })
}

// TestClaimsElsewhere is the same where the app's data is kept elsewhere.
func TestClaimsElsewhere(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Run("memory", func(t *testing.T) {
		runAll(t, newEngine(func(o *labs.Options) { o.SessionStore = "memory" }))
	})
	t.Run("postgres", func(t *testing.T) {
		where := modelstest.Postgres(t)
		runAll(t, newEngine(func(o *labs.Options) { o.Database = where }))
		if left := schemas(t, where); left != 0 {
			t.Errorf("%d worlds were left behind", left)
		}
	})
	t.Run("redis", func(t *testing.T) {
		where := modelstest.Redis(t)
		runAll(t, newEngine(func(o *labs.Options) { o.SessionStore = where }))
		if left := redisKeys(t, where); len(left) > 0 {
			t.Errorf("keys were left behind: %v", left)
		}
	})
}

// checkWords: everything that is shown is there in both languages, and each statement is whole.
func checkWords(t *testing.T, results []labs.Result) {
	seen := map[string]bool{}
	for _, r := range results {
		id := r.Statement.ID
		if seen[id] {
			t.Errorf("%s is there twice", id)
		}
		seen[id] = true
		word := func(what string, w labs.Words) {
			if w.EN == "" || w.KO == "" {
				t.Errorf("%s: %s is missing in a language: %+v", id, what, w)
			}
			if strings.IndexFunc(w.EN, isHangul) >= 0 {
				t.Errorf("%s: %s: the English is Korean: %s", id, what, w.EN)
			}
		}
		sentence := func(what string, w labs.Words) {
			word(what, w)
			if what != "the claim" && plain(w.KO) {
				t.Errorf("%s: %s: the Korean does not speak to the reader: %s", id, what, w.KO)
			}
			if strings.IndexFunc(w.KO, isHangul) < 0 {
				t.Errorf("%s: %s: the Korean is not: %s", id, what, w.KO)
			}
		}
		sentence("the claim", r.Statement.Says)
		sentence("why", r.Statement.Why)
		sentence("advice", r.Statement.Advice)
		if r.Statement.Note.EN+r.Statement.Note.KO != "" {
			sentence("note", r.Statement.Note)
		}
		sentence("group", r.Statement.Group.Title())
		if r.Statement.Play == nil {
			continue
		}
		if len(r.Steps) == 0 || r.Figure().ID == "" || r.Statement.Figure != "" && r.Figure().ID != r.Statement.Figure {
			t.Errorf("%s: %d steps, figure %q", id, len(r.Steps), r.Figure().ID)
		}
		for _, s := range r.Steps {
			sentence("a step", s.Says)
			for _, event := range s.Events {
				sentence("an event", event)
			}
		}
		for _, m := range r.Measured {
			sentence("measurement "+m.ID, m.What)
		}
		for _, c := range r.Cases {
			word("a case", c.When)
		}
	}
	for _, id := range labs.Tour() {
		if !seen[id] {
			t.Errorf("the tour leads to %s, which is not there", id)
		}
	}
}

func isHangul(r rune) bool { return unicode.Is(unicode.Hangul, r) }

// plain reports whether a Korean text is in the plain style, in which statements themselves stand: what is said to the
// reader ends in -요 or is no sentence.
func plain(ko string) bool { return plainEnds.MatchString(ko) }

var plainEnds = regexp.MustCompile(`([^마]다|라|[는은인]가|까)([.?:]|$)`)

// TestJudge is the rule that every verdict comes from.
func TestJudge(t *testing.T) {
	for _, test := range []struct {
		holds []bool
		want  labs.Verdict
	}{
		{[]bool{true}, labs.Holds}, {[]bool{true, true}, labs.Holds}, {[]bool{false}, labs.Fails},
		{[]bool{false, false}, labs.Fails}, {[]bool{true, false}, labs.Depends}, {nil, labs.NotRun},
	} {
		var cases []labs.Case
		for _, h := range test.holds {
			cases = append(cases, labs.Case{Holds: h})
		}
		if got := labs.Judge(cases); got != test.want {
			t.Errorf("%v: %s, want %s", test.holds, got, test.want)
		}
	}
}

// TestNotTried: a case that was not tried takes no part in the verdict, and nothing is expected of it.
func TestNotTried(t *testing.T) {
	statement := labs.Statement{ID: "a", Expected: labs.Depends, Play: func(p *labs.Play) {}, Rule: func(labs.Measured) []labs.Case {
		return []labs.Case{{When: labs.Say("tried", "시험함"), Holds: true, Want: true}, {When: labs.Say("Redis", "Redis"), NotTried: labs.Say("start with: it", "이렇게: it")}}
	}}
	r := newEngine().RunStatement(t.Context(), statement, nil)
	if r.Verdict != labs.Holds || !r.AsExpected() || len(r.NotTried()) != 1 || r.Condition().EN != "not tried here: Redis (start with: it)" {
		t.Errorf("%s, as expected %t, %q", r.Verdict, r.AsExpected(), r.Condition().EN)
	}
	statement.Rule = func(labs.Measured) []labs.Case { return []labs.Case{{NotTried: labs.Say("it", "it")}} }
	if r := newEngine().RunStatement(t.Context(), statement, nil); r.Verdict != labs.NotRun {
		t.Errorf("nothing was tried, and the verdict is %s", r.Verdict)
	}
}

func TestUnknownClaim(t *testing.T) {
	if _, err := newEngine().Run(t.Context(), "no-such-claim", nil); err == nil {
		t.Error("an unknown claim ran")
	}
	if _, err := newEngine().RunAll(t.Context(), []string{"jwt-readable", "no-such-claim"}, 1, func(labs.Result) { t.Error("something ran") }); err == nil {
		t.Error("an unknown claim ran")
	}
}

// TestCancelled: a run ends with its context, and says so.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	steps := 0
	r, err := newEngine().Run(ctx, "jwt-tamper", func(e labs.Event) {
		if e.Statement != "jwt-tamper" {
			t.Errorf("an event of %q", e.Statement)
		}
		if e.Step != nil {
			if steps++; steps == 2 {
				cancel()
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != labs.NotRun || !errors.Is(r.Problem, context.Canceled) || steps != 2 {
		t.Errorf("verdict %s, problem %v, %d steps", r.Verdict, r.Problem, steps)
	}
}

// TestNotBuilt: what the program lacks is said, and is no verdict.
func TestNotBuilt(t *testing.T) {
	e := newEngine(func(o *labs.Options) { o.Sessions = nil })
	r, err := e.Run(t.Context(), "session-lookup", nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != labs.NotRun || !errors.Is(r.Problem, labs.ErrNotBuilt) || r.AsExpected() {
		t.Errorf("verdict %s, problem %v", r.Verdict, r.Problem)
	}
}
