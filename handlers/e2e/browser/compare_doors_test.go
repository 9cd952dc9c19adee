package browser_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"twodoors/handlers/browsertest"
	"twodoors/handlers/handlerstest"
)

// TestBrowserAnyDoors: the compare page takes any doors; each is asked for real, and the choice is kept.
func TestBrowserAnyDoors(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.Started())
	tab := browsertest.Open(t, app.Base).Tab()
	tab.Goto("/compare")
	if got := tab.Texts("[data-column] h3"); len(got) != 2 || got[0] != "Cookie session" || got[1] != "JWT" {
		t.Errorf("the default doors are %q", got)
	}
	tab.Click(`.door-choice [value=token]`)
	tab.Click(`.door-choice [value=cookie]`)
	tab.ClickThrough(`.door-choice button`)
	tab.WaitFor(`[data-column=cookie]`)
	tab.Click(`form[action="/compare/demo"] button[value="member"]`)
	want := map[string]string{"session": "1", "jwt": "0", "token": "1", "cookie": "0"}
	for door, lookups := range want {
		tab.WaitTrue(`document.querySelector('[data-column="` + door + `"] [data-num]').textContent.trim() === "` + lookups + `"`)
	}
	tab.Click(`form[data-compare] button[value="20"]`)
	tab.WaitText("[data-compare-status]", "Sent 20 of 20")
	for door, lookups := range map[string]string{"session": "20", "jwt": "0", "token": "20", "cookie": "0"} {
		if got := tab.Text(`[data-total="auth"][data-door="` + door + `"]`); got != lookups {
			t.Errorf("%s: %s lookups in 20 requests", door, got)
		}
		if points := tab.Attr(`[data-line="`+door+`"]`, "points"); strings.Count(points, ",") < 20 {
			t.Errorf("%s: the chart's line is %q", door, points)
		}
		// The sums of the credential, alone and as a header line, are those that the record beside them says of one.
		record := regexp.MustCompile(`^([\d,]+) B .* ([\d,]+) B header line`).FindStringSubmatch(tab.Text(`[data-column="` + door + `"] [data-band=sent] .bytes`))
		if record == nil {
			t.Fatalf("%s: the record does not say how much was sent", door)
		}
		for at, key := range []string{"credential-bytes", "line-bytes"} {
			one, sum := digits(t, record[at+1]), digits(t, tab.Text(`[data-total="`+key+`"][data-door="`+door+`"]`))
			if sum != 20*one {
				t.Errorf("%s: %s: %d in 20 requests of %d", door, key, sum, one)
			}
		}
	}
	// Four figures that end in pairs stand apart.
	places := map[string]bool{}
	for door := range want {
		places[tab.Attr(`[data-line-label="`+door+`"]`, "y")] = true
	}
	if len(places) != 4 {
		t.Errorf("labels of the chart stand on each other: %v", places)
	}

	// A link names its doors, and the choice stays what it was.
	tab.Goto("/compare?doors=cookie,token")
	tab.WaitTrue(`document.querySelector('[data-column="cookie"] [data-num]').textContent.trim() === "0"`)
	if got := tab.Texts("[data-column] h3"); len(got) != 2 || got[0] != "Opaque token" || got[1] != "Signed cookie" {
		t.Errorf("the link's doors are %q", got)
	}
	tab.Goto("/compare")
	if got := tab.Texts("[data-column] h3"); len(got) != 4 {
		t.Errorf("the doors chosen before are %q", got)
	}
	// One alone is no comparison.
	tab.Goto("/compare?doors=cookie")
	if got := tab.Texts("[data-column] h3"); len(got) != 4 {
		t.Errorf("one door alone: %q", got)
	}
}

// TestBrowserMoreDoorsWithoutScript: the server plays whichever doors were chosen.
func TestBrowserMoreDoorsWithoutScript(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.Started())
	tab := browsertest.Open(t, app.Base).Tab()
	tab.DisableJavaScript()
	tab.Goto("/compare?doors=token,cookie")
	tab.ClickThrough(`form[action^="/compare/demo"] button[value="member"]`)
	tab.WaitURL("/compare")
	if shown := tab.Texts("[data-num]"); len(shown) != 2 || shown[0] != "1" || shown[1] != "0" {
		t.Errorf("the big numbers are %v, want 1 and 0", shown)
	}
	tab.ClickThrough(`form[data-compare] button[value="20"]`)
	if got := tab.Text(`[data-total="auth"][data-door="token"]`); got != "20" {
		t.Errorf("lookups of 20 token requests: %s", got)
	}
}

// TestBrowserCompareOneSignIn: who is signed in at the session's door alone is asked to sign in at the other one, and
// nothing on the page moves for it.
func TestBrowserCompareOneSignIn(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.Started())
	tab := browsertest.Open(t, app.Base).Tab()
	tab.Goto("/session/login")
	tab.ClickThrough(`form[action="/session/demo"] button[value="member"]`)
	tab.WatchShift("header.top")
	for _, language := range []string{"en", "ko"} {
		tab.SetLanguage(language)
		for _, size := range []struct {
			width, height int
			mobile        bool
		}{{1280, 720, false}, {390, 844, true}} {
			tab.SetViewport(size.width, size.height, size.mobile)
			tab.Goto("/compare")
			tab.WaitFor("[data-column=jwt] [data-compare-signin]")
			if got := tab.Text("[data-column=session] [data-num]"); got != "1" {
				t.Errorf("the session's own record shows %q lookups", got)
			}
			if moved := tab.Shift(); moved > unseen {
				t.Errorf("%s, %d px: the page has moved by %.4f while it came: %q", language, size.width, moved, tab.Moved())
			}
			tab.Axe()
			tab.Picture("compare-one-sign-in-" + language)
		}
	}
	tab.ClickThrough(`[data-column=jwt] form[action="/compare/demo"] button[value="member"]`)
	waitCompared(tab)
	if tab.Count("[data-column=jwt] [data-band]") != 5 || tab.Shown("[data-compare-signin]") {
		t.Error("the other door's record is not whole")
	}
}

// TestBrowserCompareComesInHalves: what is drawn of the page's first half stays where it is when the second half comes.
func TestBrowserCompareComesInHalves(t *testing.T) {
	t.Parallel()
	for _, second := range []string{`value="denylist"`, `type="checkbox" name="doors" value="token"`} {
		t.Run(second, func(t *testing.T) { compareInHalves(t, second) })
	}
}

// compareInHalves has the page come up to a part of its markup, be drawn, and come to its end.
func compareInHalves(t *testing.T, second string) {
	halfway := make(chan struct{})
	app := handlerstest.Serve(t, handlerstest.Started(), handlerstest.Behind(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/halfway" {
				close(halfway)
				return
			}
			if r.URL.Path != "/compare" {
				next.ServeHTTP(w, r)
				return
			}
			whole := httptest.NewRecorder()
			next.ServeHTTP(whole, r)
			page := whole.Body.Bytes()
			half := max(0, bytes.Index(page, []byte(second)))
			w.Header()["Content-Type"], w.Header()["Content-Security-Policy"] = whole.Header()["Content-Type"], whole.Header()["Content-Security-Policy"]
			w.Write(page[:half])
			w.(http.Flusher).Flush()
			select {
			case <-halfway:
			case <-r.Context().Done():
			}
			w.Write(page[half:])
		})
	}))
	tab := browsertest.Open(t, app.Base).Tab()
	tab.Goto("/session/login")
	tab.ClickThrough(`form[action="/session/demo"] button[value="member"]`)
	tab.WatchShift("")
	// The second half comes once the first one was drawn; a browser that draws nothing yet gets it after a second.
	tab.BeforeScripts(`new MutationObserver((_, observer) => {
			if (!document.querySelector(".ask-form button")) return;
			observer.disconnect();
			let told = false;
			const tell = () => { if (!told) { told = true; fetch("/halfway"); } };
			requestAnimationFrame(() => requestAnimationFrame(tell));
			setTimeout(tell, 1000);
		}).observe(document, {childList: true, subtree: true});`)
	tab.Goto("/compare")
	tab.WaitFor("[data-column=jwt] [data-compare-signin]")
	if moved := tab.Shift(); moved > unseen {
		t.Errorf("the page has moved by %.4f: %q", moved, tab.Moved())
	}
}

// TestBrowserMoreDoorsPages looks at the pages of the two other doors, and at all doors compared.
func TestBrowserMoreDoorsPages(t *testing.T) {
	t.Parallel()
	app := handlerstest.Serve(t, handlerstest.Started())
	pages := []struct{ path, shows string }{
		{"/", "main"}, {"/token/login", "main form"}, {"/cookie/login", "main form"},
		{"/compare?doors=token,cookie", "[data-column=cookie] .sequence"},
		{"/compare?doors=session,jwt,token", "[data-column=token] .sequence"},
		{"/compare?doors=session,jwt,token,cookie", "[data-column=cookie] .sequence"},
	}
	for _, door := range []string{"token", "cookie"} {
		for _, page := range []string{"", "/notes", "/account", "/devices", "/admin"} {
			pages = append(pages, struct{ path, shows string }{"/" + door + "/member" + page, "[data-panel]"})
		}
	}
	// The templates are those that TestBrowserEveryPage looks at in four ways; these two differ in everything.
	for _, look := range []look{{"en", "light", "projector", 1280, 720, false}, {"ko", "dark", "phone", 390, 844, true}} {
		t.Run(look.language+" "+look.scheme+" "+look.size, func(t *testing.T) {
			t.Parallel()
			tab := browsertest.Open(t, app.Base).Tab()
			tab.Goto("/compare?doors=session,jwt,token,cookie")
			tab.Click(`form[action^="/compare/demo"] button[value="admin"]`)
			tab.WaitTrue(`document.querySelector('[data-column="cookie"] [data-num]').textContent.trim() === "0"`)
			tab.SetLanguage(look.language)
			tab.EmulateColorScheme(look.scheme)
			tab.SetViewport(look.width, look.height, look.mobile)
			for _, page := range pages {
				tab.Goto(page.path)
				tab.WaitFor(page.shows)
				at := strings.Join([]string{page.path, look.language, look.scheme, look.size}, " ")
				tab.Axe()
				if wide := browsertest.Eval[int](tab, "document.documentElement.scrollWidth"); wide > look.width {
					t.Errorf("%s: %d px wide in a window of %d", at, wide, look.width)
				}
				if strings.Contains(tab.HTML(), "⟦") {
					t.Errorf("%s: a message is missing", at)
				}
				tab.Picture("more" + strings.NewReplacer("/", "_", " ", "-", "?", "_", "=", "_", ",", "_").Replace(at))
			}
		})
	}
}

// digits is the number in a text.
func digits(t *testing.T, text string) int {
	t.Helper()
	value, err := strconv.Atoi(regexp.MustCompile(`\D`).ReplaceAllString(text, ""))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return value
}
