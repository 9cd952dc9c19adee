package browser_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/handlers/browsertest"
	"twodoors/handlers/handlerstest"
)

// TestBrowserTwoTabs: two tabs of one browser come back after the access token has expired, in the same moment, and
// nobody is signed out: with the browser's locks they take turns, and without (plain HTTP in a LAN has none) the
// server's grace answers both.
func TestBrowserTwoTabs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, carrier string
		locks         bool
	}{{"header", "header", true}, {"header without locks", "header", false}, {"cookie", "cookie", true}} {
		t.Run(c.name, func(t *testing.T) {
			app := handlerstest.Serve(t, handlerstest.Started())
			app.SignUp(t, "minji", password)
			browser := browsertest.Open(t, app.Base)
			one, two := browser.Tab(), browser.Tab()
			for _, tab := range []*browsertest.Tab{one, two} {
				if !c.locks {
					tab.BeforeScripts(`delete Navigator.prototype.locks`)
				}
			}
			one.Goto("/jwt/login")
			if had := browsertest.Eval[bool](one, `"locks" in navigator`); had != c.locks {
				t.Fatalf("locks in the browser: %v, want %v", had, c.locks)
			}
			one.Fill("[name=username]", "minji")
			one.Fill("[name=password]", password)
			one.Click("[name=carrier][value=" + c.carrier + "]")
			one.ClickThrough(`form[action="/jwt/login"] button.go`)
			one.WaitFor("body[data-page=home]")
			two.Goto("/jwt/member/notes")
			two.WaitFor("body[data-page=notes]")

			for range 4 {
				app.Forward(16 * time.Minute)
				for _, tab := range []*browsertest.Tab{one, two} {
					tab.ForgetExchanges()
					tab.Run(`document.body.dataset.page = "gone", setTimeout(() => location.reload(), 0), undefined`)
				}
				one.WaitFor("body[data-page=home] .facts-list")
				two.WaitFor("body[data-page=notes] textarea")
				one.Exchange("POST", "/jwt/refresh")
				two.Exchange("POST", "/jwt/refresh")
				one.WaitURL("/jwt/member")
				two.WaitURL("/jwt/member/notes")
			}
			one.Goto("/jwt/member/devices")
			one.WaitFor(".family > summary")
			if one.Count(".rows > .door-jwt") != 1 || one.Count(".tree .reused") != 0 {
				t.Errorf("the tree tells of reuse: %s", one.Text("main"))
			}
		})
	}
}

// TestBrowserSignOutBesideARefresh: a sign-out ends the refresh under way at once, and what was asked for before it gives the
// page no token.
func TestBrowserSignOutBesideARefresh(t *testing.T) {
	t.Parallel()
	var hold atomic.Bool
	asked, ended := make(chan struct{}), make(chan struct{})
	app := handlerstest.Serve(t, handlerstest.Behind(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if hold.Load() && r.URL.Path == "/jwt/refresh" {
				close(asked)
				<-r.Context().Done()
				close(ended)
				return
			}
			next.ServeHTTP(w, r)
		})
	}))
	app.SignUp(t, "minji", password)
	tab := browsertest.Open(t, app.Base).Tab()
	tab.Goto("/jwt/login")
	tab.Fill("[name=username]", "minji")
	tab.Fill("[name=password]", password)
	tab.Click("[name=carrier][value=header]")
	tab.ClickThrough(`form[action="/jwt/login"] button.go`)
	tab.WaitFor("body[data-page=home]")
	hold.Store(true)
	tab.Run(`(async () => {
		window.token = await import(performance.getEntriesByType('resource').map((e) => e.name).find((name) => name.endsWith('/token.js')));
		token.restore().then((got) => { window.got = String(got); }, (fault) => { window.got = 'threw ' + fault; });
	})()`)
	<-asked
	if !browsertest.Eval[bool](tab, `token.held()`) {
		t.Error("the page held no token before")
	}
	tab.Run(`token.signedOut()`)
	<-ended
	tab.WaitTrue(`window.got !== undefined`)
	if got := browsertest.Eval[string](tab, `window.got`); got != "false" || browsertest.Eval[bool](tab, `token.held()`) {
		t.Errorf("after the sign-out the refresh gives %s", got)
	}
}
