package labs_test

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"twodoors/handlers/browsertest"
	"twodoors/handlers/handlerstest"
	"twodoors/handlers/labs"
)

// TestBrowserSecondService: the page of Reports has its style and fits into its frame, for whatever it is shown, in
// both languages, on a projector and on a phone. On its own it is as accessible as the pages of the app.
func TestBrowserSecondService(t *testing.T) {
	t.Parallel()
	var document atomic.Value // the last page of Reports
	base := handlerstest.Serve(t, handlerstest.WithLabs(), handlerstest.Behind(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/reports-alone" {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, document.Load().(string))
		})
	})).Base
	lab, _ := labs.FindLab("second-service")
	browser := browsertest.Open(t, base)
	for _, language := range []string{"en", "ko"} {
		tab, alone := browser.Tab(), browser.Tab()
		tab.SetLanguage(language)
		alone.AllowConsole("favicon.ico")
		for _, control := range lab.Controls {
			for _, option := range control.Options {
				what := control.Name + "-" + option.Value + "-" + language
				tab.SetViewport(1280, 720, false)
				tab.Goto("/labs/second-service?" + control.Name + "=" + option.Value)
				tab.Click("form[data-run-form] button.go")
				tab.WaitFor("[data-outcome] iframe")
				const framed = `document.querySelector("iframe").contentDocument`
				tab.WaitTrue(`getComputedStyle(` + framed + `.querySelector("header")).backgroundColor === "rgb(11, 93, 78)"`)
				for _, size := range []struct {
					name       string
					wide, tall int
				}{{"projector", 1280, 720}, {"phone", 390, 844}} {
					tab.SetViewport(size.wide, size.tall, size.name == "phone")
					tall, wide := browsertest.Eval[int](tab, framed+`.body.offsetHeight - document.querySelector("iframe").clientHeight`), browsertest.Eval[int](tab, framed+`.documentElement.scrollWidth - document.querySelector("iframe").clientWidth`)
					if tall > 0 || wide > 0 {
						t.Errorf("%s: the page is %d px taller and %d px wider than its frame on a %s", what, tall, wide, size.name)
					}
					tab.Picture("second-service-" + what + "-" + size.name)
				}
				if language != "en" { // what axe looks at is the same in every language
					continue
				}
				document.Store(browsertest.Eval[string](tab, `document.querySelector("iframe").srcdoc`))
				for _, scheme := range []string{"light", "dark"} {
					alone.EmulateColorScheme(scheme)
					alone.Goto("/reports-alone")
					alone.Axe()
				}
			}
		}
	}
}
