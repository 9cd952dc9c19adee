package contract_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/handlers/labs"
)

// TestSameFiguresEverywhere: what the first page says of a door stands on the visitor's own pages behind that door: the
// bytes of the credential, alone and as a header line, the state at the server, and for how long a copy works. The compare
// page and the statement on what is sent say the same.
func TestSameFiguresEverywhere(t *testing.T) {
	n := handlerstest.NewNode(t, handlerstest.Level(auth.LevelSignature))
	front := measured(t, n, "en")
	sends, err := handlerstest.Engine().Run(t.Context(), "sends", nil)
	if err != nil || sends.Problem != nil {
		t.Fatal(err, sends.Problem)
	}
	for _, w := range []handlerstest.Way{
		{Mode: "session", Carrier: "cookie"}, handlerstest.ByHeader, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "token", Carrier: "header"}, {Mode: "cookie", Carrier: "cookie"},
	} {
		c := n.Client()
		c.Demo(w, "member")
		panel := panelOf(c, w, "")
		alone, line := counted(c, w)
		for _, page := range []string{"", "/notes", "/account", "/devices"} {
			if p := panelOf(c, w, page); p.number("data-credential-bytes") != alone || p.number("data-line-bytes") != line {
				t.Errorf("%s%s: the credential has %d B, its line %d; the panel says %d and %d", w, page, alone, line, p.number("data-credential-bytes"), p.number("data-line-bytes"))
			}
		}
		sent := sends.Steps[slices.IndexFunc(sends.Steps, func(s labs.Step) bool { return strings.HasSuffix(s.Says.EN, ": "+sentAs[w.Mode+w.Carrier].says+".") })]
		me := sent.Exchanges[len(sent.Exchanges)-1]
		statedAlone, statedLine := statement(t, sends, sentAs[w.Mode+w.Carrier].id+"-bytes"), statement(t, sends, sentAs[w.Mode+w.Carrier].id+"-line")
		if wireAlone, wireLine := onTheWire(me.Request, w); statedAlone != wireAlone || statedLine != wireLine {
			t.Errorf("%s: the statement says %d B and %d; %d and %d were sent", w, statedAlone, statedLine, wireAlone, wireLine)
		}
		// Of a JWT and a signed cookie the owner's name and ids are a part: the statement's have other lengths.
		if (w.Mode == "session" || w.Mode == "token") && statedAlone != alone {
			t.Errorf("%s: the statement says %d B, the panel %d", w, statedAlone, alone)
		}
		life := time.Duration(panel.number("data-copy-seconds")) * time.Second
		if carries(front, w) {
			// Ids are random numbers: their digits, which a token and a cookie spell out, differ by a few.
			slack := map[string]int{"session": 0, "token": 0, "jwt": 12, "cookie": 12}[w.Mode]
			for said, got := range map[int]int{
				bytesIn(t, fact(front, "sent", w.Mode)):                                alone,
				bytesIn(t, front.Text("[data-fact=sent][data-door="+w.Mode+"] small")): line,
			} {
				if said < got-slack || said > got+slack {
					t.Errorf("%s: the first page says %d B, the panel %d", w, said, got)
				}
			}
			if said := bytesIn(t, front.Text("[data-fact=state][data-door="+w.Mode+"] small")); said != panel.number("data-server-bytes") {
				t.Errorf("%s: the state has %d B on the first page, %d in the panel", w, said, panel.number("data-server-bytes"))
			}
			if said := strings.Join(strings.Fields(fact(front, "copy", w.Mode)), ""); said != written(life) {
				t.Errorf("%s: a copy works for %s on the first page, %s in the panel", w, said, written(life))
			}
		}
		if w.Carrier == "header" {
			continue // the browser's script fills the rows with the panel's figures: the server is sent no token
		}
		// The compare page's own rows, for the same sign-in in the same browser.
		other := "session"
		if w.Mode == other {
			other = "cookie"
		}
		rows := c.Get("/compare?doors=" + w.Mode + "," + other + "&count=1").Want(http.StatusOK)
		row := func(key string) string { return rows.Text("[data-total=" + key + "][data-door=" + w.Mode + "]") }
		for key, want := range map[string]int{"credential-bytes": alone, "line-bytes": line, "server-bytes": panel.number("data-server-bytes")} {
			if got := bytesIn(t, row(key)); got != want {
				t.Errorf("%s: %s: %d in the panel, %q on the compare page", w, key, want, row(key))
			}
		}
		if compared := strings.Join(strings.Fields(row("copy-life")), ""); compared != written(life) {
			t.Errorf("%s: a copy works for %s in the panel, %q on the compare page", w, written(life), compared)
		}
	}
}

// sentAs is what the statement on what is sent calls a mode with a carrier, in its figures and in its steps.
var sentAs = map[string]struct{ id, says string }{
	"sessioncookie": {"session", "session"}, "cookiecookie": {"cookie", "signed cookie, a session too"},
	"tokenheader": {"token", "opaque token in a header"}, "tokencookie": {"token-cookie", "opaque token in a cookie"},
	"jwtheader": {"jwt", "JWT in a header"}, "jwtcookie": {"jwt-cookie", "JWT in a cookie"},
}

// statement is a figure of a run.
func statement(t *testing.T, r labs.Result, id string) int {
	t.Helper()
	for _, m := range r.Measured {
		if m.ID == id {
			return int(m.Value.(int64))
		}
	}
	t.Fatalf("%s did not measure %s", r.Statement.ID, id)
	return 0
}

// onTheWire counts a mode's credential in the bytes of a request: alone, and as a header line of its own.
func onTheWire(request []byte, w handlerstest.Way) (alone, line int) {
	for text := range strings.SplitSeq(string(request), "\r\n") {
		if w.Carrier == "header" && strings.HasPrefix(text, "Authorization: ") {
			return len(strings.Fields(text)[2]), len(text) + 2
		}
		for _, pair := range strings.Split(strings.TrimPrefix(text, "Cookie: "), "; ") {
			if name, value, found := strings.Cut(pair, "="); found && strings.HasPrefix(text, "Cookie: ") && handlerstest.BareName(name) == handlerstest.CredentialCookie(w) {
				return len(value), len("Cookie: " + pair + "\r\n")
			}
		}
	}
	return 0, 0
}

// counted counts the credential that the client sends, alone and as a header line of its own.
func counted(c *handlerstest.Client, w handlerstest.Way) (alone, line int) {
	c.T.Helper()
	if w.Carrier == "header" {
		scheme := map[string]string{"jwt": "Bearer", "token": "Token"}[w.Mode]
		return len(c.Bearer), len("Authorization: " + scheme + " " + c.Bearer + "\r\n")
	}
	for _, k := range c.Jar.Cookies(c.Base.ResolveReference(&url.URL{Path: w.Page("")})) {
		if handlerstest.BareName(k.Name) == handlerstest.CredentialCookie(w) {
			return len(k.Value), len("Cookie: " + k.Name + "=" + k.Value + "\r\n")
		}
	}
	c.T.Fatalf("%s: no credential", w)
	return 0, 0
}

// carries reports whether the first page's figures of a door are of that carrier.
func carries(a *handlerstest.Answer, w handlerstest.Way) bool {
	a.T.Helper()
	return strings.Contains(a.Text("[data-fact=sent][data-door="+w.Mode+"] small"), "in a "+w.Carrier)
}

// shownPanel is the panel of a page.
type shownPanel struct {
	*goquery.Selection
	t testing.TB
}

// panelOf is the open panel of a page in the way's member area.
func panelOf(c *handlerstest.Client, w handlerstest.Way, page string) shownPanel {
	c.T.Helper()
	return shownPanel{c.Get(w.Page(page) + "?panel=open").Want(http.StatusOK).Page().Find("[data-panel]").First(), c.T}
}

// number is a figure that the panel says in an attribute.
func (p shownPanel) number(name string) int {
	p.t.Helper()
	value, err := strconv.Atoi(p.AttrOr(name, ""))
	if err != nil {
		p.t.Fatalf("%s: %v", name, err)
	}
	return value
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
	n := handlerstest.NewNode(t)
	n.User("minji", "member")
	c := n.Client()
	pages := []*handlerstest.Answer{c.Get("/"), c.Get("/compare"), c.Get("/signup")}
	for _, w := range everyWay() {
		c := n.Client()
		pages = append(pages, c.Get("/"+w.Mode+"/login"))
		c.SignIn(w, "minji")
		for _, page := range []string{"", "/notes", "/account", "/devices"} {
			pages = append(pages, c.Get(w.Page(page)))
		}
		before := stateOf(t, n, "minji")
		a := c.Post(w.Page("/account/close"), []string{"confirm", handlerstest.Password}).Want(http.StatusUnprocessableEntity)
		if said := a.Text("main .said.bad"); !strings.Contains(said, "Enter key closes no account") {
			t.Errorf("%s: said %q", w, said)
		}
		if after := stateOf(t, n, "minji"); after != before {
			t.Errorf("%s: Enter changed %s to %s", w, before, after)
		}
	}
	forms := 0
	for _, a := range pages {
		a.Want(http.StatusOK).Page().Find("form").Each(func(_ int, form *goquery.Selection) {
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
