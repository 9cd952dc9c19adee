package browser_test

import (
	"testing"
	"time"

	"twodoors/handlers/browsertest"
	"twodoors/handlers/handlerstest"
)

// TestBrowserAccount: with the token in the page's memory, too, the account page works, and what signing out
// everywhere has ended stands on the page that the browser ends up on.
func TestBrowserAccount(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.Started())
	tab := browsertest.Open(t, app.Base).Tab()
	const name, password = "mina.kim", "correct horse 말"
	app.SignUp(t, name, password)
	tab.Goto("/jwt/login")
	tab.Fill("[name=username]", name)
	tab.Fill("[name=password]", password)
	tab.Click(`form[action="/jwt/login"] button.go`)
	tab.WaitFor("body[data-page=home] [data-panel][data-door=jwt]")

	tab.Click(`nav.tabs a[href="/jwt/member/account"]`)
	tab.WaitFor(".sign-ins tbody tr")
	tab.Fill("[name=display_name]", "민지 <b>Kim</b>")
	tab.Click(`form[action="/jwt/member/account/name"] button`)
	tab.WaitText("main .said", "saved")
	tab.Fill("[name=confirm]", "not this")
	tab.Click(`form[action="/jwt/member/account/close"] button[value=delete]`)
	tab.WaitFor("[name=confirm][aria-invalid=true]")
	tab.Axe()
	app.Forward(16 * time.Minute) // the token has expired meanwhile
	tab.Click(`form[action="/jwt/member/account/sign-out-everywhere"] button`)
	tab.WaitURL("/jwt/login")
	tab.WaitText("main .said.good", "Signed out everywhere")
	tab.Back()
	tab.WaitFor("main form")
}
