package handlers_test

import (
	"bufio"
	"fmt"
	"maps"
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
	for _, route := range n.EchoRoutes() {
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
		n.Watch(func(_ string, x *trace.Exchange) {
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

// TestRefusalsAreCounted: each reason once, under the mode whose door was knocked at.
func TestRefusalsAreCounted(t *testing.T) {
	set := metrics.New("test")
	n := newNode(t, countedIn(set), level(auth.LevelVersion))
	n.user("minji", "member")
	n.user("suho", "member")
	cookie, bySession := byCookie, way{mode: "session", carrier: "cookie"}
	jwt, session := n.client(), n.client()
	jwt.signIn(cookie, "minji")
	session.signIn(bySession, "minji")
	before := map[string]float64{}
	once := func(mode, reason string, does func()) {
		t.Helper()
		does()
		after := map[string]float64{}
		for _, s := range shown(t, set) {
			if s.name == "twodoors_refusals_total" {
				after[s.labels["mode"]+" "+s.labels["reason"]] = s.value
			}
		}
		want := maps.Clone(before)
		want[mode+" "+reason]++
		if !maps.Equal(after, want) {
			t.Errorf("%s, %s: counted %v, before %v", mode, reason, after, before)
		}
		before = after
	}
	once("session", "no-credential", func() { n.client().get("/session/member") })
	once("jwt", "no-credential", func() { n.client().get("/api/jwt/me").want(401) })
	once("jwt", "tampered", func() {
		n.presenting(cookie, flip(credential(jwt, cookie), len(credential(jwt, cookie))-9)).get("/api/jwt/me").want(401)
	})
	once("jwt", "malformed", func() { n.presenting(cookie, "x.y").get("/jwt/member") })
	once("session", "tampered", func() { n.presenting(bySession, "x").get("/session/member") })
	once("jwt", "two-carriers", func() {
		c := jwt.copied()
		c.bearer = c.cookie("/", "twodoors-access")
		c.get("/jwt/member").want(400)
	})
	once("jwt", "wrong-password", func() {
		n.client().post("/jwt/login", []string{"username", "minji", "password", "x"}).want(401)
	})
	once("session", "wrong-password", func() {
		n.client().json("POST", "/api/session/login", map[string]string{"username": "nobody", "password": "x"}).want(401)
	})
	once("session", "wrong-password", func() {
		session.post("/session/member/account", []string{"current", "x", "password", "another long one"}).want(422)
	})
	once("session", "admin-only", func() { session.get("/session/member/admin").want(403) })
	once("none", "wrong-host", func() {
		n.client().get("/", func(r *http.Request) { r.Host = "elsewhere.example" }).want(421)
	})
	once("session", "cross-origin", func() {
		session.post("/session/logout", nil, header("Sec-Fetch-Site", "cross-site"), header("Origin", "https://elsewhere.example")).want(403)
	})
	once("jwt", "no-credential", func() { n.client().post("/jwt/refresh", nil) })
	once("jwt", "unknown", func() {
		n.client().json("POST", "/api/jwt/refresh", map[string]string{"refresh_token": strings.Repeat("A", 43)}).want(400)
	})
	once("jwt", "no-credential", func() {
		n.client().json("POST", "/api/jwt/refresh", map[string]string{}).want(400)
	})
	once("jwt", "malformed", func() {
		n.client().json("POST", "/api/jwt/refresh", map[string]string{"refresh_token": "x"}).want(400)
	})
	var script struct {
		RefreshToken string `json:"refresh_token"`
	}
	n.client().json("POST", "/api/jwt/login", map[string]string{"username": "minji", "password": password}).want(200).into(&script)
	n.client().json("POST", "/api/jwt/refresh", script).want(200)
	n.clock.move(time.Minute) // beyond the grace
	once("jwt", "reused", func() { n.client().json("POST", "/api/jwt/refresh", script).want(400) })
	once("jwt", "ended", func() { n.client().json("POST", "/api/jwt/refresh", script).want(400) })
	once("jwt", "reused", func() { // a browser's, by its page's script
		thief := jwt.copied()
		jwt.post("/jwt/refresh?via=page", nil).want(303)
		n.clock.move(time.Minute)
		thief.post("/jwt/refresh", nil, header("Accept", "application/json")).want(400)
		jwt.signIn(cookie, "minji")
	})
	once("jwt", "expired", func() {
		n.clock.move(16 * time.Minute)
		jwt.get("/api/jwt/me").want(401)
	})
	once("jwt", "denied", func() {
		jwt.post("/jwt/refresh?via=page", nil).want(303)
		thief := jwt.copied()
		jwt.post("/jwt/logout", nil)
		thief.get("/api/jwt/me").want(401)
	})
	once("session", "unknown", func() {
		thief := session.copied()
		session.post("/session/logout", nil)
		thief.get("/session/member")
	})
	for range 10 {
		n.client().post("/session/login", []string{"username", "suho", "password", "x"}).want(401)
	}
	before["session wrong-password"] += 10
	once("session", "throttled", func() {
		n.client().post("/session/login", []string{"username", "suho", "password", "x"}).want(429)
	})
	once("session", "throttled", func() {
		n.client().json("POST", "/api/session/login", map[string]string{"username": "suho", "password": "x"}).want(429)
	})
	if got := sum(shown(t, set), "twodoors_throttle_entries", "of", "accounts"); got < 1 {
		t.Errorf("%v accounts are remembered", got)
	}
	checkLabels(t, n, set)
}

// TestRefusedHalfwayIsCounted: whose sign-in is ended while they change their password is refused as well, wherever in
// the change that is found out.
func TestRefusedHalfwayIsCounted(t *testing.T) {
	set := metrics.New("test")
	n := newNode(t, countedIn(set))
	refused := func() float64 { return sum(shown(t, set), "twodoors_refusals_total", "mode", "jwt") }
	found := 0
	for at := int64(1); at < mostStatements; at++ {
		name := fmt.Sprint("user", at)
		n.user(name, "member")
		owner, other := n.client(), n.client()
		owner.signIn(byCookie, name)
		other.signIn(way{mode: "session"}, name)
		meanwhile, i := interrupting(t, at, func() { other.post("/session/member/devices/revoke-others", nil) })
		before := refused()
		a := owner.post("/jwt/member/account", []string{"current", password, "password", newPassword}, meanwhile).want(http.StatusSeeOther)
		if i.asked.Load() < at {
			break
		}
		if strings.HasPrefix(a.Header.Get("Location"), "/jwt/login") {
			found++
			if got := refused() - before; got != 1 {
				t.Errorf("ended before statement %d: %v refusals were counted", at, got)
			}
		}
	}
	if found == 0 {
		t.Error("nobody was refused halfway")
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
