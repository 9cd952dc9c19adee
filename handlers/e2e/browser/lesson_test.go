package browser_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/browsertest"
	"twodoors/handlers/handlerstest"
)

// password is every test user's password, where a test is not about passwords.
const password = "correct horse battery"

// shownEqualsHeaders compares the figures on the page with the headers of the request that brought it.
func shownEqualsHeaders(t *testing.T, tab *browsertest.Tab, panel, path string) {
	t.Helper()
	header := tab.Exchange("GET", path).Response.Get("Db-Lookups")
	want := "auth=" + tab.Attr(panel, "data-auth") + ", data=" + tab.Attr(panel, "data-data")
	if display := tab.Attr(panel, "data-display"); display != "0" {
		want += ", display=" + display
	}
	if header != want {
		t.Errorf("%s: the page shows %q, the header says %q", path, want, header)
	}
	if big := tab.Text(panel + " [data-num]"); big != tab.Attr(panel, "data-auth") {
		t.Errorf("%s: the big number is %s, the figure %s", path, big, tab.Attr(panel, "data-auth"))
	}
}

func TestBrowserLesson(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.Started())
	tab := browsertest.Open(t, app.Base).Tab()
	const name, password = "mina.kim", "correct horse 말"

	tab.Goto("/signup?next=/session/login")
	tab.Fill("[name=username]", name)
	tab.Fill("[name=password]", password)
	tab.ClickThrough(`form[action="/signup"] button.go`)
	tab.WaitURL("/session/login")

	tab.Fill("[name=username]", name)
	tab.Fill("[name=password]", password)
	tab.ClickThrough(`form[action="/session/login"] button.go`)
	tab.WaitURL("/session/member")
	shownEqualsHeaders(t, tab, "[data-panel]", "/session/member")
	shown := browsertest.Eval[string](tab, `performance.getEntriesByType("navigation")[0].serverTiming.map(t => t.name + ";dur=" + t.duration.toFixed(3)).join(", ")`)
	if sent := tab.Exchange("GET", "/session/member").Response.Get("Server-Timing"); shown != sent {
		t.Errorf("the browser's timing tab has %q, the header %q", shown, sent)
	}
	if got := tab.Attr("[data-panel]", "data-auth"); got != "1" {
		t.Errorf("session home: %s lookups to know who is asking, want 1", got)
	}
	tab.Picture("session-home")

	tab.Goto("/session/member/notes")
	tab.Fill("[name=body]", "a note <b>from</b> the session door")
	tab.ClickThrough(`main form[action$="/member/notes"] button.go`)
	tab.WaitText("main", "a note <b>from</b> the session door")
	shownEqualsHeaders(t, tab, "[data-panel]", "/session/member/notes")

	tab.Goto("/jwt/login")
	if !browsertest.Eval[bool](tab, `document.querySelector("[name=carrier][value=header]").checked`) {
		t.Error("with a script the sign-in form offers the header first")
	}
	tab.Fill("[name=username]", name)
	tab.Fill("[name=password]", password)
	tab.Click(`form[action="/jwt/login"] button.go`)
	tab.WaitFor("body[data-page=home] [data-panel][data-door=jwt]")
	tab.WaitURL("/jwt/member")
	shownEqualsHeaders(t, tab, "[data-panel]", "/jwt/member")
	if got := tab.Attr("[data-panel]", "data-auth"); got != "0" {
		t.Errorf("JWT home: %s lookups to know who is asking, want 0", got)
	}
	tab.Picture("jwt-home")

	tab.Click(`nav.tabs a[href="/jwt/member/notes"]`)
	tab.WaitText("main", "a note <b>from</b> the session door")
	tab.WaitURL("/jwt/member/notes")
	shownEqualsHeaders(t, tab, "[data-panel]", "/jwt/member/notes")
	if sent := tab.Exchange("GET", "/jwt/member/notes").Request; !strings.HasPrefix(sent.Get("Authorization"), "Bearer ey") {
		t.Error("the page was fetched without its token")
	}

	tab.ForgetExchanges()
	tab.Goto("/compare")
	waitCompared(tab)
	for _, door := range []string{"session", "jwt"} {
		header := tab.Exchange("GET", "/"+door+"/member/notes").Response.Get("Db-Lookups")
		auth := strings.TrimPrefix(strings.Split(header, ",")[0], "auth=")
		if shown := tab.Text(`[data-column="` + door + `"] [data-num]`); shown != auth {
			t.Errorf("compare, %s: shown %s, header %q", door, shown, header)
		}
	}
	tab.Picture("compare")
	tab.Click(`form[data-compare] button[value="20"]`)
	tab.WaitText("[data-compare-status]", "Sent 20 of 20")
	// One request when the page came, twenty more; the last twenty are summed up.
	if got := tab.Text(`[data-total="auth"][data-door="session"]`); got != "20" {
		t.Errorf("lookups of 20 session requests: %s", got)
	}
	if got := tab.Text(`[data-total="auth"][data-door="jwt"]`); got != "0" {
		t.Errorf("lookups of 20 JWT requests: %s", got)
	}
	tab.Picture("compare-20")

	// Signing out of the session; Back shows nothing of the member's.
	tab.Goto("/session/member/notes")
	tab.ClickThrough(`form[action="/session/logout"] button`)
	tab.WaitURL("/session/login")
	tab.Back()
	tab.WaitFor("main form")
	if strings.Contains(tab.HTML(), "a note") {
		t.Error("after signing out, Back shows the member's note")
	}
	// The other door is still open; and closes by its own sign-out.
	tab.Goto("/jwt/member/notes")
	tab.WaitText("main", "a note <b>from</b> the session door")
	tab.Click(`form[action="/jwt/logout"] button`)
	tab.WaitURL("/jwt/login")
	tab.Back()
	tab.WaitFor("main form")
	if strings.Contains(tab.HTML(), "a note") {
		t.Error("after signing out, Back shows the member's note")
	}
}

func TestBrowserHeaderCarrierSurvives(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.Started())
	browser := browsertest.Open(t, app.Base)
	tab := browser.Tab()
	tab.Goto("/jwt/login")
	tab.Click(`form[action="/jwt/demo"] button[value="member"]`)
	tab.WaitFor("[data-panel][data-door=jwt]")
	tab.WaitURL("/jwt/member")
	if c := browser.Cookie("twodoors-access"); c != nil {
		t.Error("the header carrier has put the access token in a cookie")
	}

	tab.Reload()
	tab.WaitFor("[data-panel][data-door=jwt]")

	// Two tabs at once, both restored from the same refresh token.
	second := browser.Tab()
	second.Goto("/jwt/member/notes")
	tab.Reload()
	second.WaitFor("[data-panel][data-door=jwt]")
	tab.WaitFor("[data-panel][data-door=jwt]")
	second.WaitURL("/jwt/member/notes")

	// An expired token is renewed without a word, and what was being written is not lost.
	second.Fill("[name=body]", "written while the token ran out")
	app.Forward(20 * time.Minute)
	second.Click(`main form[action$="/member/notes"] button.go`)
	second.WaitText("main ul, main ol", "written while the token ran out")

	// Back and forward stay within the pages that were put in place.
	second.Click(`nav.tabs a[href="/jwt/member/devices"]`)
	second.WaitFor("body[data-page=devices]")
	second.Back()
	second.WaitFor("body[data-page=notes]")
}

func TestBrowserCookieCarrierRenews(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.Started())
	tab := browsertest.Open(t, app.Base).Tab()
	app.SignUp(t, "mina.kim", "correct horse 말")
	tab.Goto("/jwt/login")
	tab.Click(`[name=carrier][value=cookie]`)
	tab.Fill("[name=username]", "mina.kim")
	tab.Fill("[name=password]", "correct horse 말")
	tab.ClickThrough(`form[action="/jwt/login"] button.go`)
	tab.WaitURL("/jwt/member")
	tab.Goto("/jwt/member/notes")
	tab.Fill("[name=body]", "kept through two redirects")
	app.Forward(20 * time.Minute)
	tab.ClickThrough(`main form[action$="/member/notes"] button.go`)
	tab.WaitURL("/jwt/member/notes")
	tab.WaitText("main", "kept through two redirects")
	app.Forward(20 * time.Minute)
	tab.Goto("/jwt/member/devices")
	tab.WaitURL("/jwt/member/devices")
	tab.WaitFor("[data-panel]")
}

func TestBrowserWithoutScript(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.Started())
	tab := browsertest.Open(t, app.Base).Tab()
	tab.DisableJavaScript()
	tab.Goto("/compare")
	tab.ClickThrough(`form[action="/compare/demo"] button[value="member"]`)
	tab.WaitURL("/compare")
	if shown := tab.Texts("[data-num]"); len(shown) != 2 || shown[0] != "1" || shown[1] != "0" {
		t.Errorf("the two big numbers are %v, want 1 and 0", shown)
	}
	tab.ClickThrough(`form[data-compare] button[value="20"]`)
	if got := tab.Text(`[data-total="auth"][data-door="session"]`); got != "20" {
		t.Errorf("lookups of 20 session requests: %s", got)
	}
	tab.Picture("compare-without-script")
	app.Forward(20 * time.Minute)
	tab.Goto("/jwt/member/notes")
	tab.ClickThrough("form[data-refresh] button")
	tab.WaitURL("/jwt/member/notes")
}

// waitCompared waits until both doors' numbers stand on the compare page.
func waitCompared(tab *browsertest.Tab) {
	tab.WaitTrue(`["session", "jwt"].every(door => /^\d+$/.test(document.querySelector('[data-column="' + door + '"] [data-num]').textContent.trim()))`)
}

// oneForm is how a page writes a moment, whatever the language.
var oneForm = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`)

// unseen is a layout shift that nobody sees; below 0.1 is called good (web.dev/cls). A change of the window's kind has moved
// a page by 0.0002 when the machine was busy.
const unseen = 0.0005

// look is a way in which pages are looked at.
type look struct {
	language, scheme, size string
	width, height          int // of the window, CSS pixels
	mobile                 bool
}

// looks are four of the eight there are: any two of language, theme and size come together in one of them.
var looks = []look{
	{"en", "light", "projector", 1280, 720, false}, {"en", "dark", "phone", 360, 740, true},
	{"ko", "light", "phone", 390, 844, true}, {"ko", "dark", "projector", 1280, 720, false},
}

// TestBrowserEveryPage looks at every page in both languages and themes, on a projector and on a phone:
// axe-core finds nothing, nothing is wider than the window, nothing moves while it loads, times have one form.
func TestBrowserEveryPage(t *testing.T) {
	t.Parallel()
	// A change of the window's kind has moved a page by 0.0002 when the machine was busy; 0.1 is what is called good.
	const unseen = 0.0005
	app := handlerstest.Serve(t, handlerstest.Started())
	pages := []struct{ path, shows string }{
		{"/", "main"}, {"/compare", "main"}, {"/signup", "main form"}, {"/session/login", "main form"},
		{"/jwt/login", "main form"}, {"/no/such/page", "main"},
	}
	for _, door := range []string{"session", "jwt"} {
		for _, page := range []string{"", "/notes", "/account", "/devices", "/admin"} {
			pages = append(pages, struct{ path, shows string }{"/" + door + "/member" + page, "[data-panel]"})
		}
	}
	for _, look := range looks {
		t.Run(look.language+" "+look.scheme+" "+look.size, func(t *testing.T) {
			t.Parallel()
			tab := browsertest.Open(t, app.Base).Tab()
			tab.SetTimezone("Asia/Seoul")
			tab.WatchShift("header.top")
			tab.Goto("/compare")
			tab.ClickThrough(`form[action="/compare/demo"] button[value="admin"]`)
			waitCompared(tab)
			tab.SetLanguage(look.language)
			tab.EmulateColorScheme(look.scheme)
			tab.SetViewport(look.width, look.height, look.mobile)
			for _, page := range pages {
				tab.Goto(page.path)
				tab.WaitFor(page.shows)
				if page.path == "/compare" {
					waitCompared(tab)
				}
				at := strings.Join([]string{page.path, look.language, look.scheme, look.size}, " ")
				if moved := tab.Shift(); moved > unseen {
					t.Errorf("%s: the page has moved by %.4f while it came: %q", at, moved, tab.Moved())
				}
				tab.Axe()
				if wide := browsertest.Eval[int](tab, "document.documentElement.scrollWidth"); wide > look.width {
					t.Errorf("%s: %d px wide in a window of %d", at, wide, look.width)
				}
				if got := tab.Attr("html", "lang"); got != look.language {
					t.Errorf("%s: lang=%q", at, got)
				}
				if left := tab.HTML(); strings.Contains(left, "⟦") {
					t.Errorf("%s: a message is missing", at)
				}
				for _, time := range browsertest.Eval[[]string](tab, `[...document.querySelectorAll("time")].map(e => e.textContent)`) {
					if !oneForm.MatchString(time) {
						t.Errorf("%s: a time is written %q", at, time)
					}
				}
				tab.Picture(strings.NewReplacer("/", "_", " ", "-").Replace(at))
			}
			tab.AllowConsole("404") // of the page that is not there
		})
	}
}
