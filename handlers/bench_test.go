package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/handlers/metrics"
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
	for _, database := range handlerstest.Databases() {
		for _, w := range []handlerstest.Way{
			{Mode: "session", Carrier: "cookie"}, {Mode: "jwt", Carrier: "cookie", Level: auth.LevelSignature}, {Mode: "jwt", Carrier: "header", Level: auth.LevelSignature},
			{Mode: "jwt", Carrier: "cookie", Level: auth.LevelUser}, {Mode: "jwt", Carrier: "cookie", Level: auth.LevelVersion},
		} {
			b.Run(database.Name+"/"+w.String(), func(b *testing.B) {
				n := w.Node(b, database.Option(b))
				r := pageRequest(b, n, w, path, query)
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

// BenchmarkMetered is a member's home with and without metrics: what they add to a request.
//
//	go test -run '^$' -bench Metered -benchmem -count 6 ./handlers
func BenchmarkMetered(b *testing.B) {
	for name, options := range map[string][]handlerstest.Option{"off": nil, "on": {handlerstest.CountedIn(metrics.New("test"))}} {
		b.Run(name, func(b *testing.B) {
			w := handlerstest.Way{Mode: "session", Carrier: "cookie"}
			n := w.Node(b, options...)
			c := n.SignedIn(w, "minji")
			r := httptest.NewRequest(http.MethodGet, w.Page("")+"?panel=folded", nil)
			r.Host = n.Config.BaseURL.Host
			for _, k := range c.Jar.Cookies(c.Base) {
				r.AddCookie(k)
			}
			b.ReportAllocs()
			for b.Loop() {
				n.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}

// pageRequest is a request for a page of a member who is signed in, which has been answered once before.
func pageRequest(t testing.TB, n *handlerstest.Node, w handlerstest.Way, path, query string) *http.Request {
	t.Helper()
	c := n.SignedIn(w, "minji")
	c.Get(w.Page(path) + query).Want(http.StatusOK)
	r := httptest.NewRequest(http.MethodGet, w.Page(path)+query, nil)
	r.Host = n.Config.BaseURL.Host
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36")
	r.Header.Set("Accept-Language", "en")
	if c.Bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.Bearer)
	}
	for _, k := range c.Jar.Cookies(c.Base) {
		r.AddCookie(k)
	}
	return r
}

// TestHomeAllocates: the home page through the whole stack, with the panel folded, makes no more than so many objects in
// memory. The race detector, whose run is a short one, has pools give up theirs at random.
func TestHomeAllocates(t *testing.T) {
	if testing.Short() {
		t.Skip("counted without the race detector")
	}
	for w, most := range map[handlerstest.Way]float64{
		{Mode: "session", Carrier: "cookie"}: 263, {Mode: "jwt", Carrier: "cookie", Level: auth.LevelSignature}: 179,
	} {
		n := w.Node(t)
		r := pageRequest(t, n, w, "", "?panel=folded")
		if got := testing.AllocsPerRun(2000, func() { n.ServeHTTP(httptest.NewRecorder(), r) }); got > most {
			t.Errorf("%s: %v objects, at most %v", w, got, most)
		}
	}
}
