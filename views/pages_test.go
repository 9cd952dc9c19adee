package views_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// everyPage runs a check on each page in both languages.
func everyPage(t *testing.T, check func(t *testing.T, doc *goquery.Document, source string)) {
	t.Helper()
	c := mustCatalogue(t)
	for _, lang := range []string{"en", "ko"} {
		for _, p := range pages(c.Match(lang, "")) {
			t.Run(p.name+"/"+lang, func(t *testing.T) {
				source := render(t, p.shown)
				doc, err := goquery.NewDocumentFromReader(strings.NewReader(source))
				if err != nil {
					t.Fatal(err)
				}
				if got := doc.Find("html").AttrOr("lang", ""); got != lang {
					t.Errorf("lang %q, want %q", got, lang)
				}
				check(t, doc, source)
			})
		}
	}
}

func TestNoMissingMessage(t *testing.T) {
	everyPage(t, func(t *testing.T, _ *goquery.Document, source string) {
		if at := strings.Index(source, "⟦"); at >= 0 {
			t.Errorf("missing message: %s", source[at:min(at+60, len(source))])
		}
		if strings.Contains(source, "{{") {
			t.Error("a message shows its place instead of a value")
		}
	})
}

// TestNothingInline: the content security policy allows no inline script and no inline style.
func TestNothingInline(t *testing.T) {
	event := regexp.MustCompile(`<[^>]*\son[a-z]+=`)
	everyPage(t, func(t *testing.T, doc *goquery.Document, source string) {
		if n := doc.Find("[style], style").Length(); n > 0 {
			t.Errorf("%d inline styles", n)
		}
		doc.Find("script").Each(func(_ int, s *goquery.Selection) {
			if s.AttrOr("src", "") == "" || s.Text() != "" {
				t.Error("inline script")
			}
		})
		if event.MatchString(source) {
			t.Errorf("event attribute: %s", event.FindString(source))
		}
		if strings.Contains(strings.ToLower(source), "javascript:") {
			t.Error("javascript: address")
		}
	})
}

func TestStructure(t *testing.T) {
	everyPage(t, func(t *testing.T, doc *goquery.Document, _ string) {
		seen := map[string]bool{}
		doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
			id := s.AttrOr("id", "")
			if seen[id] {
				t.Errorf("id %q stands twice", id)
			}
			seen[id] = true
		})
		for _, attr := range []string{"aria-describedby", "aria-labelledby", "for"} {
			doc.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
				ids := strings.Fields(s.AttrOr(attr, ""))
				if len(ids) == 0 {
					t.Errorf("%s names nothing", attr)
				}
				for _, id := range ids {
					if !seen[id] {
						t.Errorf("%s names %q, which is not there", attr, id)
					}
				}
			})
		}
		// What the generator does not take for a condition it writes out as attributes.
		if n := doc.Find("[if], [else], [switch], [for][class]:not(label)").Length(); n > 0 {
			t.Errorf("%d conditions stand in the page", n)
		}
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("%d h1", n)
		}
		if doc.Find("title").Text() == "" || doc.Find("main#main").Length() != 1 || doc.Find("a.skip[href='#main']").Length() != 1 {
			t.Error("title, main or skip link missing")
		}
		if doc.Find("body").AttrOr("data-page", "") == "" {
			t.Error("body names no page")
		}
		doc.Find("section").Each(func(_ int, s *goquery.Selection) {
			if s.Find("h1, h2, h3, h4, h5").Length() == 0 && s.AttrOr("aria-label", "") == "" {
				t.Errorf("a section without a heading: %s", s.AttrOr("class", s.Text()))
			}
		})
		headingsInOrder(t, doc)
		fieldsHaveNames(t, doc)
		// The parser takes a block out of the p around it and leaves an empty p behind.
		doc.Find("main p:empty").Each(func(_ int, s *goquery.Selection) {
			if _, status := s.Attr("data-compare-status"); !status {
				html, _ := goquery.OuterHtml(s)
				t.Errorf("empty paragraph: %s", html)
			}
		})
		doc.Find("form").Each(func(_ int, s *goquery.Selection) {
			if s.AttrOr("action", "") == "" || s.Find("button").Length() == 0 {
				t.Error("a form without address or button")
			}
		})
	})
}

func headingsInOrder(t *testing.T, doc *goquery.Document) {
	t.Helper()
	last := 0
	doc.Find("h1, h2, h3, h4, h5").Each(func(_ int, s *goquery.Selection) {
		level := int(goquery.NodeName(s)[1] - '0')
		if level > last+1 {
			t.Errorf("heading %q jumps from h%d to h%d", s.Text(), last, level)
		}
		last = level
	})
}

func fieldsHaveNames(t *testing.T, doc *goquery.Document) {
	t.Helper()
	doc.Find("input:not([type=hidden]):not([aria-hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		labelled := s.Closest("label").Length() > 0 || (id != "" && doc.Find("label[for='"+id+"']").Length() == 1)
		if !labelled {
			t.Errorf("field %q has no label", s.AttrOr("name", ""))
		}
	})
}

func TestUserTextIsText(t *testing.T) {
	everyPage(t, func(t *testing.T, _ *goquery.Document, source string) {
		if strings.Contains(source, hostile) || strings.Contains(source, "<script>alert") {
			t.Error("a user's text reaches the page unescaped")
		}
	})
}

func TestFaultsStandWithTheirFields(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	for _, p := range pages(m) {
		if p.name != "signup-bad" {
			continue
		}
		doc := parse(t, p.shown)
		field := doc.Find("#username")
		if field.AttrOr("aria-invalid", "") != "true" || !strings.Contains(field.AttrOr("aria-describedby", ""), "username-fault") {
			t.Error("the field at fault does not say so")
		}
		if got := doc.Find("#username-fault").Text(); got != m.T("form.username.taken") {
			t.Errorf("fault %q", got)
		}
		if got := field.AttrOr("value", ""); got != hostile {
			t.Errorf("the value is not kept: %q", got)
		}
		return
	}
	t.Fatal("no such page")
}
