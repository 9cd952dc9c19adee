package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"twodoors/handlers/auth"
)

// BenchmarkHome is one request for the home page through the whole stack, with the panel folded: routing,
// headers, cookies, who is asking, rendering. The session looks itself up; a JWT does so above level
// signature alone. Signing the user in is not measured.
//
//	go test -run '^$' -bench Home -benchmem ./handlers
func BenchmarkHome(b *testing.B) { benchmarkPage(b, "", "folded") }

// BenchmarkUnfolded is the same with the panel unfolded: what is stored is read, and all of the record is shown.
func BenchmarkUnfolded(b *testing.B) { benchmarkPage(b, "", "open") }

// BenchmarkNotes is the first for a page with data: one lookup more at either door.
func BenchmarkNotes(b *testing.B) { benchmarkPage(b, "/notes", "folded") }

func benchmarkPage(b *testing.B, path, panel string) {
	query := "?panel=" + panel
	for _, database := range databases() {
		for _, w := range []way{
			{mode: "session", carrier: "cookie"}, {mode: "jwt", carrier: "cookie", level: auth.LevelSignature}, {mode: "jwt", carrier: "header", level: auth.LevelSignature},
			{mode: "jwt", carrier: "cookie", level: auth.LevelUser}, {mode: "jwt", carrier: "cookie", level: auth.LevelVersion},
		} {
			b.Run(database.name+"/"+w.String(), func(b *testing.B) {
				n := w.node(b, database.option(b))
				c := n.signedIn(w, "minji")
				c.get(w.page(path) + query).want(http.StatusOK)
				r := httptest.NewRequest(http.MethodGet, w.page(path)+query, nil)
				r.Host = n.cfg.BaseURL.Host
				r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36")
				r.Header.Set("Accept-Language", "en")
				if c.bearer != "" {
					r.Header.Set("Authorization", "Bearer "+c.bearer)
				}
				for _, k := range c.jar.Cookies(c.base) {
					r.AddCookie(k)
				}
				b.ReportAllocs()
				for b.Loop() {
					recorder := httptest.NewRecorder()
					n.ServeHTTP(recorder, r)
					if recorder.Code != http.StatusOK {
						b.Fatalf("status %d", recorder.Code)
					}
				}
			})
		}
	}
}
