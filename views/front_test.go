package views_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"twodoors/views"
)

func TestFrontShowsWhatWasMeasured(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	doc := parse(t, views.FrontPage(views.Front{Chrome: chrome(m, "front"), Facts: facts(), Measured: noon, Database: "PostgreSQL"}))
	for selector, want := range map[string]string{
		".front-door.door-session .big .num":      "1",
		".front-door.door-jwt .big .num":          "0",
		"[data-fact=state][data-door=session] b":  "1 row on the server",
		"[data-fact=state][data-door=jwt] b":      "0 rows on the server",
		"[data-fact=state][data-door=jwt] small":  "for the access token; 2 rows for the refresh token, 260 B",
		"[data-fact=sent][data-door=jwt] b":       "408 B",
		"[data-fact=sent][data-door=jwt] small":   "a signed token in a header, alone; its whole header line 432 B",
		"[data-fact=lookups][data-door=jwt] b":    "0 lookups to know who is asking",
		"[data-fact=readable][data-door=jwt] b":   "yes",
		"[data-fact=copy][data-door=session] b":   "0 s",
		"[data-fact=copy][data-door=jwt] b":       "15 min",
		"[data-fact=copy][data-door=jwt] small":   "at level “signature”",
		"[data-fact=lookups][data-door=jwt] ~ td": "See it happen Does it need the database?",
	} {
		if got := doc.Find(selector).Text(); got != want {
			t.Errorf("%s: %q, want %q", selector, got, want)
		}
	}
	doc.Find(".facts tbody tr").Each(func(_ int, s *goquery.Selection) {
		if s.Find("a[href*='#']").Length() != 1 {
			t.Errorf("no link to see it happen: %s", s.Text())
		}
	})
	if !strings.Contains(doc.Text(), "PostgreSQL") || doc.Find("time[data-local][datetime='2026-11-21T14:20:25Z']").Length() != 1 {
		t.Error("database or time of measuring is not said")
	}
}

func TestFrontBeforeMeasuring(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	c := chrome(m, "front")
	c.Demo, c.Signup, c.InsecureLAN = false, false, true
	doc := parse(t, views.FrontPage(views.Front{Chrome: c}))
	if doc.Find("table").Length() != 0 || !strings.Contains(doc.Text(), m.T("facts.pending")) {
		t.Error("figures that nobody measured")
	}
	if got := doc.Find(".front-door .num").Text(); got != "––––" {
		t.Errorf("numbers that nobody measured: %q", got)
	}
	if doc.Find("form[action$='/demo'], a[href='/signup']").Length() != 0 {
		t.Error("offers what is switched off")
	}
	if doc.Find(".banner").Length() != 1 {
		t.Error("no banner on an insecure network")
	}
}

func TestDoorsNeverLoseTheirColour(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	doc := parse(t, views.FrontPage(views.Front{Chrome: chrome(m, "front"), Facts: facts(), Measured: noon}))
	for _, door := range []string{"session", "jwt"} {
		card := doc.Find(".front-door.door-" + door)
		if card.Find("form[action='/"+door+"/demo'] button[name=as]").Length() != 2 {
			t.Errorf("%s: not two demo buttons", door)
		}
		if got := card.Find("h2").Text(); got != m.T("door."+door) {
			t.Errorf("%s: the colour stands without the name: %q", door, got)
		}
	}
}

// TestFrontExplainsTheWarning: a certificate of the server's own is explained in both languages, with what to compare.
func TestFrontExplainsTheWarning(t *testing.T) {
	for _, lang := range []string{"en", "ko"} {
		m := mustCatalogue(t).Match(lang, "")
		plain := parse(t, views.FrontPage(views.Front{Chrome: chrome(m, "front")}))
		if plain.Find("#certificate").Length() != 0 {
			t.Error("explained where there is no such certificate")
		}
		doc := parse(t, views.FrontPage(views.Front{Chrome: chrome(m, "front"), Fingerprint: "AB:CD"}))
		if got := doc.Find("#certificate [data-fingerprint]").Text(); got != "AB:CD" || doc.Find("#certificate h2").Text() != m.T("tls.heading") {
			t.Errorf("%s: fingerprint %q", lang, got)
		}
	}
}
