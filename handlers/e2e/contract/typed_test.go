package contract_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// endSignIn makes the browser's sign-in one that is over, as time or another device does, in the mode's own way.
func endSignIn(t *testing.T, n *handlerstest.Node, c *handlerstest.Client, w handlerstest.Way) {
	t.Helper()
	switch w.Mode {
	case "session", "cookie":
		n.Clock.Move(9 * time.Hour) // past its absolute end
	case "jwt":
		n.Clock.Move(9 * time.Hour)
		if w.Carrier == "header" { // the page's script gives up a token that cannot be renewed, and lets the browser send the form
			c.Post("/jwt/refresh", nil, handlerstest.AsJSON).Want(http.StatusBadRequest)
			c.Bearer = ""
		}
	case "token":
		other := n.Client()
		other.SignIn(handlerstest.Way{Mode: "token", Carrier: "cookie"}, "minji")
		other.Post("/token/member/devices/revoke-others", nil).Want(http.StatusSeeOther)
		c.Bearer = ""
	}
}

// follow sends a form and goes where the answers lead.
func follow(c *handlerstest.Client, target string, fields ...string) *handlerstest.Answer {
	c.T.Helper()
	c.Follows = true
	defer func() { c.Follows = false }()
	return c.Post(target, fields)
}

// forms that take typed text, with the page that they stand on.
func typedForms(w handlerstest.Way) map[string][3]string { // by address: field, page, selector
	forms := map[string][3]string{
		"/notes":        {"body", "/notes", "textarea[name=body]"},
		"/account/name": {"display_name", "/account", "input[name=display_name]"},
	}
	if w.Mode == "jwt" {
		forms["/tokens"] = [3]string{"name", "/tokens", "input[name=name]"}
	}
	return forms
}

// offeredText is what stands in a field of a page.
func offeredText(a *handlerstest.Answer, selector string) string {
	field := a.Page().Find("main form " + selector)
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
				n := w.Node(t, handlerstest.LogTo(slog.New(slog.NewTextHandler(&log, nil))))
				c := n.SignedIn(w, "minji")
				user, _ := n.DB.UserByName(handlerstest.Background(), "minji", n.Clock.Now())
				endSignIn(t, n, c, w)
				a := follow(c, w.Page(form), "for_user", strconv.FormatInt(user.ID, 10), f[0], text, "scope", "notes:read", "life", "3600")
				if a.Status != http.StatusOK || a.URL.Path != "/"+w.Mode+"/login" {
					t.Fatalf("led to %s, status %d", a.URL, a.Status)
				}
				if said := a.Text("main .said"); !strings.Contains(said, "kept in this browser") {
					t.Errorf("the sign-in page says %q", said)
				}
				next := a.Page().Find("main input[name=next]").First().AttrOr("value", "")
				if next != w.Page(f[1]) {
					t.Errorf("leads back to %q", next)
				}
				if strings.Contains(a.URL.String(), "typed") || strings.Contains(log.String(), "typed") {
					t.Error("the text stands in an address or the log")
				}
				c.SignIn(w, "minji")
				page := c.Get(next).Want(http.StatusOK)
				if got := offeredText(page, f[2]); got != text {
					t.Errorf("offered: %q", got)
				}
				if said := page.Text("main .said"); !strings.Contains(said, "has not been saved yet") {
					t.Errorf("the page says %q", said)
				}
				if notes, _ := n.DB.Notes(handlerstest.Background(), user.ID, 10); len(notes) != 0 {
					t.Error("a note was stored by itself")
				}
				if form != "/notes" {
					return
				}
				c.Post(w.Page("/notes"), []string{"body", text}).WantTo(w.Page("/notes"))
				if got := offeredText(c.Get(next), f[2]); got != "" {
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
		n := w.Node(t)
		c := n.SignedIn(w, "minji")
		minji, _ := n.DB.UserByName(handlerstest.Background(), "minji", n.Clock.Now())
		bob := n.User("bob", models.RoleMember)
		endSignIn(t, n, c, w)
		lose := func() {
			dropCookies(c)
			follow(c, w.Page("/notes"), "for_user", strconv.FormatInt(minji.ID, 10), "body", "minji's")
			c.SignIn(w, "bob")
		}
		lose()
		page := c.Get(w.Page("/notes")).Want(http.StatusOK)
		if got, said := offeredText(page, "textarea"), page.Text("main .said"); got != "minji's" || !strings.Contains(said, "another user was signed in") {
			t.Errorf("%s: offered %q, said %q", w, got, said)
		}
		if notes, _ := n.DB.Notes(handlerstest.Background(), bob.ID, 10); len(notes) != 0 {
			t.Errorf("%s: a note was stored by itself", w)
		}
		c.Post("/"+w.Mode+"/logout", nil).Want(http.StatusSeeOther)
		c.SignIn(w, "bob")
		if got := offeredText(c.Get(w.Page("/notes")), "textarea"); got != "" {
			t.Errorf("%s: after a sign-out: %q", w, got)
		}
		lose()
		n.Clock.Move(15 * time.Minute)
		if got := offeredText(c.Get(w.Page("/notes")).Want(http.StatusOK), "textarea"); got != "" {
			t.Errorf("%s: after 15 minutes: %q", w, got)
		}
	}
}

// TestNoPasswordIsKept: of a form with a password nothing is kept, whatever stands beside it.
func TestNoPasswordIsKept(t *testing.T) {
	for _, w := range everyWay() {
		n := w.Node(t)
		c := n.SignedIn(w, "minji")
		endSignIn(t, n, c, w)
		for _, form := range []string{"/account", "/account/close"} {
			a := c.Post(w.Page(form), []string{"current", handlerstest.Password, "password", "another battery", "confirm", handlerstest.Password, "do", "delete"})
			if a.SetCookie("twodoors-typed") != nil {
				t.Errorf("%s %s: kept something", w, form)
			}
		}
		// A note's form with a password in it, as a page of somebody else's making might have.
		a := follow(c, w.Page("/notes"), "body", "text", "password", "secret horse")
		if page := c.Get(w.Page("/notes")); strings.Contains(a.Body+page.Body, "secret horse") {
			t.Errorf("%s: kept the password", w)
		}
	}
}

// TestLongestTextIsKept: every note that the form takes fits, in whatever script; one that does not fit is shown, to be
// copied, with the words that it was not saved.
func TestLongestTextIsKept(t *testing.T) {
	w := handlerstest.Way{Mode: "session", Carrier: "cookie"}
	for _, base := range []string{"http://localhost:8080", "https://doors.example"} {
		n := w.Node(t, handlerstest.BaseURL(base))
		c := n.SignedIn(w, "minji")
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
			follow(c, w.Page("/notes"), "body", text)
			c.SignIn(w, "minji")
			if got := offeredText(c.Get(w.Page("/notes")), "textarea"); got != text {
				t.Errorf("%s: %d of %d bytes are offered", name, len(got), len(text))
			}
			c.Post("/session/logout", nil).Want(http.StatusSeeOther)
		}
		text := random('가', 11172, 20000)
		a := follow(c, w.Page("/notes"), "body", text).Want(http.StatusUnauthorized)
		if got := a.Page().Find("textarea").Text(); got != text {
			t.Errorf("%d of %d bytes are shown", len(got), len(text))
		}
	}
}

// TestTypedTextIsShownBesideAFault: where the database cannot answer now, the text comes back with the page that says so.
func TestTypedTextIsShownBesideAFault(t *testing.T) {
	for _, w := range everyWay() {
		n := w.Node(t)
		c := n.SignedIn(w, "minji")
		n.DB.Close()
		a := c.Post(w.Page("/notes"), []string{"body", "typed & kept"}).Want(http.StatusServiceUnavailable)
		if got := a.Page().Find("textarea").Text(); got != "typed & kept" {
			t.Errorf("%s: %q", w, got)
		}
		// But not what another site's page had the browser send.
		a = c.Post(w.Page("/notes"), []string{"body", "planted"}, handlerstest.Header("Origin", "https://evil.example"), handlerstest.Header("Sec-Fetch-Site", "cross-site")).Want(http.StatusForbidden)
		if strings.Contains(a.Body, "planted") || a.SetCookie("twodoors-typed") != nil {
			t.Errorf("%s: a planted text is shown or kept", w)
		}
	}
}

// TestTypedTextOnTheWayOverRefresh: a form whose access token has run out is sent on to be renewed, with its body. Where the
// page alone can renew it, the text is kept until the page has.
func TestTypedTextOnTheWayOverRefresh(t *testing.T) {
	n := handlerstest.ByHeader.Node(t)
	c := n.SignedIn(handlerstest.ByHeader, "minji")
	n.Clock.Move(time.Hour)
	c.Bearer = ""
	a := follow(c, handlerstest.ByHeader.Page("/notes"), "body", "typed").Want(http.StatusOK)
	if a.URL.Path != "/jwt/refresh" {
		t.Fatalf("led to %s", a.URL)
	}
	c.PickUp(handlerstest.ByHeader)
	if got := offeredText(c.Get(handlerstest.ByHeader.Page("/notes")), "textarea"); got != "typed" {
		t.Errorf("offered %q", got)
	}

	c = n.Client()
	c.SignIn(handlerstest.ByCookie, "minji")
	n.Clock.Move(time.Hour)
	follow(c, handlerstest.ByCookie.Page("/notes"), "body", "sent on").Want(http.StatusOK)
	if got := c.Get(handlerstest.ByCookie.Page("/notes")).Text(".note-body"); got != "sent on" {
		t.Errorf("stored %q", got)
	}
}

// dropCookies takes every cookie out of the jar.
func dropCookies(c *handlerstest.Client) {
	fresh := c.Node.Client()
	c.Jar, c.Bearer = fresh.Jar, ""
}

// TestUserNameOutlivesAFailure: a sign-up or a sign-in that is not carried out, for whatever reason, comes back as its form
// with the user name that was typed and where it leads, and without the password.
func TestUserNameOutlivesAFailure(t *testing.T) {
	const next = "/session/member/notes"
	comesBack := func(t *testing.T, a *handlerstest.Answer, path, name string) {
		t.Helper()
		form := a.Page().Find("main form[action='" + path + "']")
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
	signUp := func(c *handlerstest.Client, name, password string) *handlerstest.Answer {
		return c.Post("/signup", []string{"username", name, "password", password, "next", next})
	}
	t.Run("sign-up", func(t *testing.T) {
		t.Parallel()
		n := handlerstest.NewNode(t)
		n.User("minji", models.RoleMember)
		c := n.Client()
		comesBack(t, signUp(c, "minji", "secret horse battery").Want(http.StatusUnprocessableEntity), "/signup", "minji")
		comesBack(t, signUp(c, "junho", "secret").Want(http.StatusUnprocessableEntity), "/signup", "junho")
		a := signUp(c, "visitor-0", handlerstest.Password)
		for i := 1; a.Status == http.StatusSeeOther && i < 1000; i++ {
			a = signUp(c, "visitor-"+strconv.Itoa(i), handlerstest.Password)
		}
		comesBack(t, signUp(c, "junho", "secret horse battery").Want(http.StatusTooManyRequests), "/signup", "junho")

		n = handlerstest.NewNode(t)
		c = n.Client()
		n.DB.Close()
		comesBack(t, signUp(c, "junho", "secret horse battery").Want(http.StatusServiceUnavailable), "/signup", "junho")
		a = c.Post("/signup", []string{"username", "planted", "password", handlerstest.Password}, handlerstest.Header("Origin", "https://evil.example"), handlerstest.Header("Sec-Fetch-Site", "cross-site"))
		if a.Want(http.StatusForbidden); strings.Contains(a.Body, "planted") {
			t.Error("what another site's page had the browser send is shown")
		}
	})
	for _, path := range []string{"/session/login", "/jwt/login", "/token/login", "/cookie/login", "/compare/login"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			n := handlerstest.NewNode(t)
			n.User("minji", models.RoleMember)
			c := n.Client()
			signIn := func(password string) *handlerstest.Answer {
				return c.Post(path, []string{"username", "minji", "password", password, "carrier", "cookie", "next", next})
			}
			a := signIn("secret horse").Want(http.StatusUnauthorized)
			comesBack(t, a, path, "minji")
			for i := 0; a.Status == http.StatusUnauthorized && i < 1000; i++ {
				a = signIn("secret horse")
			}
			comesBack(t, a.Want(http.StatusTooManyRequests), path, "minji")
			n.Clock.Move(24 * time.Hour)
			n.DB.Close()
			a = signIn("secret horse").Want(http.StatusServiceUnavailable)
			if a.Header.Get("Retry-After") == "" {
				t.Error("503 without Retry-After")
			}
			comesBack(t, a, path, "minji")
			a = c.Post(path, []string{"username", "planted", "password", handlerstest.Password}, handlerstest.Header("Origin", "https://evil.example"), handlerstest.Header("Sec-Fetch-Site", "cross-site"))
			if a.Want(http.StatusForbidden); strings.Contains(a.Body, "planted") {
				t.Error("what another site's page had the browser send is shown")
			}
		})
	}
}
