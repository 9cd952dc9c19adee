package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"twodoors/handlers/labs"
)

func TestVerifyJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	got := invoke(t, "", "verify", "jwt-readable", "jwt-no-lookup", "csrf", "--format=json")
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	var results []struct {
		ID, Verdict, Expected, Condition string
		Measured                         []struct {
			What  string
			Value any
			Unit  string
		}
		Sources []struct{ Name, Address string }
		MS      *int64
	}
	if err := json.Unmarshal([]byte(got.out), &results); err != nil {
		t.Fatalf("%v\n%s", err, got.out)
	}
	if len(results) != 3 || results[0].ID != "jwt-readable" || results[0].Verdict != "holds" || results[0].Expected != "holds" || results[0].MS == nil {
		t.Errorf("%s", got.out)
	}
	if s := results[0].Sources; len(s) < 2 || s[0].Name != "RFC 7515 (JWS), section 3" || s[0].Address != "https://www.rfc-editor.org/rfc/rfc7515.html#section-3" {
		t.Errorf("sources: %+v", s)
	}
	if r := results[1]; r.Verdict != "depends" || !strings.Contains(r.Condition, "level signature") || len(r.Measured) != 4 ||
		r.Measured[0].Value != 0.0 || r.Measured[1].Value != 1.0 || r.Measured[0].Unit != "lookups" {
		t.Errorf("%+v", r)
	}
	if r := results[2]; r.Verdict != "needs a browser" || r.Expected != "depends" || r.Measured == nil || len(r.Measured) != 0 {
		t.Errorf("%+v", r)
	}
	if !strings.Contains(got.errors, "3/3") {
		t.Errorf("progress: %s", got.errors)
	}
	// The app's own data was not touched: it would lie here.
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestVerifyHasTheServersSettings: what is measured is this server as it was set up.
func TestVerifyHasTheServersSettings(t *testing.T) {
	got := invoke(t, "", "verify", "jwt-not-revocable", "jwt-readable", "--jwt-alg=HS256", "--access-ttl=5m")
	if got.code != 0 || !strings.Contains(got.out, "for how long the copy worked: 305 s") {
		t.Errorf("%+v", got)
	}
}

func TestVerifyFormats(t *testing.T) {
	text := invoke(t, "", "verify", "logout-ends-session")
	if text.code != 0 || !strings.HasPrefix(text.out, "CLAIM ") || !strings.Contains(text.out, "logout-ends-session  ") || !strings.Contains(text.out, "1 claims in ") {
		t.Errorf("text: %+v", text)
	}
	markdown := invoke(t, "", "verify", "logout-ends-session", "--format", "markdown")
	if markdown.code != 0 || !strings.Contains(markdown.out, "| `logout-ends-session` | ") || !strings.Contains(markdown.out, "| holds | holds |") {
		t.Errorf("markdown: %+v", markdown)
	}
	page := invoke(t, "", "verify", "logout-ends-session", "--format", "html")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.out))
	if err != nil || page.code != 0 {
		t.Fatalf("%v %+v", err, page)
	}
	if got := doc.Find("tbody tr td.holds").Text(); got != "holds" {
		t.Errorf("html: %q\n%s", got, page.out)
	}
}

func TestVerifyRefuses(t *testing.T) {
	for _, args := range [][]string{{"no-such-claim"}, {"jwt-readable", "--format=pdf"}, {"--session-store=nowhere"}, {"--database=nowhere"}} {
		if got := invoke(t, "", append([]string{"verify"}, args...)...); got.code != 1 || got.out != "" || strings.Count(got.errors, "\n") != 1 {
			t.Errorf("%v: %+v", args, got)
		}
	}
}

// TestVerifyNotTried: what needs Redis gets no verdict where there is none; it is named and counted, in every format.
func TestVerifyNotTried(t *testing.T) {
	const command = "start with: twodoors verify state-session-backends --session-store=redis://localhost:6379/0"
	for _, format := range []string{"text", "markdown", "html", "json"} {
		got := invoke(t, "", "verify", "state-session-backends", "--format", format)
		if got.code != 0 || !strings.Contains(got.out, "not tried here: Redis ("+command+")") {
			t.Errorf("%s: %+v", format, got)
		}
		if format != "json" && !strings.Contains(got.out, "cases not tried here: 1") {
			t.Errorf("%s does not count it: %s", format, got.out)
		}
		if format == "json" {
			var results []struct {
				NotTried []struct{ Case, Needs string } `json:"not_tried"`
			}
			if err := json.Unmarshal([]byte(got.out), &results); err != nil || len(results) != 1 || len(results[0].NotTried) != 1 || results[0].NotTried[0].Needs != command {
				t.Errorf("%v: %s", err, got.out)
			}
		}
	}
}

// TestVerifyReportsDifferences: another verdict, another case of the same verdict, and a run that did not end.
func TestVerifyReportsDifferences(t *testing.T) {
	statement := func(id string, expected labs.Verdict) labs.Statement {
		return labs.Statement{ID: id, Expected: expected}
	}
	report := verifyReport{results: []labs.Result{
		{Statement: statement("as-expected", labs.Holds), Verdict: labs.Holds, Cases: []labs.Case{{Holds: true, Want: true}}},
		{Statement: statement("other-verdict", labs.Holds), Verdict: labs.Fails, Cases: []labs.Case{{When: labs.Say("a case", "경우"), Want: true}}},
		{Statement: statement("other-case", labs.Depends), Verdict: labs.Depends, Cases: []labs.Case{{Holds: true}, {Want: true}}},
		{Statement: statement("not-run", labs.Holds), Verdict: labs.NotRun, Problem: labs.ErrNotBuilt},
		{Statement: statement("browser", labs.Fails), Verdict: labs.NeedsBrowser},
		{Statement: statement("not-tried", labs.Depends), Verdict: labs.Holds, Cases: []labs.Case{
			{When: labs.Say("one", "하나"), Holds: true, Want: true}, {When: labs.Say("another", "다른"), NotTried: labs.Say("start with: it", "이렇게: it")},
		}},
	}}
	if got := strings.Join(report.differing(), " "); got != "other-verdict other-case not-run" {
		t.Errorf("differing: %s", got)
	}
	var out bytes.Buffer
	if err := report.print(&out, "text"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"expected otherwise: a case", labs.ErrNotBuilt.Error(), "2 as expected, 3 otherwise, 1 need a browser; cases not tried here: 1"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}
