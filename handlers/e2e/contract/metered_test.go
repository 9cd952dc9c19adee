package contract_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/handlers/metrics"
	"twodoors/handlers/trace"
)

// reasons are all that a refusal can be counted for.
var reasons = []string{
	"malformed", "tampered", "unknown-key", "wrong-type", "wrong-issuer", "expired", "not-yet", "absent", "unknown", "inactive", "denied", "ended",
	"superseded", "reused", "no-credential", "wrong-password", "throttled", "busy", "wrong-host", "cross-origin", "two-carriers", "scope", "admin-only",
}

// checkLabels holds whatever was asked of a node: the values of labels come from a set that the program knows.
func checkLabels(t testing.TB, n *handlerstest.Node, set *metrics.Set) {
	t.Helper()
	routes, methods := []string{"unmatched"}, []string{"other"}
	for _, route := range n.Routes() {
		method, pattern, _ := strings.Cut(route, " ")
		routes, methods = append(routes, pattern), append(methods, method)
	}
	known := map[string][]string{
		"node": {""}, "mode": {"session", "jwt", "token", "cookie", "none"}, "route": routes, "method": methods,
		"status": {"1xx", "2xx", "3xx", "4xx", "5xx"}, "purpose": {"auth", "data", "display"}, "reason": reasons,
		"queue": {"passwords", "guesses", "labs"}, "of": {"accounts", "devices", "addresses"}, "version": {"test"},
	}
	list := handlerstest.Shown(t, set)
	for _, s := range list {
		for label, value := range s.Labels {
			if label != "le" && !slices.Contains(known[label], value) {
				t.Errorf("%s has the label %s=%q", s.Name, label, value)
			}
		}
	}
	if handlerstest.Sum(list, "twodoors_requests_total") == 0 {
		t.Error("nothing was counted")
	}
}

// TestMetricsSayWhatHeadersSaid: the lookups that are counted are those of the DB-Lookups headers, of every door, of
// answers of every kind, by purpose; and every request is counted once.
func TestMetricsSayWhatHeadersSaid(t *testing.T) {
	for _, w := range slices.Concat(handlerstest.Ways()[:3], handlerstest.MoreWays()) {
		set := metrics.New("test")
		n := w.Node(t, handlerstest.CountedIn(set), handlerstest.Level(auth.LevelDenylist))
		n.User("minji", "member")
		told := map[string]float64{}
		answers := 0.0
		statuses := map[string]float64{}
		n.Watch(func(_ string, x *trace.Record) {
			// What a test's own client saw is compared below; here, what every answer's header was written from.
			c := x.HeaderCounts()
			told["all"] += float64(c.Auth + c.Data + c.Display)
		})
		c := n.Client()
		ask := func(a *handlerstest.Answer) {
			answers++
			statuses[strconv.Itoa(a.Status/100)+"xx"]++
			for _, part := range strings.Split(a.Lookups(), ", ") {
				if purpose, count, found := strings.Cut(part, "="); found {
					v, err := strconv.Atoi(count)
					if err != nil {
						t.Fatalf("DB-Lookups: %q", a.Lookups())
					}
					told[purpose] += float64(v)
				}
			}
		}
		ask(c.Get(w.Page("")))                                                                                                   // nobody yet
		ask(c.Post("/"+w.Mode+"/login", []string{"username", "minji", "password", "wrong one", "carrier", w.Carrier}))           // refused
		ask(c.Post("/"+w.Mode+"/login", []string{"username", "minji", "password", handlerstest.Password, "carrier", w.Carrier})) // let in
		if w.Mode == "jwt" && w.Carrier == "header" {
			a := c.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json"))
			ask(a)
			var tokens struct {
				AccessToken string `json:"access_token"`
			}
			a.Into(&tokens)
			c.Bearer = tokens.AccessToken
		}
		for _, panel := range []string{"folded", "open"} {
			for _, path := range []string{"", "/notes", "/account", "/devices", "/admin"} {
				ask(c.Get(w.Page(path) + "?panel=" + panel))
			}
		}
		ask(c.Post(w.Page("/notes"), []string{"body", "one"}))
		ask(c.Get(w.API("/me")))
		ask(c.Get(w.API("/notes")))
		n.Clock.Move(2 * time.Minute) // last-seen is written
		ask(c.Get(w.Page("")))
		ask(c.Post("/"+w.Mode+"/logout", nil))
		ask(c.Get(w.API("/me")))
		ask(c.Get("/nowhere"))
		ask(c.Get("/"))

		list := handlerstest.Shown(t, set)
		for _, purpose := range []string{"auth", "data", "display"} {
			if got := handlerstest.Sum(list, "twodoors_lookups_total", "purpose", purpose); got != told[purpose] || purpose != "display" && got == 0 {
				t.Errorf("%s: %v lookups for %s were counted, the headers said %v", w, got, purpose, told[purpose])
			}
		}
		if got := told["auth"] + told["data"] + told["display"]; got != told["all"] {
			t.Errorf("%s: the headers said %v lookups, the records %v", w, got, told["all"])
		}
		if got := handlerstest.Sum(list, "twodoors_lookups_total", "mode", w.Mode); got == 0 {
			t.Errorf("%s: no lookups of the mode", w)
		}
		if got := handlerstest.Sum(list, "twodoors_requests_total"); got != answers {
			t.Errorf("%s: %v requests were counted, %v were answered", w, got, answers)
		}
		if got := handlerstest.Sum(list, "twodoors_request_duration_seconds_count"); got != answers {
			t.Errorf("%s: %v durations were counted of %v requests", w, got, answers)
		}
		for class, want := range statuses {
			if got := handlerstest.Sum(list, "twodoors_requests_total", "status", class); got != want {
				t.Errorf("%s: %v requests of status %s were counted, there were %v", w, got, class, want)
			}
		}
		if got := handlerstest.Sum(list, "twodoors_sign_ins_total", "mode", w.Mode); got != 1 {
			t.Errorf("%s: %v sign-ins", w, got)
		}
		if got := handlerstest.Sum(list, "twodoors_requests_total", "route", w.Page(""), "method", "GET", "mode", w.Mode); got != 4 {
			t.Errorf("%s: %v requests of the home page, want 4", w, got)
		}
		checkLabels(t, n, set)
	}
}

// TestMetricsKnowNobody: what comes with requests, odd or private, is nowhere in what is shown.
func TestMetricsKnowNobody(t *testing.T) {
	set := metrics.New("test")
	n := handlerstest.NewNode(t, handlerstest.CountedIn(set))
	user := n.User("minji-private", "member")
	c := n.Client()
	c.Language = "xx-private"
	c.SignIn(handlerstest.ByCookie, "minji-private")
	note := n.Note(user.ID, "private note")
	for _, target := range []string{
		"/private", "/session/private?private=1", "/jwt/member/private", "/jwt/member/notes/private/delete", "/api/private/me", "/static/private.js",
		"/jwt/member?private=1", "/api/jwt/notes/" + strconv.FormatInt(note.ID, 10), "/%70rivate%0a%22", "/session/login?next=/private",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "DELETE", "PRIVATE", "OPTIONS"} {
			c.Send(method, target, "private=private", "application/x-www-form-urlencoded", handlerstest.Header("X-Private", "private"), handlerstest.Header("User-Agent", "private"))
		}
	}
	w := httptest.NewRecorder()
	set.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, private := range []string{"private", "PRIVATE", "minji", "192.0.2.1", c.Cookie("/", "twodoors-access")} {
		if strings.Contains(w.Body.String(), private) {
			t.Errorf("the metrics show %q", private)
		}
	}
	checkLabels(t, n, set)
}
