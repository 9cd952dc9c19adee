package handlers_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"twodoors/handlers"
	"twodoors/handlers/auth"
)

// CSRF, headers, output (OWASP ASVS 5.0, chapters V1.2, V3.4 and V3.5), rule by rule:
//
//	state changes only by POST, PUT, DELETE            TestReadingChangesNothing; TestAnswers/sign-out by GET
//	cross-origin refused, sign-in and sign-up too;     TestEveryChangeAsksForItsOrigin; TestAnswers/cross-site and others
//	  Origin: null; another port of localhost
//	scripts without Origin work                        TestScriptsWithoutOrigin
//	headers on every status, errors too                TestHeadersOfEveryStatus; checkHeaders looks at every answer of
//	                                                     every test (invariants_test.go)
//	no-store where a credential or member data is      TestHeadersOfEveryStatus, checkHeaders
//	nothing is left at sign-out, and nothing of        TestSignOutReachesNoFurtherThanItsDoor; no-store above;
//	  another application is cleared                     TestSecurityHeadersReachThisAppAlone
//	what a user wrote is shown as text                 TestTextIsText; views TestUserTextIsText, TestNothingInline;
//	                                                     FuzzCurl, FuzzUserAgent, FuzzRequest

// targetOf is a mounted route with an id in it that is the client's own note.
func targetOf(route string, id int64) (method, path string) {
	method, path, _ = strings.Cut(route, " ")
	return method, strings.ReplaceAll(path, ":id", fmt.Sprint(id))
}

// routesBy are all mounted routes of some methods.
func (n *testNode) routesBy(methods ...string) (list []string) {
	for _, route := range n.Routes() {
		if method, path, _ := strings.Cut(route, " "); slices.Contains(methods, method) && strings.HasPrefix(path, "/") && !strings.Contains(path, "*") {
			list = append(list, route)
		}
	}
	return list
}

// TestReadingChangesNothing asks for every address, with each method that only reads, as a member and as an admin:
// no row of the database is another one afterwards.
func TestReadingChangesNothing(t *testing.T) {
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.node(t)
			u := n.user("minji", "admin")
			note := n.note(u.ID, "stays")
			c := n.client()
			c.signIn(w, "minji")
			before := n.contents()
			asked := 0
			for _, route := range n.routesBy(http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete) {
				for _, method := range []string{"GET", "HEAD", "OPTIONS", "TRACE"} {
					_, path := targetOf(route, note.ID)
					a := c.send(method, path+"?username=minji&password="+newPassword+"&current="+strings.ReplaceAll(password, " ", "+")+"&body=x&role=member&do=delete&_method=DELETE", "", "",
						header("X-HTTP-Method-Override", "DELETE"))
					if a.Status >= 500 {
						t.Errorf("%s %s: status %d", method, path, a.Status)
					}
					asked++
				}
			}
			if after := n.contents(); after != before {
				t.Errorf("after %d requests that only read, the database is another:\n%s\n%s", asked, before, after)
			}
			c.wantIn(w, true, "after all that")
		})
	}
}

// TestEveryChangeAsksForItsOrigin posts to every address that takes a POST, PUT or DELETE as another site's page
// would have the browser do it, signed in through every door. All are refused, and nothing is changed.
func TestEveryChangeAsksForItsOrigin(t *testing.T) {
	t.Parallel()
	forged := map[string]map[string]string{
		"cross-site":            {"Sec-Fetch-Site": "cross-site"},
		"cross-site, no origin": {"Sec-Fetch-Site": "cross-site", "Origin": ""},
		"same site":             {"Sec-Fetch-Site": "same-site"},
		"null":                  {"Sec-Fetch-Site": "", "Origin": "null"},
		"another port":          {"Sec-Fetch-Site": "", "Origin": "http://localhost:3000"},
		"another scheme":        {"Sec-Fetch-Site": "", "Origin": "ftp://localhost:9090"},
		"another site":          {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
		"ours in front":         {"Sec-Fetch-Site": "", "Origin": "http://localhost:8080.evil.example"},
		"no URL":                {"Sec-Fetch-Site": "", "Origin": "://"},
	}
	n := newNode(t)
	u := n.user("minji", "admin")
	note := n.note(u.ID, "stays")
	c := n.client()
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}} {
		c.signIn(w, "minji")
	}
	before := n.contents()
	tried := 0
	for _, route := range n.routesBy(http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch) {
		method, path := targetOf(route, note.ID)
		body, kind := "username=minji&password=correct+horse+battery&body=x&current=correct+horse+battery&as=member&do=delete&confirm=correct+horse+battery&active=false", "application/x-www-form-urlencoded"
		if strings.HasPrefix(path, "/api/") {
			body, kind = `{"username":"minji","password":"correct horse battery","body":"x","current":"correct horse battery"}`, "application/json"
		}
		for name, headers := range forged {
			a := c.send(method, path, body, kind, func(r *http.Request) {
				for k, v := range headers {
					header(k, v)(r)
				}
			})
			if a.Status != http.StatusForbidden || len(a.Header.Values("Set-Cookie")) != 0 {
				t.Errorf("%s %s, %s: status %d, cookies %q", method, path, name, a.Status, a.Header.Values("Set-Cookie"))
			}
			tried++
		}
		// A form of another site can send text/plain and no JSON.
		if strings.HasPrefix(path, "/api/") && method == http.MethodPost {
			if a := c.send(method, path, body, "text/plain", header("Sec-Fetch-Site", "cross-site")); a.Status != http.StatusForbidden {
				t.Errorf("%s %s as text/plain: status %d", method, path, a.Status)
			}
		}
	}
	if after := n.contents(); after != before {
		t.Errorf("the database has changed:\n%s\n%s", before, after)
	}
	t.Logf("%d forged requests, none accepted", tried)
}

// TestHeadersOfEveryStatus asks for an answer of each status that there is, at an http and at an https address, and
// looks at the headers that every answer has to have.
func TestHeadersOfEveryStatus(t *testing.T) {
	for _, base := range []string{"http://localhost:8080", "https://doors.example"} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			n := newNode(t, baseURL(base), level(auth.LevelUser))
			n.PanicAt("/faulty")
			c := n.signedIn(way{mode: "session"}, "minji")
			c.signIn(byCookie, "minji")
			seen := map[int]bool{}
			note := func(a *answer) *answer {
				seen[a.Status] = true
				if got := a.Header.Get("Content-Security-Policy"); !strings.Contains(got, "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'") || strings.Contains(got, "unsafe") {
					t.Errorf("%d %s: policy %q", a.Status, a.URL, got)
				}
				for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
					if values := a.Header.Values(name); len(values) != 1 || values[0] != want {
						t.Errorf("%d %s: %s %q", a.Status, a.URL, name, values)
					}
				}
				if got := a.Header.Get("Strict-Transport-Security"); (got != "") != strings.HasPrefix(base, "https") {
					t.Errorf("%d %s: HSTS %q", a.Status, a.URL, got)
				}
				if kind := a.Header.Get("Content-Type"); kind != "" && !strings.Contains(strings.ToLower(kind), "charset=utf-8") && strings.HasPrefix(kind, "text/") {
					t.Errorf("%d %s: no charset in %q", a.Status, a.URL, kind)
				}
				if !strings.HasPrefix(a.URL.Path, "/static/") && !strings.HasSuffix(a.URL.Path, "/jwks.json") && a.Header.Get("Cache-Control") != "no-store" {
					t.Errorf("%d %s: Cache-Control %q", a.Status, a.URL, a.Header.Get("Cache-Control"))
				}
				for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"} {
					if got := a.Header.Get(name); got != "" {
						t.Errorf("%d %s: %s %q", a.Status, a.URL, name, got)
					}
				}
				return a
			}
			fresh := func() *client { return n.client() }
			for _, a := range []*answer{
				c.get("/session/member"), c.get("/static/app.css"), c.get("/healthz"), c.get("/.well-known/jwks.json"), c.send("HEAD", "/session/member", "", ""),
				c.json("POST", "/api/session/notes", map[string]string{"body": "x"}), c.json("DELETE", "/api/session/notes/1", nil),
				fresh().get("/session/member"), fresh().get("/api/session/me"), c.get("/jwt/member", header("Authorization", "Bearer x")),
				c.get("/session/member/admin"), c.get("/nothing"), c.get("/api/nothing"), c.get("/static/nothing.css"), c.get("/static/"), c.send("PUT", "/session/login", "", ""),
				c.json("POST", "/api/signup", map[string]string{"username": "minji", "password": password}), c.post("/session/member/notes", []string{"body", bodyTooLarge}),
				c.send("POST", "/session/member/notes", "x", "text/plain"), c.get("/", host("evil.example")), c.post("/session/member/notes", []string{"body", ""}),
				c.post("/session/login", nil, header("Origin", "null"), header("Sec-Fetch-Site", "")), c.send("POST", "/session/member/notes", "body=%zz", "application/x-www-form-urlencoded"), c.send("OPTIONS", "/", "", ""), c.send("TRACE", "/", "", ""),
			} {
				note(a)
			}
			a, _ := fresh().wrong(way{mode: "session"}, "minji", 50)
			note(a)
			n.clock.move(16 * 60e9)
			note(c.post("/jwt/member/notes", []string{"body", "x"}))
			note(n.rawAnswer(c, "/faulty"))
			n.db.Close()
			note(c.get("/session/member"))
			for _, status := range []int{200, 201, 204, 303, 307, 400, 401, 403, 404, 405, 409, 413, 415, 421, 422, 429, 500, 503} {
				if !seen[status] {
					t.Errorf("no answer of status %d was looked at", status)
				}
			}
		})
	}
}

// TestSignOutReachesNoFurtherThanItsDoor: the other doors' sign-ins stay, and no browser is asked to clear a cache. That
// takes it seconds where the cache is full, reaches other applications of the same site, and finds nothing of ours: every
// page is no-store.
func TestSignOutReachesNoFurtherThanItsDoor(t *testing.T) {
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}} {
		n := w.node(t)
		n.user("minji", "member")
		c := n.client()
		for _, each := range []way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}} {
			c.signIn(each, "minji")
		}
		a := c.post("/"+w.mode+"/logout", nil).want(http.StatusSeeOther)
		if got := a.Header.Values("Clear-Site-Data"); len(got) != 0 {
			t.Errorf("%s: Clear-Site-Data %q", w, got)
		}
		for _, each := range []way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"}} {
			c.wantIn(each, each != w, w.String()+" was left")
		}
	}
}

// TestSecurityHeadersReachThisAppAlone: HSTS counts for a host with all its ports (RFC 6797, 8.3). Those of this machine are
// other applications, most of them over plain http; they are not to be locked out by this one. Nor are subdomains.
func TestSecurityHeadersReachThisAppAlone(t *testing.T) {
	for base, want := range map[string]string{
		"https://doors.example": "max-age=31536000", "https://doors.example:8443": "max-age=31536000",
		"https://localhost:8443": "max-age=0", "https://doors.localhost": "max-age=0", "https://127.0.0.1:8443": "max-age=0", "https://[::1]": "max-age=0",
		"http://localhost:8080": "",
	} {
		a := newNode(t, baseURL(base)).client().get("/healthz")
		if got := a.Header.Get("Strict-Transport-Security"); got != want {
			t.Errorf("%s: HSTS %q, want %q", base, got, want)
		}
	}
}

// hostile is text that would do harm in HTML, in an attribute, in a script, in a style and in a shell.
const hostile = `"'></textarea></title></script></style><x-hostile onfocus=alert(1) autofocus><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}${7*7}$(id)` + "`id`" + `javascript:alert(1)`

// wantText looks for what a hostile text would have put into a page.
func wantText(t *testing.T, a *answer, where string) {
	t.Helper()
	doc := a.page()
	if n := doc.Find("x-hostile, script:not([src]):not([type='application/json']), iframe, object, embed, base, img[src=x], [autofocus][onfocus]").Length(); n != 0 {
		t.Errorf("%s: %d elements of the text are elements of the page", where, n)
	}
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, attribute := range s.Nodes[0].Attr {
			value := strings.ToLower(strings.TrimSpace(attribute.Val))
			if strings.HasPrefix(attribute.Key, "on") || attribute.Key == "style" || slices.Contains([]string{"href", "src", "action", "formaction"}, attribute.Key) && strings.HasPrefix(value, "javascript:") {
				t.Errorf("%s: <%s %s=%.40q>", where, s.Nodes[0].Data, attribute.Key, attribute.Val)
			}
		}
	})
}

// TestTextIsText puts hostile text into every place that is shown again: notes, names, browsers, addresses, cookies,
// languages, forms that come back, hosts; and looks at every page of every door, the panel with its SQL, its curl
// line and its diagram, in both languages.
func TestTextIsText(t *testing.T) {
	for _, w := range append([]way{{mode: "session", carrier: "cookie"}, byCookie, {mode: "jwt", carrier: "header", level: auth.LevelVersion}}, moreWays()...) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.node(t, with(func(c *handlers.Config) { c.Level = auth.LevelUser }))
			u := n.user("minji", "admin")
			n.user("yuna", "member")
			c := n.client()
			browser := header("User-Agent", hostile)
			c.post("/"+w.mode+"/login", []string{"username", "minji", "password", password, "carrier", w.carrier}, browser).want(http.StatusSeeOther)
			c.pickUp(w)
			c.post(w.page("/notes"), []string{"body", hostile}).want(http.StatusSeeOther)
			c.post(w.page("/account/name"), []string{"display_name", `<x-hostile onfocus=alert(1)>"'</script><script>alert(1)`}).want(http.StatusSeeOther)
			n.note(u.ID, "</pre>"+hostile)
			noise := []change{browser, header("Accept-Language", hostile), header("Referer", hostile), header("X-Forwarded-For", hostile), header("Accept", hostile+", text/html"),
				func(r *http.Request) {
					r.Header.Set("Cookie", strings.TrimPrefix(r.Header.Get("Cookie")+"; twodoors-preferences=<x-hostile>; <x-hostile>=<script>alert(1)</script>; x=</script><x-hostile>", "; "))
				}}
			query := "?panel=open&next=" + queryEscaped(hostile) + "&" + queryEscaped(hostile) + "=" + queryEscaped(hostile)
			for _, language := range []string{"en", "ko"} {
				c.language = language
				for _, page := range []string{"", "/notes", "/account", "/devices", "/admin", "/tokens"} {
					a := c.get(w.page(page)+query, noise...)
					wantText(t, a, "page "+page)
					if a.Status == http.StatusOK && !strings.Contains(a.Body, "&lt;x-hostile") && !strings.Contains(a.Body, "x-hostile%20") && !strings.Contains(a.Body, "x-hostile+") {
						t.Errorf("page %s does not show the text at all", page)
					}
				}
				for _, a := range []*answer{
					c.get("/"+query, noise...), c.get("/compare"+query+"&page=notes&count=2", noise...), c.get("/"+w.mode+"/login"+query, noise...), c.get("/jwt/refresh"+query, noise...),
					c.get("/"+queryEscaped(hostile), noise...), c.get(w.page("/"+queryEscaped(hostile)), noise...),
					c.post("/"+w.mode+"/login", []string{"username", hostile, "password", hostile, "next", hostile, "carrier", hostile}, noise...),
					c.post("/signup", []string{"username", hostile, "password", hostile}, noise...),
					c.post(w.page("/notes"), []string{"body", hostile + strings.Repeat("x", 2000)}, noise...),
					c.post(w.page("/account"), []string{"current", hostile, "password", hostile}, noise...),
					c.post(w.page("/account/name"), []string{"display_name", hostile + strings.Repeat("x", 100)}, noise...),
					c.post(w.page("/account/close"), []string{"do", hostile, "confirm", hostile}, noise...),
					c.post("/preferences", []string{"language", hostile, "theme", hostile, "back", hostile}, noise...),
					c.get("/", host(hostile)), c.get(w.page(""), host("evil.example"), browser),
				} {
					wantText(t, a, a.URL.Path)
					if to := a.location(); strings.ContainsAny(to, "<>\"'\n") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "javascript") {
						t.Errorf("%s leads to %q", a.URL.Path, to)
					}
				}
			}
		})
	}
}
