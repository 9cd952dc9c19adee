package handlers_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"twodoors/handlers/auth"
)

// TestSameFiguresEverywhere: what the first page says of a door stands on the visitor's own page behind that door: the
// bytes of the credential, the state at the server, and for how long a copy works. The compare page says the same.
func TestSameFiguresEverywhere(t *testing.T) {
	n := newNode(t, level(auth.LevelSignature))
	front := measured(t, n, "en")
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byHeader, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}} {
		c := n.client()
		c.demo(w, "member")
		panel := c.get(w.page("") + "?panel=open").want(http.StatusOK).page().Find("[data-panel]").First()
		number := func(name string) int {
			value, err := strconv.Atoi(panel.AttrOr(name, ""))
			if err != nil {
				t.Fatalf("%s: %s: %v", w, name, err)
			}
			return value
		}
		// Ids are random numbers: their digits, which a token and a cookie spell out, differ by a few.
		if said, got := bytesIn(t, front.fact("sent", w.mode)), number("data-credential-bytes"); said < got-12 || said > got+12 || w.mode == "session" && said != got {
			t.Errorf("%s: the credential has %d B on the first page, %d in the panel", w, said, got)
		}
		said, got := bytesIn(t, front.text("[data-fact=state][data-door="+w.mode+"] small")), number("data-server-bytes")
		if said != got {
			t.Errorf("%s: the state has %d B on the first page, %d in the panel", w, said, got)
		}
		life := time.Duration(number("data-copy-seconds")) * time.Second
		if said := strings.Join(strings.Fields(front.fact("copy", w.mode)), ""); said != written(life) {
			t.Errorf("%s: a copy works for %s on the first page, %s in the panel", w, said, written(life))
		}
		if w.carrier == "header" {
			continue // the browser's script fills the rows: the server is sent no token
		}
		// The compare page's own rows, for the same sign-in in the same browser.
		other := "session"
		if w.mode == other {
			other = "cookie"
		}
		rows := c.get("/compare?doors=" + w.mode + "," + other + "&count=1").want(http.StatusOK)
		row := func(key string) string { return rows.text("[data-total=" + key + "][data-door=" + w.mode + "]") }
		if credential := bytesIn(t, row("credential-bytes")); credential != number("data-credential-bytes") {
			t.Errorf("%s: the credential has %d B in the panel, %q on the compare page", w, number("data-credential-bytes"), row("credential-bytes"))
		}
		if bytesIn(t, row("server-bytes")) != got {
			t.Errorf("%s: the state has %d B in the panel, %q on the compare page", w, got, row("server-bytes"))
		}
		if compared := strings.Join(strings.Fields(row("copy-life")), ""); compared != written(life) {
			t.Errorf("%s: a copy works for %s in the panel, %q on the compare page", w, written(life), compared)
		}
	}
}

// bytesIn is the number of bytes in a text; 0 where there is none.
func bytesIn(t *testing.T, text string) int {
	t.Helper()
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' })
	for i, word := range words {
		if i > 0 && strings.Trim(word, ".,;()") == "B" {
			value, err := strconv.Atoi(strings.ReplaceAll(strings.Trim(words[i-1], "("), ",", ""))
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			return value
		}
	}
	return 0
}

// written is a span as pages write it, without its spaces.
func written(d time.Duration) string {
	switch {
	case d == 0:
		return "0s"
	case d%(24*time.Hour) == 0:
		return strconv.Itoa(int(d/(24*time.Hour))) + "d"
	}
	text := strings.TrimSuffix(strings.TrimSuffix(d.String(), "0m0s"), "m0s")
	return strings.ReplaceAll(text, "m", "min")
}

// TestEnterChoosesNothing: browsers press a form's first button when the Enter key is pressed in a field. Where a form has
// a field and several buttons, that one chooses nothing.
func TestEnterChoosesNothing(t *testing.T) {
	n := newNode(t)
	n.user("minji", "member")
	c := n.client()
	pages := []*answer{c.get("/"), c.get("/compare"), c.get("/signup")}
	for _, w := range everyWay() {
		c := n.client()
		pages = append(pages, c.get("/"+w.mode+"/login"))
		c.signIn(w, "minji")
		for _, page := range []string{"", "/notes", "/account", "/devices"} {
			pages = append(pages, c.get(w.page(page)))
		}
		before := stateOf(t, n, "minji")
		a := c.post(w.page("/account/close"), []string{"confirm", password}).want(http.StatusUnprocessableEntity)
		if said := a.text("main .said.bad"); !strings.Contains(said, "Enter key closes no account") {
			t.Errorf("%s: said %q", w, said)
		}
		if after := stateOf(t, n, "minji"); after != before {
			t.Errorf("%s: Enter changed %s to %s", w, before, after)
		}
	}
	forms := 0
	for _, a := range pages {
		a.want(http.StatusOK).page().Find("form").Each(func(_ int, form *goquery.Selection) {
			fields := form.Find("input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not(.sr)")
			buttons := form.Find("button:not([type=button])")
			if fields.Length() == 0 || buttons.Length() < 2 {
				return
			}
			forms++
			if first := buttons.First(); first.AttrOr("name", "") != "" || !first.HasClass("sr") {
				t.Errorf("%s: Enter in the form of %s presses %q", a.URL, form.AttrOr("action", ""), first.Text())
			}
		})
	}
	if forms < 2 {
		t.Errorf("only %d forms", forms)
	}
}
