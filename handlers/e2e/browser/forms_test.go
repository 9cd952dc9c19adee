package browser_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/handlers/browsertest"
	"twodoors/handlers/handlerstest"
)

// ways are a mode whose credential the browser sends by itself, and the one whose pages send it.
var ways = []struct{ name, mode, carrier string }{{"session", "session", ""}, {"header", "jwt", "header"}}

// signIn signs a user in through the form.
func signIn(tab *browsertest.Tab, mode, carrier, user string) {
	tab.Goto("/" + mode + "/login")
	fillSignIn(tab, mode, carrier, user)
	tab.WaitFor("body[data-page=home]")
}

// fillSignIn sends the sign-in form that the tab shows.
func fillSignIn(tab *browsertest.Tab, mode, carrier, user string) {
	tab.Fill("[name=username]", user)
	tab.Fill("[name=password]", password)
	if carrier != "" {
		tab.Click("[name=carrier][value=" + carrier + "]")
	}
	tab.ClickThrough(`form[action="/` + mode + `/login"] button.go`)
}

// TestBrowserFormOfAnotherUser: alice has opened her notes in one tab, and bob signs in in another. Her form is refused
// when it is sent, her text is kept, and nothing is stored as bob's.
func TestBrowserFormOfAnotherUser(t *testing.T) {
	t.Parallel()
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			app := handlerstest.Serve(t)
			app.SignUp(t, "alice", password)
			app.SignUp(t, "bob", password)
			browser := browsertest.Open(t, app.Base)
			one, two := browser.Tab(), browser.Tab()
			signIn(one, w.mode, w.carrier, "alice")
			one.ClickThrough(`.tabs a[href$="/member/notes"]`)
			one.WaitFor("body[data-page=notes]")
			one.Fill("textarea[name=body]", "typed by alice")

			signIn(two, w.mode, w.carrier, "bob")
			if w.carrier == "header" {
				app.Forward(16 * time.Minute) // tab one still has alice's token: the next one is bob's
			}
			one.AllowConsole("409")
			one.Click(`main form[action$="/member/notes"] button.go`)
			one.WaitText("main h1", "You are signed in as bob now")
			if got := one.Value("textarea[name=body]"); got != "typed by alice" {
				t.Errorf("the page keeps %q", got)
			}
			one.Picture("form-of-another-" + w.name)
			two.ClickThrough(`.tabs a[href$="/member/notes"]`)
			two.WaitFor("body[data-page=notes]")
			if two.Count(".note-body") != 0 {
				t.Error("a note was stored as bob's")
			}
		})
	}
}

// TestBrowserTypedTextOutlivesTheSignIn: the sign-in has ended while a note was typed. It is sent, and stands in its form
// after the next sign-in, with scripts and without.
func TestBrowserTypedTextOutlivesTheSignIn(t *testing.T) {
	t.Parallel()
	for _, w := range []struct {
		name, mode, carrier string
		scripts             bool
	}{{"session", "session", "", true}, {"session without scripts", "session", "", false}, {"header", "jwt", "header", true}} {
		t.Run(w.name, func(t *testing.T) {
			app := handlerstest.Serve(t)
			app.SignUp(t, "minji", password)
			tab := browsertest.Open(t, app.Base).Tab()
			if !w.scripts {
				tab.DisableJavaScript()
			}
			signIn(tab, w.mode, w.carrier, "minji")
			tab.ClickThrough(`.tabs a[href$="/member/notes"]`)
			tab.WaitFor("body[data-page=notes]")
			tab.Fill("textarea[name=body]", "typed before the end")
			app.Forward(20 * 24 * time.Hour)
			tab.Click(`main form[action$="/member/notes"] button.go`)
			tab.WaitFor("body[data-page=login]")
			fillSignIn(tab, w.mode, w.carrier, "minji")
			tab.WaitFor("body[data-page=notes]")
			if got := tab.Value("textarea[name=body]"); got != "typed before the end" {
				t.Errorf("the form offers %q", got)
			}
			if tab.Count(".note-body") != 0 {
				t.Error("the note was stored by itself")
			}
			tab.Picture("kept-text-" + w.name)
		})
	}
}

// TestBrowserEnterClosesNothing: Enter in the password field of the closing form leaves the account as it is.
func TestBrowserEnterClosesNothing(t *testing.T) {
	t.Parallel()
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			app := handlerstest.Serve(t)
			app.SignUp(t, "minji", password)
			tab := browsertest.Open(t, app.Base).Tab()
			signIn(tab, w.mode, w.carrier, "minji")
			tab.ClickThrough(`.tabs a[href$="/member/account"]`)
			tab.WaitFor("body[data-page=account]")
			tab.AllowConsole("422")
			tab.Fill("[name=confirm]", password)
			tab.Press("\r")
			tab.WaitText("main", "Enter key closes no account")
			tab.Goto("/" + w.mode + "/member")
			tab.WaitFor("body[data-page=home] .facts-list")
		})
	}
}

// TestBrowserLateAnswer: a page, or a token's renewal, is still under way when the user signs out in another tab. When its
// answer comes, nothing of it is shown, and no credential is left.
func TestBrowserLateAnswer(t *testing.T) {
	t.Parallel()
	for _, held := range []string{"/jwt/member/notes", "/jwt/refresh"} {
		t.Run(held, func(t *testing.T) {
			gate := newGate(held)
			app := handlerstest.Serve(t, handlerstest.Behind(gate.around))
			app.SignUp(t, "minji", password)
			browser := browsertest.Open(t, app.Base)
			one, two := browser.Tab(), browser.Tab()
			signIn(one, "jwt", "header", "minji")
			two.Goto("/jwt/member")
			two.WaitFor("body[data-page=home] .facts-list")
			gate.close()
			if held == "/jwt/refresh" {
				app.Forward(16 * time.Minute)
				one.AllowConsole("401")
				two.AllowConsole("401")
			}
			one.Click(`.tabs a[href="/jwt/member/notes"]`)
			gate.wait(t)
			two.ClickThrough(`form[action="/jwt/logout"] button`)
			two.WaitFor("body[data-page=login]")
			gate.open()
			one.WaitFor("body[data-page=login]")
			for _, c := range browser.Cookies() {
				if c.Name == "twodoors-refresh" || c.Name == "twodoors-access" {
					t.Errorf("the cookie %s is left", c.Name)
				}
			}
			one.Goto("/jwt/member")
			one.WaitFor("body[data-page=login]")
		})
	}
}

// gate holds the answer to a path, once it is closed, until it is opened: the server has done what was asked by then.
type gate struct {
	path         string
	closed       atomic.Bool
	held, opened chan struct{}
}

func newGate(path string) *gate {
	return &gate{path: path, held: make(chan struct{}), opened: make(chan struct{})}
}

// around holds the first answer after closing.
func (g *gate) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != g.path || !g.closed.CompareAndSwap(true, false) {
			next.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		close(g.held)
		<-g.opened
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		w.Write(answer.Body.Bytes()) // who asked may be gone
	})
}

func (g *gate) close() { g.closed.Store(true) }

func (g *gate) open() { close(g.opened) }

// wait returns when an answer is held.
func (g *gate) wait(t *testing.T) {
	t.Helper()
	select {
	case <-g.held:
	case <-time.After(time.Minute):
		t.Fatalf("nothing asked for %s", g.path)
	}
}
