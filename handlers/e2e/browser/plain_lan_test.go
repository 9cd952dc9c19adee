package browser_test

import (
	"testing"
	"time"

	"twodoors/handlers/browsertest"
	"twodoors/handlers/handlerstest"
)

// TestBrowserOnPlainLAN: the whole way of a token in a header over plain http at another host than localhost,
// where the browser has neither navigator.locks nor crypto.subtle nor a clipboard.
func TestBrowserOnPlainLAN(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.At("lan.test"), handlerstest.Started())
	browser := browsertest.Open(t, app.Base)
	tab, second := browser.Tab(), browser.Tab()
	for _, t := range []*browsertest.Tab{tab, second} {
		t.AllowConsole("Cross-Origin-Opener-Policy header has been ignored") // as it says: not on this origin
	}
	tab.Goto("/jwt/login")
	if browsertest.Eval[bool](tab, `isSecureContext || !!navigator.locks || !!crypto.subtle || !!navigator.clipboard`) {
		t.Fatal("the browser trusts this host")
	}
	tab.Click(`form[action="/jwt/demo"] button[value="member"]`)
	tab.WaitFor("[data-panel][data-door=jwt]")
	tab.WaitURL("/jwt/member")
	if keys := browsertest.Eval[int](tab, `localStorage.length + sessionStorage.length`); keys != 0 {
		t.Errorf("%d values are stored in the page", keys)
	}
	for _, k := range []string{"twodoors-refresh", "twodoors-carrier"} {
		if c := browser.Cookie(k); c == nil || !c.HttpOnly || c.Secure {
			t.Errorf("%s: %+v", k, c)
		}
	}
	tab.Reload()
	tab.WaitFor("[data-panel][data-door=jwt]")
	second.Goto("/jwt/member/notes")
	app.Forward(20 * time.Minute)
	tab.Reload()
	second.WaitFor("[data-panel][data-door=jwt]")
	second.Fill("[name=body]", "written on a plain LAN")
	second.Click(`main form[action$="/member/notes"] button.go`)
	second.WaitText("main ul, main ol", "written on a plain LAN")
	tab.WaitFor("[data-panel][data-door=jwt]")
	second.Click("[data-copy-curl]")
	second.WaitText("[data-copy-curl]", browsertest.Eval[string](second, `document.querySelector("[data-copy-curl]").dataset.copied`))
}
