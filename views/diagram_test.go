package views_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"twodoors/views"
)

func TestDiagramKeepsTheRecordedOrder(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	d := views.LayOut(m, sessionPanel("notes"))
	if len(d.Told) != 5 {
		t.Fatalf("%d steps told, want 5: %q", len(d.Told), d.Told)
	}
	if want := "whose session is this?: 1 row, 0.09 ms"; d.Told[2] != want {
		t.Errorf("told %q, want %q", d.Told[2], want)
	}
	// Request, check, two lookups there and back, answer.
	var kinds []string
	last := 0
	for _, k := range d.Marks {
		kind := string(k.Kind)
		if k.Reply {
			kind += " back"
		}
		kinds = append(kinds, kind)
		if k.Y <= last {
			t.Errorf("%s stands at %d, not below %d", kind, k.Y, last)
		}
		for _, l := range k.Lines {
			if l.Y <= last {
				t.Errorf("the label %q at %d runs into what stands at %d", l.Text, l.Y, last)
			}
		}
		last = k.Y
	}
	want := []string{"request", "check", "lookup", "lookup back", "lookup", "lookup back", "response back"}
	if !slices.Equal(kinds, want) {
		t.Errorf("marks %v, want %v", kinds, want)
	}
	if last >= d.Height || d.BarTop+d.BarTall > d.Height {
		t.Errorf("height %d cuts the last mark at %d or the bar at %d", d.Height, last, d.BarTop+d.BarTall)
	}
}

func TestDiagramColoursByPurpose(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	p := sessionPanel("notes")
	p.Steps = append(p.Steps, views.Step{Kind: views.StepUncount, Purpose: "auth", OK: true, Note: views.Note{Key: "lookup.other"}, Took: time.Microsecond})
	doc := parse(t, views.HomePage(homePage(m, p)))
	svg := doc.Find("svg.sequence")
	for selector, want := range map[string]int{
		"g.lookup.auth": 2, "g.lookup.data": 2, "g.lookup.reply": 2, "g.request.own": 1, "g.response.own.reply": 1, "g.check .shaft": 0, "g.uncounted.plain": 2,
	} {
		if got := svg.Find(selector).Length(); got != want {
			t.Errorf("%s: %d, want %d", selector, got, want)
		}
	}
	if got := svg.Find("g.lookup.auth").First().Find("text.soft").Text(); got != "0.05 ms" {
		t.Errorf("the arrow's time is %q", got)
	}
	told := svg.Parent().Find("ol.sr li").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if !slices.Equal(told, views.LayOut(m, p).Told) {
		t.Errorf("told aloud: %q", told)
	}
	if svg.AttrOr("role", "") != "img" || svg.AttrOr("aria-label", "") == "" {
		t.Error("the drawing has no name")
	}
}

func TestDiagramSaysRefusals(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	p := views.Panel{Door: views.DoorJWT, Steps: []views.Step{
		{Kind: views.StepCheck, Note: views.Note{Key: "step.check.token-failed", Args: map[string]any{"Reason": "expired"}}, Purpose: "auth"},
	}}
	d := views.LayOut(m, p)
	if !strings.Contains(d.Marks[0].Class, "failed") || d.Told[0] != "token refused: expired" {
		t.Errorf("%+v", d)
	}
	if empty := views.LayOut(m, views.Panel{}); empty.Height <= 0 || len(empty.Marks) != 0 {
		t.Errorf("no steps: %+v", empty)
	}
}

func TestWrap(t *testing.T) {
	for _, tc := range []struct {
		label string
		room  int
		want  []string
		whole bool
	}{
		{"", 10, nil, false},
		{"bearer token", 15, []string{"bearer token"}, false},
		{"signature, dates, issuer checked", 25, []string{"signature, dates, issuer", "checked"}, false},
		{"누구의 세션인가요", 10, []string{"누구의", "세션인가요"}, false},
		{"누구의 세션인가요", 9, []string{"누구의", "세션인가", "요"}, false},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}, false},
		{"a b c d e f g h", 2, []string{"a", "b", "c …"}, true},
	} {
		got, whole := views.Wrap(tc.label, tc.room)
		if !slices.Equal(got, tc.want) || (whole != "") != tc.whole {
			t.Errorf("Wrap(%q, %d) = %q, %q", tc.label, tc.room, got, whole)
		}
	}
}

// TestLabelsFitAPhone: no message that handlers draw needs more than three lines beside the life line.
func TestLabelsFitAPhone(t *testing.T) {
	c := mustCatalogue(t)
	for _, lang := range []string{"en", "ko"} {
		m := c.Match(lang, "")
		for _, key := range m.Keys() {
			room := 25
			switch {
			case strings.HasPrefix(key, "step.request."), key == "step.response":
				room = 15
			case !strings.HasPrefix(key, "step.") && !strings.HasPrefix(key, "lookup."):
				continue
			}
			text := m.F(key, map[string]any{"Reason": "wrong-issuer", "Status": 200, "Rows": 1234, "Took": time.Millisecond})
			if lines, whole := views.Wrap(text, room); whole != "" {
				t.Errorf("%s/%s is cut at %s lines: %q", lang, key, strconv.Itoa(len(lines)), text)
			}
		}
	}
}
