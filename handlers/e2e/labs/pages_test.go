package labs_test

import (
	"fmt"
	"strings"
	"testing"

	"twodoors/handlers/browsertest"
	"twodoors/handlers/handlerstest"
	"twodoors/handlers/labs"
)

// seen makes a picture of a page, whole, and lets axe look at it; wide, on a phone, in Korean, in the dark.
func seen(t *testing.T, tab *browsertest.Tab, name string) {
	t.Helper()
	tab.Picture(name + "-projector")
	tab.Axe()
	tab.FullPicture(name)
	tab.SetViewport(360, 740, true)
	if wide := browsertest.Eval[int](tab, `document.documentElement.scrollWidth`); wide > 360 {
		t.Errorf("%s: %d pixels wide on a phone of 360", name, wide)
	}
	tab.Axe()
	tab.FullPicture(name + "-phone")
	tab.SetViewport(1280, 720, false)
}

func TestBrowserClaims(t *testing.T) {
	t.Parallel()
	base := handlerstest.Serve(t, handlerstest.WithLabs(), handlerstest.Started()).Base
	tab := browsertest.Open(t, base).Tab()
	tab.SetViewport(1280, 720, false)
	tab.Goto("/claims")
	allMeasured(tab)
	tab.WaitText("[data-board-said]", "claims measured on this server")
	if got := tab.Count(".claim .flag"); got != 0 {
		t.Errorf("%d claims are not as expected", got)
	}
	seen(t, tab, "claims")

	tab.ClickThrough(`.tour-list li:nth-child(2) a`)
	tab.WaitFor("body[data-page=claim]")
	tab.Click(`input[value="holds"]`)
	tab.Fill("[name=number]", "0")
	tab.Click("form[data-run-form] button.go")
	tab.WaitFor("[data-outcome] .verdict.depends")
	for _, want := range []string{"You said “holds”.", "You said 0: so it is."} {
		if text := tab.Text("[data-outcome]"); !strings.Contains(text, want) {
			t.Errorf("the outcome does not say %q: %s", want, text)
		}
	}
	tab.Picture("claim-projector")
	tab.Click(".story .exchange summary")
	seen(t, tab, "claim-open")

	tab.ClickThrough(".go.button") // next in the tour
	tab.WaitText("h1", "Anyone who holds a signed JWT")
	tab.DisableJavaScript()
	tab.Goto("/claims/logout-ends-session")
	tab.ClickThrough("form[data-run-form] button.go")
	tab.WaitFor("[data-outcome] .verdict.holds")

	ko := browsertest.Open(t, base).Tab()
	ko.SetLanguage("ko")
	ko.Goto("/claims")
	allMeasured(ko)
	ko.WaitText("[data-board-said]", "이 서버에서")
	seen(t, ko, "claims-ko")
	ko.EmulateColorScheme("dark")
	ko.Goto("/claims/refresh-theft")
	ko.Click(".kept-run > summary")
	ko.WaitFor(".kept-run [data-outcome]")
	seen(t, ko, "claim-ko-dark")
}

// TestBrowserTopOneRow: with everything in it, and the longest name, the top of each page is one row on a projector,
// and no wider than a phone.
func TestBrowserTopOneRow(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.WithLabs())
	tab := browsertest.Open(t, app.Base).Tab()
	name, password := strings.Repeat("w", 32), "correct horse 말"
	app.SignUp(t, name, password)
	for _, door := range []string{"session", "jwt", "token", "cookie"} {
		tab.Goto("/" + door + "/login")
		tab.Fill("[name=username]", name)
		tab.Fill("[name=password]", password)
		tab.Click(`form[action="/` + door + `/login"] button.go`)
		tab.WaitFor("[data-panel][data-door=" + door + "]")
	}
	for _, language := range []string{"en", "ko"} {
		tab.SetLanguage(language)
		for _, path := range []string{"/", "/compare", "/claims", "/session/member", "/jwt/member", "/token/member", "/cookie/member"} {
			tab.SetViewport(1280, 720, false)
			tab.Goto(path)
			if strings.HasSuffix(path, "/member") {
				tab.WaitFor("[data-panel]")
			}
			if tall := browsertest.Eval[int](tab, `document.querySelector(".top").offsetHeight`); tall > 60 {
				t.Errorf("%s, %s: the top is %d px high", path, language, tall)
			}
			tab.SetViewport(360, 740, true)
			if wide := browsertest.Eval[int](tab, "document.documentElement.scrollWidth"); wide > 360 {
				t.Errorf("%s, %s: %d px wide on a phone", path, language, wide)
			}
		}
	}
}

// allMeasured waits for the list of claims to be whole: for the next verdict as long as a step may take, and not for
// all of them within some time, which is the machine's.
func allMeasured(tab *browsertest.Tab) {
	for left := tab.Count(".claim .verdict.pending"); left > 0; left = tab.Count(".claim .verdict.pending") {
		tab.WaitTrue(fmt.Sprintf(`document.querySelectorAll(".claim .verdict.pending").length < %d`, left))
	}
}

func TestBrowserLabs(t *testing.T) {
	t.Parallel()
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	run := func(t *testing.T, tab *browsertest.Tab, id, name string) {
		t.Helper()
		tab.Goto("/labs/" + id)
		tab.Click("form[data-run-form] button.go")
		tab.WaitFor("[data-outcome]")
		seen(t, tab, name)
	}
	t.Run("en", func(t *testing.T) {
		t.Parallel()
		tab := browsertest.Open(t, base).Tab()
		tab.Goto("/labs")
		seen(t, tab, "labs")
		for _, l := range labs.Labs() {
			run(t, tab, l.ID, "lab-"+l.ID)
		}
	})
	t.Run("ko", func(t *testing.T) {
		t.Parallel()
		tab := browsertest.Open(t, base).Tab()
		tab.SetLanguage("ko")
		tab.EmulateColorScheme("dark")
		for _, id := range []string{"forced-logout", "ladder", "how-big"} {
			run(t, tab, id, "lab-"+id+"-ko-dark")
		}
	})
	t.Run("flows", func(t *testing.T) {
		t.Parallel()
		tab := browsertest.Open(t, base).Tab()
		tab.Goto("/flows")
		tab.WaitFor(".flow .sequence")
		seen(t, tab, "flows")
	})
}

// TestBrowserRunAgain: controls are changed and a lab is run again, in place and by the keyboard alone; a run can be
// cancelled; without script it is a form and a page.
func TestBrowserRunAgain(t *testing.T) {
	t.Parallel()
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	browser := browsertest.Open(t, base)
	tab := browser.Tab()
	tab.Goto("/labs/theft")
	tab.Click("form[data-run-form] button.go")
	tab.WaitText("[data-outcome]", "The second use was noticed")
	if !tab.Shown(".lab-family .tree .node.used") || !tab.Shown(".lab-family .aside-branch.reused") {
		t.Error("the family is not drawn")
	}
	tab.Choose("[name=what]", "tabs")
	tab.Choose("[name=grace]", "0")
	tab.Run(`document.querySelector("[name=grace]").focus()`)
	tab.Press("\t")
	tab.Press("\r")
	tab.WaitText("[data-outcome]", "Without a grace the second tab looks like a thief")
	if focused := browsertest.Eval[bool](tab, `document.activeElement.matches("[data-outcome]")`); !focused {
		t.Error("the keyboard does not go on at what came of it")
	}

	tab.Goto("/labs/working-day")
	tab.Run(`document.querySelector("form[data-run-form]").requestSubmit(); document.querySelector("[data-run-cancel]").click()`)
	tab.WaitText("[data-run-place]", "Cancelled.")
	if tab.Count("[data-outcome]") != 0 || tab.Shown("[data-run-cancel]") {
		t.Error("a run that was cancelled goes on")
	}

	plain := browser.Tab()
	plain.DisableJavaScript()
	plain.Goto("/labs/forced-logout")
	plain.Fill("[name=access]", "7")
	plain.ClickThrough("form[data-run-form] button.go")
	plain.WaitText("[data-outcome]", "7 min 5 s")
	if plain.Value("[name=access]") != "7" {
		t.Error("the controls forgot what was chosen")
	}
}
