package browsertest_test

import (
	"fmt"
	"html"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"twodoors/handlers/browsertest"
)

// site is a small website under a strict Content-Security-Policy, as the real one is.
func site(t *testing.T) string {
	t.Helper()
	page := func(w http.ResponseWriter, body string) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Site</title><link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/style.css"><script type="module" src="/script.js"></script></head><body><main><h1>Site</h1>%s</main></body></html>`, body)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		name := "nobody"
		if c, err := r.Cookie("name"); err == nil {
			name = c.Value
		}
		page(w, `<p id="name">`+html.EscapeString(name)+`</p><p id="script"></p><p id="language">`+r.Header.Get("Accept-Language")+`</p>
<form method="post" action="/name"><label>Name <input name="name" value="old"></label>
<label>Door <select name="door"><option value="session">Session</option><option value="jwt">JWT</option></select></label>
<button>Save</button></form><button id="fetch">Fetch</button> <p id="fetched"></p> <a href="/other">Other</a>`)
	})
	mux.HandleFunc("POST /name", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "name", Value: r.FormValue("name"), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: 60})
		http.SetCookie(w, &http.Cookie{Name: "door", Value: r.FormValue("door"), Path: "/"})
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /other", func(w http.ResponseWriter, r *http.Request) { page(w, `<p>Other</p>`) })
	mux.HandleFunc("GET /bad", func(w http.ResponseWriter, r *http.Request) {
		page(w, `<input><script src="/missing.js"></script><script>document.title = "inline"</script>`)
	})
	mux.HandleFunc("GET /refused", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "refused", http.StatusUnauthorized) })
	mux.HandleFunc("GET /icon.svg", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg"/>`)
	})
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		fmt.Fprint(w, `@media (prefers-color-scheme: dark) { body { background: #000; color: #fff } a { color: #8db9ff } }`)
	})
	mux.HandleFunc("GET /script.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, `const at = id => document.getElementById(id);
if (at("script")) at("script").textContent = "script ran";
at("fetch")?.addEventListener("click", async () => { const r = await fetch("/refused"); at("fetched").textContent = r.status; });`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

func TestFormCookiesAndExchanges(t *testing.T) {
	base := site(t)
	visitor := browsertest.Open(t, base)
	tab := visitor.Tab()
	if status := tab.Goto("/"); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	tab.Fill("input[name=name]", "minji and co")
	tab.Choose("select", "jwt")
	tab.ForgetExchanges()
	tab.ClickThrough("form button")
	tab.WaitURL("/")

	post := tab.Exchange("POST", "/name")
	if post.Status != http.StatusSeeOther || len(post.Response.Values("Set-Cookie")) != 2 || post.Type != "Document" {
		t.Errorf("the post: %+v", post)
	}
	if get := tab.Exchange("GET", "/"); get.Status != http.StatusOK || !strings.Contains(get.Request.Get("Cookie"), "door=jwt") {
		t.Errorf("the page after it: %+v", get)
	}
	cookie := visitor.Cookie("name")
	if cookie == nil || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Expires.IsZero() {
		t.Errorf("cookie: %+v", cookie)
	}
	if door := visitor.Cookie("door"); door == nil || door.Value != "jwt" || door.HttpOnly || !door.Expires.IsZero() {
		t.Errorf("cookie: %+v", door)
	}
}

func TestBrowsersAreSeparateAndTabsAreNot(t *testing.T) {
	base := site(t)
	one, two := browsertest.Open(t, base), browsertest.Open(t, base)
	one.SetCookie(&http.Cookie{Name: "name", Value: "one", Path: "/", HttpOnly: true, Expires: time.Now().Add(time.Hour)})
	first, second, stranger := one.Tab(), one.Tab(), two.Tab()
	for tab, want := range map[*browsertest.Tab]string{first: "one", second: "one", stranger: "nobody"} {
		tab.Goto("/")
		if got := tab.Text("#name"); got != want {
			t.Errorf("name %q, want %q", got, want)
		}
	}
	one.ClearCookies()
	first.Reload()
	if got := first.Text("#name"); got != "nobody" {
		t.Errorf("name %q after clearing the cookies", got)
	}
}

func TestMovingAbout(t *testing.T) {
	tab := browsertest.Open(t, site(t)).Tab()
	tab.Goto("/")
	tab.WaitText("#script", "script ran")
	tab.ClickThrough("a")
	if !strings.HasSuffix(tab.URL(), "/other") {
		t.Fatalf("at %s", tab.URL())
	}
	tab.Back()
	tab.WaitURL("/")
	tab.Click("#fetch")
	tab.WaitText("#fetched", "401") // a refusal that a script asked for is no console error
	if got := tab.Exchange("GET", "/refused"); got.Type != "Fetch" || got.Status != 401 {
		t.Errorf("the fetch: %+v", got)
	}
	if status := tab.Goto("/refused"); status != 401 {
		t.Errorf("status %d, want 401", status)
	}
	tab.Goto("/")
	tab.Press(kb.Tab)
	if got := browsertest.Eval[string](tab, `document.activeElement.name`); got != "name" {
		t.Errorf("the focus is at %q", got)
	}
	tab.Fill("input", "")
	if got := tab.Value("input"); got != "" {
		t.Errorf("emptied input holds %q", got)
	}
	if tab.Count("form") != 1 || !tab.Shown("form") || tab.Attr("form", "method") != "post" || tab.Attr("form", "none") != "" {
		t.Error("form not as it is")
	}
	if got := tab.Texts("option"); !slices.Equal(got, []string{"Session", "JWT"}) {
		t.Errorf("options %q", got)
	}
	tab.WaitGone(".none")
}

func TestEmulation(t *testing.T) {
	visitor := browsertest.Open(t, site(t))
	tab := visitor.Tab()
	tab.SetLanguage("ko,en;q=0.5")
	tab.EmulateColorScheme("dark")
	tab.SetViewport(390, 844, true)
	tab.Goto("/")
	if got := tab.Text("#language"); !strings.HasPrefix(got, "ko") {
		t.Errorf("Accept-Language %q", got)
	}
	if got := browsertest.Eval[string](tab, `getComputedStyle(document.body).backgroundColor`); got != "rgb(0, 0, 0)" {
		t.Errorf("background %s", got)
	}
	if !browsertest.Eval[bool](tab, `matchMedia("(prefers-reduced-motion: reduce) and (pointer: coarse)").matches`) {
		t.Error("not a phone without motion")
	}
	file := filepath.Join(t.TempDir(), "pictures", "page.png")
	tab.Screenshot(file)
	content, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if picture, err := png.Decode(content); err != nil || picture.Bounds().Dx() != 780 {
		t.Errorf("picture: %v, %v", picture.Bounds(), err)
	}
	tab.FullScreenshot(filepath.Join(t.TempDir(), "full.png"))

	plain := visitor.Tab()
	plain.DisableJavaScript()
	plain.Goto("/")
	if got := plain.Text("#script"); got != "" {
		t.Errorf("a script ran: %q", got)
	}
	plain.Fill("input[name=name]", "plain")
	plain.ClickThrough("form button")
	if got := plain.Text("#name"); got != "plain" {
		t.Errorf("name %q", got)
	}
}

func TestOtherHostIsThisMachineAndNotTrusted(t *testing.T) {
	base := strings.Replace(site(t), "localhost", "lan.test", 1)
	tab := browsertest.Open(t, base).Tab()
	if status := tab.Goto("/"); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	if browsertest.Eval[bool](tab, `isSecureContext`) {
		t.Error("a secure context over plain http")
	}
}

func TestClipboard(t *testing.T) {
	visitor := browsertest.Open(t, site(t))
	visitor.AllowClipboard()
	tab := visitor.Tab()
	tab.Goto("/")
	tab.Run(`navigator.clipboard.writeText("copied")`)
	if got := browsertest.Eval[string](tab, `navigator.clipboard.readText()`); got != "copied" {
		t.Errorf("the clipboard holds %q", got)
	}
}

func TestAxeAndConsoleFindWhatIsWrong(t *testing.T) {
	tab := browsertest.Open(t, site(t)).Tab()
	tab.Goto("/")
	tab.Axe()
	if found := tab.ConsoleErrors(); len(found) != 0 {
		t.Errorf("console of a good page: %q", found)
	}
	tab.Goto("/bad")
	tab.Run(`setTimeout(() => { throw new Error("thrown") })`)
	tab.Run(`console.error("said", 1)`)
	tab.Run(`alert("dialog")`)
	var ids []string
	for _, v := range tab.Violations() {
		ids = append(ids, v.ID)
	}
	if !slices.Contains(ids, "label") {
		t.Errorf("axe found %q, and not the input without a label", ids)
	}
	if len(tab.Violations(ids...)) != 0 {
		t.Error("rules that are left out are applied")
	}
	want := []string{"missing.js", "Content Security Policy", "Error: thrown", "console.error: said 1", "dialog: dialog"}
	found := strings.Join(tab.ConsoleErrors(), "\n")
	for _, text := range want {
		if !strings.Contains(found, text) {
			t.Errorf("the console does not report %q:\n%s", text, found)
		}
	}
	tab.AllowConsole(want...)
}
