package static_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/static"
)

func mustFiles(t *testing.T) *static.Files {
	t.Helper()
	f, err := static.Shared()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func get(f *static.Files, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	f.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestFilesAreServedForGood(t *testing.T) {
	f := mustFiles(t)
	for name, kind := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
	} {
		w := get(f, http.MethodGet, f.URL(name))
		if w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("%s: %d, %d bytes", name, w.Code, w.Body.Len())
		}
		if got := w.Header().Get("Content-Type"); got != kind {
			t.Errorf("%s: %s", name, got)
		}
		if got := w.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s: %s", name, got)
		}
		if head := get(f, http.MethodHead, f.URL(name)); head.Code != http.StatusOK || head.Body.Len() != 0 {
			t.Errorf("%s: HEAD answers %d with %d bytes", name, head.Code, head.Body.Len())
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	f := mustFiles(t)
	folder := strings.TrimSuffix(f.URL(""), "/")
	for _, path := range []string{
		"/static/app.css", "/static/000000000000/app.css", folder, folder + "/", f.URL("none.css"), f.URL("static.go"),
		f.URL("../app.css"), "/static/",
	} {
		w := get(f, http.MethodGet, path)
		if w.Code != http.StatusNotFound || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %s", path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
	if w := get(f, http.MethodPost, f.URL("app.css")); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d", w.Code)
	}
}

func TestModulesShareOneFolder(t *testing.T) {
	f := mustFiles(t)
	css, script := f.URL("app.css"), f.URL("app.js")
	if css[:strings.LastIndex(css, "/")] != script[:strings.LastIndex(script, "/")] {
		t.Errorf("%s and %s", css, script)
	}
}
