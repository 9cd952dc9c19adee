package views_test

import (
	"slices"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"twodoors/views"
)

func TestComparePlayedByTheServer(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	doc := parse(t, comparePage(m, true))
	for selector, want := range map[string]string{
		"[data-column=session] [data-num]":                 "1",
		"[data-column=jwt] [data-num]":                     "0",
		"[data-total=auth][data-door=session]":             "20",
		"[data-total=auth][data-door=jwt]":                 "0",
		"[data-total=credential-bytes][data-door=jwt]":     "8,160 B",
		"[data-total=line-bytes][data-door=jwt]":           "8,640 B",
		"[data-total=total-time][data-door=session]":       "26.2 ms",
		"[data-total=copy-life][data-door=session]":        "0 s",
		"[data-total=copy-life][data-door=jwt]":            "11 min 43 s",
		"[data-total-count]":                               "20",
		"[data-line-label=session]":                        "40",
		"[data-line-label=jwt]":                            "20",
		"[data-compare-status]":                            m.T("compare.played"),
		"select[name=page] option[selected]":               m.T("compare.page.notes"),
		"[data-level-form] [aria-pressed=true]":            m.T("level.signature"),
		"[data-level-form] [aria-pressed=true] + button":   m.T("level.user"),
		"form[data-compare] button[name=count][value='1']": m.T("compare.send"),
	} {
		if got := doc.Find(selector).Text(); got != want {
			t.Errorf("%s: %q, want %q", selector, got, want)
		}
	}
	if got := doc.Find("[data-level-form] [data-level-about]").Length(); got != 4 {
		t.Errorf("%d levels explained", got)
	}
	if _, hidden := doc.Find("[data-compare-signin]").Attr("hidden"); !hidden {
		t.Error("asks for a sign-in that is there")
	}
	if got := doc.Find("polyline[data-line=session]").AttrOr("points", ""); got[:9] != "34,156 48" || got[len(got)-10:] != "330.0,16.0" {
		t.Errorf("session's line: %s", got)
	}
}

func TestCompareBeforeAnythingWasSent(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	doc := parse(t, comparePage(m, false))
	signin := doc.Find("[data-compare-signin]")
	if _, hidden := signin.Attr("hidden"); hidden || signin.Length() != 1 {
		t.Error("no sign-in offered")
	}
	for _, action := range []string{"/compare/demo", "/compare/login"} {
		form := signin.Find("form[action='" + action + "']")
		if form.Find("input[name=carrier][value=cookie][data-carrier-hidden]").Length() != 1 {
			t.Errorf("%s: the carrier without a script is not the cookie", action)
		}
	}
	cells := doc.Find("[data-total]").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if len(cells) != 18 || slices.ContainsFunc(cells, func(c string) bool { return c != "–" }) {
		t.Errorf("cells %q", cells)
	}
	for _, hook := range []string{
		"[data-compare-progress][hidden]", "[data-compare-cancel][hidden]", "form[data-compare] input[name=count][type=number]",
		"svg[data-plot]", "template[data-messages][data-sending][data-sent][data-signed-out][data-network][data-busy]",
		"polyline[data-line=session]", "polyline[data-line=jwt]",
	} {
		if doc.Find(hook).Length() != 1 {
			t.Errorf("hook %s is not there once", hook)
		}
	}
}

// TestChartLabelsKeepApart: two doors with the same sum still show both figures.
// TestCompareAsksForASignIn: at once where one is missing, never where none is; and where only a token that this page
// cannot see may be missing, the script is left to say so.
func TestCompareAsksForASignIn(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	for _, c := range []struct {
		session, jwt   bool
		failed         bool
		hidden, unseen bool
	}{
		{}, {jwt: true}, {session: true, unseen: true}, {session: true, failed: true}, {session: true, jwt: true, hidden: true},
	} {
		page := views.Compare{Chrome: chrome(m, "compare"), Page: "notes", SignedIn: map[views.Door]bool{views.DoorSession: c.session, views.DoorJWT: c.jwt}}
		if c.failed {
			page.Failure = views.Note{Key: "login.failed"}
		}
		form := parse(t, views.ComparePage(page)).Find("[data-compare-signin]")
		_, hidden := form.Attr("hidden")
		_, unseen := form.Attr("data-unseen")
		if hidden != c.hidden || unseen != c.unseen {
			t.Errorf("%+v: hidden %v, unseen %v", c, hidden, unseen)
		}
	}
}

func TestChartLabelsKeepApart(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	c := views.Compare{Chrome: chrome(m, "compare"), Page: "home", Count: 2, Most: 100, Level: "version", Totals: &views.Totals{
		Count: 2, Lines: map[views.Door][]int{views.DoorSession: {1, 2}, views.DoorJWT: {1, 2}},
	}}
	doc := parse(t, views.ComparePage(c))
	if a, b := doc.Find("[data-line-label=session]").AttrOr("y", ""), doc.Find("[data-line-label=jwt]").AttrOr("y", ""); a == b {
		t.Errorf("both labels stand at %s", a)
	}
}
