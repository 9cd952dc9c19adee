package contract_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/handlerstest"
	"twodoors/handlers/trace"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// memberPages are the pages that have the panel.
var memberPages = []string{"", "/notes", "/account", "/devices", "/admin"}

// TestPanelShowsTheHeader: what can be counted on the page, in figures, lines and arrows, is what the headers
// beside it say. (That no lookup follows the freeze holds for every request of every test: checkRecord.)
func TestPanelShowsTheHeader(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			v := newVisitor(w.Node(t), w, models.RoleAdmin, "")
			for _, path := range memberPages {
				a := v.page(path).Want(http.StatusOK)
				panel := a.Page().Find("[data-panel]")
				if panel.Length() != 1 || panel.AttrOr("data-door", "") != w.Mode || panel.AttrOr("data-status", "") != "200" {
					t.Fatalf("%s: %d panels, of door %s", path, panel.Length(), panel.AttrOr("data-door", ""))
				}
				listed := map[string]int{}
				for _, purpose := range []string{"auth", "data", "display"} {
					listed[purpose] = panel.Find("ol.lookups .tag." + purpose).Length()
				}
				if got := figures(listed["auth"], listed["data"], listed["display"]); got != a.Lookups() {
					t.Errorf("%s: %s are listed, the header says %s", path, got, a.Lookups())
				}
				if big := strings.TrimSpace(panel.Find("[data-num]").First().Text()); big != strconv.Itoa(listed["auth"]) {
					t.Errorf("%s: the big figure is %s, the header %s", path, big, a.Lookups())
				}
				checkTimes(t, path, a, panel.AttrOr("data-total-us", ""), panel.AttrOr("data-auth-us", ""), panel.AttrOr("data-data-us", ""))
			}
		})
	}
}

// checkTimes compares the panel's times with Server-Timing: the whole is at least its parts, and the header,
// written later, at least what the page says.
func checkTimes(t *testing.T, path string, a *handlerstest.Answer, total, auth, data string) {
	t.Helper()
	header := map[string]float64{}
	for _, metric := range strings.Split(a.Header.Get("Server-Timing"), ", ") {
		name, value, _ := strings.Cut(metric, ";dur=")
		ms, err := strconv.ParseFloat(value, 64)
		if err != nil {
			t.Errorf("%s: %s: %v", path, metric, err)
		}
		header[name] = ms * 1000
	}
	page := map[string]float64{}
	for name, text := range map[string]string{"total": total, "auth": auth, "data": data} {
		us, err := strconv.ParseFloat(text, 64)
		if err != nil || us < 0 {
			t.Errorf("%s: the panel's %s is %q", path, name, text)
		}
		page[name] = us
	}
	const rounding = 2 // µs
	switch {
	case page["total"] > header["total"]+rounding, page["auth"]+page["data"] > page["total"]+rounding:
		t.Errorf("%s: the panel says %v, the header %v", path, page, header)
	case page["auth"] > header["auth"]+rounding || header["auth"] > page["auth"]+rounding:
		t.Errorf("%s: auth is %v on the page, %v in the header", path, page["auth"], header["auth"])
	case header["render"] <= 0 || header["total"] < header["auth"]+header["data"]+header["render"]-rounding:
		t.Errorf("%s: Server-Timing does not add up: %v", path, header)
	}
}

// TestFoldedPanel: folded away, the panel makes no lookup; the choice is kept, and an address decides for
// one request alone.
func TestFoldedPanel(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			v := newVisitor(w.Node(t), w, models.RoleAdmin, "")
			expect := func(query string, folded bool) {
				t.Helper()
				for _, path := range memberPages {
					a := v.Get(w.Page(path) + query).Want(http.StatusOK)
					if got := a.Page().Find("[data-panel].folded").Length() == 1; got != folded {
						t.Errorf("%s%s: folded is %v", path, query, got)
					}
					if reads := strings.Contains(a.Lookups(), "display"); reads == folded {
						t.Errorf("%s%s: %s", path, query, a.Lookups())
					}
					if folded && a.Page().Find("[data-panel] .bands, [data-panel] ol.lookups").Length() > 0 {
						t.Errorf("%s%s: folded, and yet there are bands", path, query)
					}
				}
			}
			expect("", false)
			v.Post("/preferences", []string{"panel", "folded", "next", w.Page("/notes")}).WantTo(w.Page("/notes"))
			expect("", true)
			expect("?panel=open", false)
			expect("", true)
			v.Post("/preferences", []string{"panel", "open"}).WantTo("/")
			expect("", false)
			expect("?panel=folded", true)
		})
	}
}

// TestLastSeen: it is written within a request, at most once a minute, counted, and explained on the page.
func TestLastSeen(t *testing.T) {
	for _, database := range handlerstest.Databases() {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			for _, w := range handlerstest.Ways() {
				n := w.Node(t, database.Option(t))
				v := newVisitor(n, w, models.RoleMember, "?panel=folded")
				for _, step := range []struct {
					move    time.Duration
					written int
				}{{0, 0}, {59 * time.Second, 0}, {time.Second, 1}, {0, 0}, {59 * time.Second, 0}, {time.Second, 1}, {5 * time.Minute, 1}, {0, 0}} {
					n.Clock.Move(step.move)
					written := step.written
					if w.Mode == "jwt" {
						written = 0 // nothing is kept about an access token
					}
					a := v.page("").Want(http.StatusOK)
					if want := figures(who(w)+written, 0, 0); a.Lookups() != want {
						t.Errorf("%s, after %v: %s, want %s", w, step.move, a.Lookups(), want)
					}
					if explained := strings.Contains(a.Text(".why"), "last seen"); explained != (written > 0) {
						t.Errorf("%s, after %v: the page says %q", w, step.move, a.Text(".why"))
					}
				}
				n.Clock.Move(time.Minute)
				v.Language = "ko"
				if a := v.page("").Want(http.StatusOK); w.Mode == "session" && a.Text(".why") == "" || strings.Contains(a.Text(".why"), "last seen") {
					t.Errorf("%s: in Korean the page says %q", w, a.Text(".why"))
				}
			}
		})
	}
}

// TestFloorIsExplained: where a page asks for more than the level does, it says so.
func TestFloorIsExplained(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			v := newVisitor(w.Node(t), w, models.RoleAdmin, "")
			for _, path := range memberPages {
				raised := w.Mode == "jwt" && !w.ReadsUser() && (path == "/account" || path == "/admin")
				if got := v.page(path).Text(".why"); strings.Contains(got, "at least, whatever the setting") != raised {
					t.Errorf("%s says %q, raised is %v", path, got, raised)
				}
			}
		})
	}
}

// TestExpiredCostsNothing: dates are in the token, and in the session's row.
func TestExpiredCostsNothing(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			v := newVisitor(n, w, models.RoleMember, "")
			n.Clock.Move(9 * time.Hour)
			want := figures(0, 0, 0)
			if w.Mode == "session" {
				want = figures(1, 0, 0)
			}
			for _, path := range memberPages {
				v := &visitor{Client: v.Copied(), w: w} // a refused cookie is cleared
				if a := v.page(path); a.Lookups() != want || a.Status == http.StatusOK {
					t.Errorf("%s: status %d, %s, want %s", path, a.Status, a.Lookups(), want)
				}
			}
		})
	}
}

// TestRecordSeesWhatComesLate: the check that runs for every request must be able to fail.
func TestRecordSeesWhatComesLate(t *testing.T) {
	n := handlerstest.NewNode(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	x, r := trace.Begin(request)
	ask := func() { n.DB.UserByID(r.Context(), 1, n.Clock.Now()) }
	ask()
	x.Freeze()
	if x.Lookups.Late() != 0 {
		t.Error("a lookup before the freeze counts as late")
	}
	ask()
	if x.Lookups.Late() != 1 || x.Lookups.Counts().Data != 1 {
		t.Errorf("after the freeze: %d late, %+v", x.Lookups.Late(), x.Lookups.Counts())
	}
}

// TestOrphansAreReported: what no request asked for and nobody declared as background work is reported.
func TestOrphansAreReported(t *testing.T) {
	var reported []string
	db, err := models.Open(t.Context(), models.Options{URL: "sqlite::memory:", Orphan: func(_ context.Context, sql string) { reported = append(reported, sql) }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.UserByID(sqltrace.Background(t.Context()), 1, time.Now())
	if len(reported) != 0 {
		t.Errorf("background work was reported: %q", reported)
	}
	db.UserByID(t.Context(), 1, time.Now())
	if len(reported) != 1 || !strings.Contains(reported[0], "FROM users") {
		t.Errorf("reported: %q", reported)
	}
}
