package handlers_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/metrics"
	"twodoors/handlers/trace"
)

// series is one line of what is shown for Prometheus.
type series struct {
	name   string
	labels map[string]string
	value  float64
}

var (
	seriesLine = regexp.MustCompile(`^([a-z_]+)(?:\{(.*)\})? (\S+)$`)
	labelPair  = regexp.MustCompile(`([a-z_]+)="((?:[^"\\]|\\.)*)"`)
)

// shown reads what a set of metrics shows: the app's own.
func shown(t testing.TB, set *metrics.Set) []series {
	t.Helper()
	w := httptest.NewRecorder()
	set.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	var list []series
	for lines := bufio.NewScanner(w.Body); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "twodoors_") {
			continue
		}
		m := seriesLine.FindStringSubmatch(lines.Text())
		if m == nil {
			t.Fatalf("cannot read %q", lines.Text())
		}
		s := series{name: m[1], labels: map[string]string{}}
		for _, pair := range labelPair.FindAllStringSubmatch(m[2], -1) {
			s.labels[pair[1]] = pair[2]
		}
		var err error
		if s.value, err = strconv.ParseFloat(m[3], 64); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}

// sum adds up the series of a name whose labels have these values: names and values in turn.
func sum(list []series, name string, labels ...string) (total float64) {
	for _, s := range list {
		fits := s.name == name
		for i := 0; i < len(labels); i += 2 {
			fits = fits && s.labels[labels[i]] == labels[i+1]
		}
		if fits {
			total += s.value
		}
	}
	return total
}

// reasons are all that a refusal can be counted for.
var reasons = []string{
	"malformed", "tampered", "unknown-key", "wrong-type", "wrong-issuer", "expired", "not-yet", "absent", "unknown", "inactive", "denied", "ended",
	"superseded", "reused", "no-credential", "wrong-password", "throttled", "busy", "wrong-host", "cross-origin", "two-carriers", "scope", "admin-only",
}

// checkLabels holds whatever was asked of a node: the values of labels come from a set that the program knows.
func checkLabels(t testing.TB, n *testNode, set *metrics.Set) {
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
	list := shown(t, set)
	for _, s := range list {
		for label, value := range s.labels {
			if label != "le" && !slices.Contains(known[label], value) {
				t.Errorf("%s has the label %s=%q", s.name, label, value)
			}
		}
	}
	if sum(list, "twodoors_requests_total") == 0 {
		t.Error("nothing was counted")
	}
}

// TestMetricsSayWhatHeadersSaid: the lookups that are counted are those of the DB-Lookups headers, of every door, of
// answers of every kind, by purpose; and every request is counted once.
func TestMetricsSayWhatHeadersSaid(t *testing.T) {
	for _, w := range slices.Concat(ways()[:3], moreWays()) {
		set := metrics.New("test")
		n := w.node(t, countedIn(set), level(auth.LevelDenylist))
		n.user("minji", "member")
		told := map[string]float64{}
		answers := 0.0
		statuses := map[string]float64{}
		n.watch(func(_ string, x *trace.Exchange) {
			// What a test's own client saw is compared below; here, what every answer's header was written from.
			c := x.Told()
			told["all"] += float64(c.Auth + c.Data + c.Display)
		})
		c := n.client()
		ask := func(a *answer) {
			answers++
			statuses[strconv.Itoa(a.Status/100)+"xx"]++
			for _, part := range strings.Split(a.lookups(), ", ") {
				if purpose, count, found := strings.Cut(part, "="); found {
					v, err := strconv.Atoi(count)
					if err != nil {
						t.Fatalf("DB-Lookups: %q", a.lookups())
					}
					told[purpose] += float64(v)
				}
			}
		}
		ask(c.get(w.page("")))                                                                                         // nobody yet
		ask(c.post("/"+w.mode+"/login", []string{"username", "minji", "password", "wrong one", "carrier", w.carrier})) // refused
		ask(c.post("/"+w.mode+"/login", []string{"username", "minji", "password", password, "carrier", w.carrier}))    // let in
		if w.mode == "jwt" && w.carrier == "header" {
			a := c.post("/jwt/refresh", nil, header("Accept", "application/json"))
			ask(a)
			var tokens struct {
				AccessToken string `json:"access_token"`
			}
			a.into(&tokens)
			c.bearer = tokens.AccessToken
		}
		for _, panel := range []string{"folded", "open"} {
			for _, path := range []string{"", "/notes", "/account", "/devices", "/admin"} {
				ask(c.get(w.page(path) + "?panel=" + panel))
			}
		}
		ask(c.post(w.page("/notes"), []string{"body", "one"}))
		ask(c.get(w.api("/me")))
		ask(c.get(w.api("/notes")))
		n.clock.move(2 * time.Minute) // last-seen is written
		ask(c.get(w.page("")))
		ask(c.post("/"+w.mode+"/logout", nil))
		ask(c.get(w.api("/me")))
		ask(c.get("/nowhere"))
		ask(c.get("/"))

		list := shown(t, set)
		for _, purpose := range []string{"auth", "data", "display"} {
			if got := sum(list, "twodoors_lookups_total", "purpose", purpose); got != told[purpose] || purpose != "display" && got == 0 {
				t.Errorf("%s: %v lookups for %s were counted, the headers said %v", w, got, purpose, told[purpose])
			}
		}
		if got := told["auth"] + told["data"] + told["display"]; got != told["all"] {
			t.Errorf("%s: the headers said %v lookups, the records %v", w, got, told["all"])
		}
		if got := sum(list, "twodoors_lookups_total", "mode", w.mode); got == 0 {
			t.Errorf("%s: no lookups of the mode", w)
		}
		if got := sum(list, "twodoors_requests_total"); got != answers {
			t.Errorf("%s: %v requests were counted, %v were answered", w, got, answers)
		}
		if got := sum(list, "twodoors_request_duration_seconds_count"); got != answers {
			t.Errorf("%s: %v durations were counted of %v requests", w, got, answers)
		}
		for class, want := range statuses {
			if got := sum(list, "twodoors_requests_total", "status", class); got != want {
				t.Errorf("%s: %v requests of status %s were counted, there were %v", w, got, class, want)
			}
		}
		if got := sum(list, "twodoors_sign_ins_total", "mode", w.mode); got != 1 {
			t.Errorf("%s: %v sign-ins", w, got)
		}
		if got := sum(list, "twodoors_requests_total", "route", w.page(""), "method", "GET", "mode", w.mode); got != 4 {
			t.Errorf("%s: %v requests of the home page, want 4", w, got)
		}
		checkLabels(t, n, set)
	}
}

// TestMetricsKnowNobody: what comes with requests, odd or private, is nowhere in what is shown.
func TestMetricsKnowNobody(t *testing.T) {
	set := metrics.New("test")
	n := newNode(t, countedIn(set))
	user := n.user("minji-private", "member")
	c := n.client()
	c.language = "xx-private"
	c.signIn(byCookie, "minji-private")
	note := n.note(user.ID, "private note")
	for _, target := range []string{
		"/private", "/session/private?private=1", "/jwt/member/private", "/jwt/member/notes/private/delete", "/api/private/me", "/static/private.js",
		"/jwt/member?private=1", "/api/jwt/notes/" + strconv.FormatInt(note.ID, 10), "/%70rivate%0a%22", "/session/login?next=/private",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "DELETE", "PRIVATE", "OPTIONS"} {
			c.send(method, target, "private=private", "application/x-www-form-urlencoded", header("X-Private", "private"), header("User-Agent", "private"))
		}
	}
	w := httptest.NewRecorder()
	set.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, private := range []string{"private", "PRIVATE", "minji", "192.0.2.1", c.cookie("/", "twodoors-access")} {
		if strings.Contains(w.Body.String(), private) {
			t.Errorf("the metrics show %q", private)
		}
	}
	checkLabels(t, n, set)
}

// TestBackgroundIsNoRequest: what the clean-up sends is no lookup of anybody's; what it removed is counted by itself.
func TestBackgroundIsNoRequest(t *testing.T) {
	set := metrics.New("test")
	n := newNode(t, countedIn(set))
	n.user("minji", "member")
	n.client().signIn(way{mode: "session", carrier: "cookie"}, "minji")
	before := sum(shown(t, set), "twodoors_lookups_total")
	n.clock.move(1000 * time.Hour)
	n.Clear(t.Context())
	list := shown(t, set)
	if got := sum(list, "twodoors_lookups_total"); got != before || before == 0 {
		t.Errorf("%v lookups, %v before the clean-up", got, before)
	}
	if got := sum(list, "twodoors_cleared_rows_total"); got < 1 {
		t.Errorf("%v rows were cleared", got)
	}
}

// BenchmarkMetered is a member's home with and without metrics: what they add to a request.
//
//	go test -run '^$' -bench Metered -benchmem -count 6 ./handlers
func BenchmarkMetered(b *testing.B) {
	for name, options := range map[string][]option{"off": nil, "on": {countedIn(metrics.New("test"))}} {
		b.Run(name, func(b *testing.B) {
			w := way{mode: "session", carrier: "cookie"}
			n := w.node(b, options...)
			c := n.signedIn(w, "minji")
			r := httptest.NewRequest(http.MethodGet, w.page("")+"?panel=folded", nil)
			r.Host = n.cfg.BaseURL.Host
			for _, k := range c.jar.Cookies(c.base) {
				r.AddCookie(k)
			}
			b.ReportAllocs()
			for b.Loop() {
				n.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}
