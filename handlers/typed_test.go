package handlers_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/models"
)

// endSignIn makes the browser's sign-in one that is over, as time or another device does, in the mode's own way.
func endSignIn(t *testing.T, n *testNode, c *client, w way) {
	t.Helper()
	switch w.mode {
	case "session", "cookie":
		n.clock.move(9 * time.Hour) // past its absolute end
	case "jwt":
		n.clock.move(9 * time.Hour)
		if w.carrier == "header" { // the page's script gives up a token that cannot be renewed, and lets the browser send the form
			c.post("/jwt/refresh", nil, asJSON).want(http.StatusBadRequest)
			c.bearer = ""
		}
	case "token":
		other := n.client()
		other.signIn(way{mode: "token", carrier: "cookie"}, "minji")
		other.post("/token/member/devices/revoke-others", nil).want(http.StatusSeeOther)
		c.bearer = ""
	}
}

// follow sends a form and goes where the answers lead.
func (c *client) follow(target string, fields ...string) *answer {
	c.t.Helper()
	c.follows = true
	defer func() { c.follows = false }()
	return c.post(target, fields)
}

// forms that take typed text, with the page that they stand on.
func typedForms(w way) map[string][3]string { // by address: field, page, selector
	forms := map[string][3]string{
		"/notes":        {"body", "/notes", "textarea[name=body]"},
		"/account/name": {"display_name", "/account", "input[name=display_name]"},
	}
	if w.mode == "jwt" {
		forms["/tokens"] = [3]string{"name", "/tokens", "input[name=name]"}
	}
	return forms
}

// offeredText is what stands in a field of a page.
func offeredText(a *answer, selector string) string {
	field := a.page().Find("main form " + selector)
	if value, has := field.Attr("value"); has {
		return value
	}
	return field.Text()
}

// TestTypedTextOutlivesTheSignIn: a text that is sent when the sign-in is over is offered in its form after the next one,
// and no more than offered: it is stored when it is sent again. It stands in no address and no line of the log.
func TestTypedTextOutlivesTheSignIn(t *testing.T) {
	const text = "typed <b>before</b> & 잃지 않아요"
	for _, w := range everyWay() {
		for form, f := range typedForms(w) {
			t.Run(w.String()+form, func(t *testing.T) {
				t.Parallel()
				var log bytes.Buffer
				n := w.node(t, logTo(slog.New(slog.NewTextHandler(&log, nil))))
				c := n.signedIn(w, "minji")
				user, _ := n.db.UserByName(background(), "minji", n.clock.Now())
				endSignIn(t, n, c, w)
				a := c.follow(w.page(form), "for_user", strconv.FormatInt(user.ID, 10), f[0], text, "scope", "notes:read", "life", "3600")
				if a.Status != http.StatusOK || a.URL.Path != "/"+w.mode+"/login" {
					t.Fatalf("led to %s, status %d", a.URL, a.Status)
				}
				if said := a.text("main .said"); !strings.Contains(said, "kept in this browser") {
					t.Errorf("the sign-in page says %q", said)
				}
				next := a.page().Find("main input[name=next]").First().AttrOr("value", "")
				if next != w.page(f[1]) {
					t.Errorf("leads back to %q", next)
				}
				if strings.Contains(a.URL.String(), "typed") || strings.Contains(log.String(), "typed") {
					t.Error("the text stands in an address or the log")
				}
				c.signIn(w, "minji")
				page := c.get(next).want(http.StatusOK)
				if got := offeredText(page, f[2]); got != text {
					t.Errorf("offered: %q", got)
				}
				if said := page.text("main .said"); !strings.Contains(said, "has not been saved yet") {
					t.Errorf("the page says %q", said)
				}
				if notes, _ := n.db.Notes(background(), user.ID, 10); len(notes) != 0 {
					t.Error("a note was stored by itself")
				}
				if form != "/notes" {
					return
				}
				c.post(w.page("/notes"), []string{"body", text}).wantTo(w.page("/notes"))
				if got := offeredText(c.get(next), f[2]); got != "" {
					t.Errorf("offered once more: %q", got)
				}
			})
		}
	}
}

// TestTypedTextOfAnother: whoever signs in next is offered the text, and told that it may be another's; nothing is done by
// itself. After the sign-out of who could have sent it, and after 15 minutes, it is gone.
func TestTypedTextOfAnother(t *testing.T) {
	for _, w := range everyWay() {
		n := w.node(t)
		c := n.signedIn(w, "minji")
		minji, _ := n.db.UserByName(background(), "minji", n.clock.Now())
		bob := n.user("bob", models.RoleMember)
		endSignIn(t, n, c, w)
		lose := func() {
			c.dropCookies()
			c.follow(w.page("/notes"), "for_user", strconv.FormatInt(minji.ID, 10), "body", "minji's")
			c.signIn(w, "bob")
		}
		lose()
		page := c.get(w.page("/notes")).want(http.StatusOK)
		if got, said := offeredText(page, "textarea"), page.text("main .said"); got != "minji's" || !strings.Contains(said, "another user was signed in") {
			t.Errorf("%s: offered %q, said %q", w, got, said)
		}
		if notes, _ := n.db.Notes(background(), bob.ID, 10); len(notes) != 0 {
			t.Errorf("%s: a note was stored by itself", w)
		}
		c.post("/"+w.mode+"/logout", nil).want(http.StatusSeeOther)
		c.signIn(w, "bob")
		if got := offeredText(c.get(w.page("/notes")), "textarea"); got != "" {
			t.Errorf("%s: after a sign-out: %q", w, got)
		}
		lose()
		n.clock.move(15 * time.Minute)
		if got := offeredText(c.get(w.page("/notes")).want(http.StatusOK), "textarea"); got != "" {
			t.Errorf("%s: after 15 minutes: %q", w, got)
		}
	}
}

// TestNoPasswordIsKept: of a form with a password nothing is kept, whatever stands beside it.
func TestNoPasswordIsKept(t *testing.T) {
	for _, w := range everyWay() {
		n := w.node(t)
		c := n.signedIn(w, "minji")
		endSignIn(t, n, c, w)
		for _, form := range []string{"/account", "/account/close"} {
			a := c.post(w.page(form), []string{"current", password, "password", "another battery", "confirm", password, "do", "delete"})
			if a.setCookie("twodoors-typed") != nil {
				t.Errorf("%s %s: kept something", w, form)
			}
		}
		// A note's form with a password in it, as a page of somebody else's making might have.
		a := c.follow(w.page("/notes"), "body", "text", "password", "secret horse")
		if page := c.get(w.page("/notes")); strings.Contains(a.Body+page.Body, "secret horse") {
			t.Errorf("%s: kept the password", w)
		}
	}
}

// TestLongestTextIsKept: every note that the form takes fits, in whatever script; one that does not fit is shown, to be
// copied, with the words that it was not saved.
func TestLongestTextIsKept(t *testing.T) {
	w := way{mode: "session", carrier: "cookie"}
	for _, base := range []string{"http://localhost:8080", "https://doors.example"} {
		n := w.node(t, baseURL(base))
		c := n.signedIn(w, "minji")
		endSignIn(t, n, c, w)
		random := func(from, many rune, length int) string {
			var b strings.Builder
			state := uint32(1)
			for range length {
				state = state*1664525 + 1013904223
				b.WriteRune(from + rune(state>>8)%many)
			}
			return b.String()
		}
		for name, text := range map[string]string{
			"Latin": random('a', 26, 2000), "Hangul": random('가', 11172, 2000), "Han beyond the BMP": random(0x20000, 42000, 2000), "emoji": random(0x1F300, 700, 2000),
		} {
			c.follow(w.page("/notes"), "body", text)
			c.signIn(w, "minji")
			if got := offeredText(c.get(w.page("/notes")), "textarea"); got != text {
				t.Errorf("%s: %d of %d bytes are offered", name, len(got), len(text))
			}
			c.post("/session/logout", nil).want(http.StatusSeeOther)
		}
		text := random('가', 11172, 20000)
		a := c.follow(w.page("/notes"), "body", text).want(http.StatusUnauthorized)
		if got := a.page().Find("textarea").Text(); got != text {
			t.Errorf("%d of %d bytes are shown", len(got), len(text))
		}
	}
}

// TestTypedTextIsShownBesideAFault: where the database cannot answer now, the text comes back with the page that says so.
func TestTypedTextIsShownBesideAFault(t *testing.T) {
	for _, w := range everyWay() {
		n := w.node(t)
		c := n.signedIn(w, "minji")
		n.db.Close()
		a := c.post(w.page("/notes"), []string{"body", "typed & kept"}).want(http.StatusServiceUnavailable)
		if got := a.page().Find("textarea").Text(); got != "typed & kept" {
			t.Errorf("%s: %q", w, got)
		}
		// But not what another site's page had the browser send.
		a = c.post(w.page("/notes"), []string{"body", "planted"}, header("Origin", "https://evil.example"), header("Sec-Fetch-Site", "cross-site")).want(http.StatusForbidden)
		if strings.Contains(a.Body, "planted") || a.setCookie("twodoors-typed") != nil {
			t.Errorf("%s: a planted text is shown or kept", w)
		}
	}
}

// TestTypedTextOnTheWayOverRefresh: a form whose access token has run out is sent on to be renewed, with its body. Where the
// page alone can renew it, the text is kept until the page has.
func TestTypedTextOnTheWayOverRefresh(t *testing.T) {
	n := byHeader.node(t)
	c := n.signedIn(byHeader, "minji")
	n.clock.move(time.Hour)
	c.bearer = ""
	a := c.follow(byHeader.page("/notes"), "body", "typed").want(http.StatusOK)
	if a.URL.Path != "/jwt/refresh" {
		t.Fatalf("led to %s", a.URL)
	}
	c.pickUp(byHeader)
	if got := offeredText(c.get(byHeader.page("/notes")), "textarea"); got != "typed" {
		t.Errorf("offered %q", got)
	}

	c = n.client()
	c.signIn(byCookie, "minji")
	n.clock.move(time.Hour)
	c.follow(byCookie.page("/notes"), "body", "sent on").want(http.StatusOK)
	if got := c.get(byCookie.page("/notes")).text(".note-body"); got != "sent on" {
		t.Errorf("stored %q", got)
	}
}

// dropCookies takes every cookie out of the jar.
func (c *client) dropCookies() {
	fresh := c.node.client()
	c.jar, c.bearer = fresh.jar, ""
}

// TestUserNameOutlivesAFailure: a sign-up or a sign-in that is not carried out, for whatever reason, comes back as its form
// with the user name that was typed and where it leads, and without the password.
func TestUserNameOutlivesAFailure(t *testing.T) {
	const next = "/session/member/notes"
	comesBack := func(t *testing.T, a *answer, path, name string) {
		t.Helper()
		form := a.page().Find("main form[action='" + path + "']")
		if got := form.Find("input[name=username]").AttrOr("value", ""); got != name {
			t.Errorf("%s, status %d: the form comes back with %q", path, a.Status, got)
		}
		if path != "/compare/login" && form.Find("input[name=next]").AttrOr("value", "") != next {
			t.Errorf("%s, status %d: it leads elsewhere", path, a.Status)
		}
		if form.Find(".said.bad, .fault").Length() == 0 {
			t.Errorf("%s, status %d: it does not say what is wrong", path, a.Status)
		}
		if form.Find("input[name=password]").AttrOr("value", "") != "" || strings.Contains(a.Body, "secret horse") {
			t.Errorf("%s, status %d: the password comes back", path, a.Status)
		}
	}
	signUp := func(c *client, name, password string) *answer {
		return c.post("/signup", []string{"username", name, "password", password, "next", next})
	}
	t.Run("sign-up", func(t *testing.T) {
		t.Parallel()
		n := newNode(t)
		n.user("minji", models.RoleMember)
		c := n.client()
		comesBack(t, signUp(c, "minji", "secret horse battery").want(http.StatusUnprocessableEntity), "/signup", "minji")
		comesBack(t, signUp(c, "junho", "secret").want(http.StatusUnprocessableEntity), "/signup", "junho")
		a := signUp(c, "visitor-0", password)
		for i := 1; a.Status == http.StatusSeeOther && i < 1000; i++ {
			a = signUp(c, "visitor-"+strconv.Itoa(i), password)
		}
		comesBack(t, signUp(c, "junho", "secret horse battery").want(http.StatusTooManyRequests), "/signup", "junho")

		n = newNode(t)
		c = n.client()
		n.db.Close()
		comesBack(t, signUp(c, "junho", "secret horse battery").want(http.StatusServiceUnavailable), "/signup", "junho")
		a = c.post("/signup", []string{"username", "planted", "password", password}, header("Origin", "https://evil.example"), header("Sec-Fetch-Site", "cross-site"))
		if a.want(http.StatusForbidden); strings.Contains(a.Body, "planted") {
			t.Error("what another site's page had the browser send is shown")
		}
	})
	for _, path := range []string{"/session/login", "/jwt/login", "/token/login", "/cookie/login", "/compare/login"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			n := newNode(t)
			n.user("minji", models.RoleMember)
			c := n.client()
			signIn := func(password string) *answer {
				return c.post(path, []string{"username", "minji", "password", password, "carrier", "cookie", "next", next})
			}
			a := signIn("secret horse").want(http.StatusUnauthorized)
			comesBack(t, a, path, "minji")
			for i := 0; a.Status == http.StatusUnauthorized && i < 1000; i++ {
				a = signIn("secret horse")
			}
			comesBack(t, a.want(http.StatusTooManyRequests), path, "minji")
			n.clock.move(24 * time.Hour)
			n.db.Close()
			a = signIn("secret horse").want(http.StatusServiceUnavailable)
			if a.Header.Get("Retry-After") == "" {
				t.Error("503 without Retry-After")
			}
			comesBack(t, a, path, "minji")
			a = c.post(path, []string{"username", "planted", "password", password}, header("Origin", "https://evil.example"), header("Sec-Fetch-Site", "cross-site"))
			if a.want(http.StatusForbidden); strings.Contains(a.Body, "planted") {
				t.Error("what another site's page had the browser send is shown")
			}
		})
	}
}
