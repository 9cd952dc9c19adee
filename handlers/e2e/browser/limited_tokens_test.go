package browser_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/browsertest"
	"twodoors/handlers/handlerstest"
)

// TestBrowserTokens issues a limited token on the page, without the page being loaded anew, uses it from outside,
// revokes it, and looks at what became of the sign-in's refresh tokens.
func TestBrowserTokens(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.Started())
	app.SignUp(t, "minji", password)
	browser := browsertest.Open(t, app.Base)
	tab := browser.Tab()
	tab.Goto("/jwt/login")
	tab.Fill("[name=username]", "minji")
	tab.Fill("[name=password]", password)
	tab.ClickThrough(`form[action="/jwt/login"] button.go`)
	tab.WaitFor("body[data-page=home]")
	tab.ClickThrough(`.tabs a[href="/jwt/member/tokens"]`)
	tab.WaitFor("body[data-page=tokens]")
	tab.Axe()
	tab.Fill("#name", "backup of my notes")
	tab.Click(`[name=scope][value="profile"]`)
	tab.Fill(`form[action="/jwt/member/tokens"] [name=confirm]`, password)
	tab.Click(`form[action="/jwt/member/tokens"] button.go`)
	tab.WaitFor("code.cred.whole")
	tab.Axe()
	tab.Picture("tokens-issued")
	raw := tab.Text("code.cred.whole")
	ask := func(path string) int {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, app.Base+path, nil)
		r.Header.Set("Authorization", "Bearer "+raw)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	for path, want := range map[string]int{"/api/jwt/notes": 200, "/api/jwt/me": 200, "/api/jwt/devices": 403, "/jwt/member/notes": 200, "/jwt/member/account": 403} {
		if got := ask(path); got != want {
			t.Errorf("%s with the token: status %d, want %d", path, got, want)
		}
	}
	tab.Click(`form[action$="/revoke"] button`)
	tab.WaitText("main", "still accepted until")
	if strings.Contains(tab.HTML(), raw) {
		t.Error("the token is shown again")
	}
	tab.Picture("tokens-revoked")

	for range 3 {
		app.Forward(16 * time.Minute)
		tab.Goto("/jwt/member/devices")
		tab.WaitFor("body[data-page=devices] .family")
	}
	tab.Click(".family > summary")
	tab.WaitFor(".tree .node.good")
	tab.Axe()
	tab.Picture("devices-tree")
	tab.SetViewport(390, 844, true)
	tab.Picture("devices-tree-phone")
	tab.SetViewport(1280, 720, false)
	tab.Click(`button[name=language][value=ko]`)
	tab.WaitFor("html[lang=ko] body[data-page=devices] .family")
	tab.Click(".family > summary")
	tab.WaitFor(".tree .node.good")
	tab.Picture("devices-tree-ko")
	tab.Goto("/jwt/member/tokens")
	tab.WaitFor("html[lang=ko] body[data-page=tokens] .rows")
	tab.EmulateColorScheme("dark")
	tab.Axe()
	tab.Picture("tokens-ko-dark")
}
