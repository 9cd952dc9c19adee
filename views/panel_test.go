package views_test

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"twodoors/views"
)

func homePage(m *views.Messages, p views.Panel) views.Home {
	member := memberOf(m, p.Door, "home")
	member.Panel = p
	return views.Home{Member: member, UserID: 7, Name: "maple", Role: "member", SignedInAt: noon, Expires: noon}
}

func TestPanelSaysItsFigures(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	for _, p := range []views.Panel{sessionPanel("notes"), jwtPanel("notes")} {
		doc := parse(t, views.HomePage(homePage(m, p)))
		panel := doc.Find("[data-panel]")
		for name, want := range map[string]int{
			"data-status": p.Status, "data-auth": p.Auth, "data-data": p.Data, "data-display": p.Display,
			"data-total-us": int(p.Total.Microseconds()), "data-auth-us": int(p.AuthTime.Microseconds()), "data-data-us": int(p.DataTime.Microseconds()),
			"data-sent-bytes": p.Sent.Bytes, "data-credential-bytes": p.Sent.CredentialBytes, "data-line-bytes": p.Sent.LineBytes,
			"data-server-bytes": p.State.ServerBytes, "data-client-bytes": p.State.ClientBytes,
			"data-copy-seconds": int(p.State.ReplayWindow.Seconds()),
		} {
			if got := panel.AttrOr(name, ""); got != strconv.Itoa(want) {
				t.Errorf("%s: %s is %q, want %d", p.Door, name, got, want)
			}
		}
		if got := panel.AttrOr("data-door", ""); got != string(p.Door) {
			t.Errorf("data-door %q", got)
		}
		if got := panel.Find("[data-num]").Text(); got != strconv.Itoa(p.Auth) {
			t.Errorf("%s: the big number is %q, want %d", p.Door, got, p.Auth)
		}
		if got := panel.Find("[data-band=sent] .bytes b").First().Text(); got != m.Bytes(p.Sent.CredentialBytes) {
			t.Errorf("%s: credential's size %q", p.Door, got)
		}
		if got, want := panel.Find("[data-band=sent] .bytes .soft").First().Text(), m.Bytes(p.Sent.LineBytes)+" header line"; !strings.Contains(got, want) {
			t.Errorf("%s: beside the credential's size %q, want %q", p.Door, got, want)
		}
		if got := panel.Find("[data-band=lookups] li.lookup").Length(); got != len(p.Lookups) {
			t.Errorf("%s: %d lookups listed, want %d", p.Door, got, len(p.Lookups))
		}
		if got := panel.Find("[data-credential]").Text(); got != p.Sent.Credential.Masked {
			t.Errorf("%s: credential shown as %q", p.Door, got)
		}
	}
}

func TestBandsStandInOneOrder(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	want := []string{"title", "sent", "steps", "lookups", "state"}
	order := func(s *goquery.Selection) []string {
		return s.Find("[data-band]").Map(func(_ int, b *goquery.Selection) string { return b.AttrOr("data-band", "") })
	}
	doc := parse(t, views.HomePage(homePage(m, jwtPanel("home"))))
	if got := order(doc.Find("[data-panel]")); !slices.Equal(got, want) {
		t.Errorf("member page: %v", got)
	}
	for _, played := range []bool{true, false} {
		doc := parse(t, comparePage(m, played))
		for _, door := range []string{"session", "jwt"} {
			column := doc.Find("[data-column=" + door + "]")
			if got := order(column); !slices.Equal(got, want) {
				t.Errorf("compare, %s: %v", door, got)
			}
			if column.Children().Length() != len(want) {
				t.Errorf("compare, %s: the bands are not the column's own children", door)
			}
		}
	}
}

// TestOnePanel: the compare page shows the very markup of the member page.
func TestOnePanel(t *testing.T) {
	m := mustCatalogue(t).Match("ko", "")
	member := parse(t, views.NotesPage(views.Notes{Member: memberOf(m, views.DoorJWT, "notes")}))
	compare := parse(t, comparePage(m, true))
	for _, band := range []string{"title", "sent", "steps", "lookups", "state"} {
		one, _ := goquery.OuterHtml(member.Find("[data-panel] [data-band=" + band + "]"))
		other, _ := goquery.OuterHtml(compare.Find("[data-column=jwt] [data-band=" + band + "]"))
		if one == "" || one != other {
			t.Errorf("band %s differs between the member page and the compare page", band)
		}
	}
}

func TestFoldedPanelSaysTheFiguresInOneLine(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	doc := parse(t, views.HomePage(homePage(m, views.Panel{
		Door: views.DoorSession, Folded: true, Here: "/session/member", Status: 200, Auth: 2, Data: 1,
		Why: []views.Note{{Key: "why.last-seen"}},
	})))
	panel := doc.Find("[data-panel]")
	if panel.Find("[data-band]").Length() != 0 || panel.Find("svg").Length() != 0 {
		t.Error("a folded panel has bands")
	}
	if got := panel.Find(".num").Text(); got != "2" {
		t.Errorf("number %q", got)
	}
	if got := strings.TrimSpace(panel.Find(".figures .soft").Text()); got != "+ 1 for the page itself · 200 · 0.00 ms" {
		t.Errorf("beside it %q", got)
	}
	if !strings.Contains(panel.Text(), m.T("why.last-seen")) {
		t.Error("the second lookup is not explained")
	}
	if bytes, told := panel.Attr("data-server-bytes"); told {
		t.Errorf("says %s B are kept, which nobody counted", bytes)
	}
	if panel.Find("form[action='/preferences'] button[name=panel][value=open]").Length() != 1 {
		t.Error("no button to unfold")
	}
	if got := panel.Find("input[name=next]").AttrOr("value", ""); got != "/session/member" {
		t.Errorf("comes back to %q", got)
	}
}

func TestLifeIsThereForTheScript(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	p := jwtPanel("home")
	doc := parse(t, views.HomePage(homePage(m, p)))
	lives := doc.Find("[data-life]")
	if lives.Length() != 2 {
		t.Fatalf("%d lives, want the credential's and the copy's", lives.Length())
	}
	lives.Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("data-life", "") != strconv.FormatInt(p.Sent.Credential.Expires.Unix(), 10) || s.AttrOr("data-left", "") != "703" || s.Text() != "11 min 43 s" {
			t.Errorf("life %v", s.Nodes[0].Attr)
		}
	})
	if got := doc.Find("html").AttrOr("data-units", ""); got != "d|h|min|s| |ms" {
		t.Errorf("units %q", got)
	}
	if got := parse(t, views.HomePage(homePage(m, sessionPanel("home")))).Find(".copy-life").Text(); got != "0 s" {
		t.Errorf("a session's copy lives %q", got)
	}
}

func TestOddPanels(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	p := sessionPanel("home")
	p.Sent.Credential, p.Sent.Headers, p.RevealURL = nil, nil, ""
	p.Lookups = append(p.Lookups, views.Lookup{SQL: "BEGIN", Note: views.Note{Key: "lookup.other"}}, views.Lookup{Purpose: "data", Counted: true, Repeat: true, Failed: true, SQL: hostile, Note: views.Note{Key: "lookup.list-notes"}})
	p.State = views.State{ServerFailed: true}
	doc := parse(t, views.HomePage(homePage(m, p)))
	if !strings.Contains(doc.Find("[data-band=sent]").Text(), m.T("panel.no-credential")) {
		t.Error("no word on the missing credential")
	}
	if doc.Find("[data-reveal]").Length() != 0 {
		t.Error("a button to reveal nothing")
	}
	if got := doc.Find("[data-band=state]").Text(); !strings.Contains(got, m.T("state.not-available")) {
		t.Error("a failed display read is not said")
	}
	if doc.Find(".flag").Length() != 2 || !strings.Contains(doc.Find("[data-band=lookups]").Text(), m.T("purpose.uncounted")) {
		t.Error("repeat, failure or not counted is not said")
	}
}

// BenchmarkHome renders the page that load tests ask for.
func BenchmarkHome(b *testing.B) {
	m := mustCatalogue(b).Match("en", "")
	for name, p := range map[string]views.Panel{
		"folded": {Door: views.DoorSession, Folded: true, Here: "/session/member", Status: 200, Total: time.Millisecond, Auth: 1},
		"open":   jwtPanel("home"),
	} {
		b.Run(name, func(b *testing.B) {
			page := homePage(m, p)
			b.ReportAllocs()
			for b.Loop() {
				if err := views.HomePage(page).Render(context.Background(), io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
