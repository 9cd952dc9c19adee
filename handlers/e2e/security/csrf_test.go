package security_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// CSRF, headers, output (OWASP ASVS 5.0, chapters V1.2, V3.4 and V3.5), rule by rule:
//
//	state changes only by POST, PUT, DELETE            TestReadingChangesNothing; TestAnswers/sign-out by GET
//	cross-origin refused, sign-in and sign-up too;     TestEveryChangeAsksForItsOrigin; TestAnswers/cross-site and others
//	  Origin: null; another port of localhost
//	scripts without Origin work                        TestScriptsWithoutOrigin
//	headers on every status, errors too                TestHeadersOfEveryStatus; checkHeaders looks at every answer of
//	                                                     every test (handlerstest/rules.go)
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
func routesBy(n *handlerstest.Node, methods ...string) (list []string) {
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
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t)
			u := n.User("minji", "admin")
			note := n.Note(u.ID, "stays")
			c := n.Client()
			c.SignIn(w, "minji")
			before := n.Contents()
			asked := 0
			for _, route := range routesBy(n, http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete) {
				for _, method := range []string{"GET", "HEAD", "OPTIONS", "TRACE"} {
					_, path := targetOf(route, note.ID)
					a := c.Send(method, path+"?username=minji&password="+handlerstest.NewPassword+"&current="+strings.ReplaceAll(handlerstest.Password, " ", "+")+"&body=x&role=member&do=delete&_method=DELETE", "", "",
						handlerstest.Header("X-HTTP-Method-Override", "DELETE"))
					if a.Status >= 500 {
						t.Errorf("%s %s: status %d", method, path, a.Status)
					}
					asked++
				}
			}
			if after := n.Contents(); after != before {
				t.Errorf("after %d requests that only read, the database is another:\n%s\n%s", asked, before, after)
			}
			c.WantIn(w, true, "after all that")
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
	n := handlerstest.NewNode(t)
	u := n.User("minji", "admin")
	note := n.Note(u.ID, "stays")
	c := n.Client()
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}} {
		c.SignIn(w, "minji")
	}
	before := n.Contents()
	tried := 0
	for _, route := range routesBy(n, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch) {
		method, path := targetOf(route, note.ID)
		body, kind := "username=minji&password=correct+horse+battery&body=x&current=correct+horse+battery&as=member&do=delete&confirm=correct+horse+battery&active=false", "application/x-www-form-urlencoded"
		if strings.HasPrefix(path, "/api/") {
			body, kind = `{"username":"minji","password":"correct horse battery","body":"x","current":"correct horse battery"}`, "application/json"
		}
		for name, headers := range forged {
			a := c.Send(method, path, body, kind, func(r *http.Request) {
				for k, v := range headers {
					handlerstest.Header(k, v)(r)
				}
			})
			if a.Status != http.StatusForbidden || len(a.Header.Values("Set-Cookie")) != 0 {
				t.Errorf("%s %s, %s: status %d, cookies %q", method, path, name, a.Status, a.Header.Values("Set-Cookie"))
			}
			tried++
		}
		// A form of another site can send text/plain and no JSON.
		if strings.HasPrefix(path, "/api/") && method == http.MethodPost {
			if a := c.Send(method, path, body, "text/plain", handlerstest.Header("Sec-Fetch-Site", "cross-site")); a.Status != http.StatusForbidden {
				t.Errorf("%s %s as text/plain: status %d", method, path, a.Status)
			}
		}
	}
	if after := n.Contents(); after != before {
		t.Errorf("the database has changed:\n%s\n%s", before, after)
	}
	t.Logf("%d forged requests, none accepted", tried)
}

// TestSignOutReachesNoFurtherThanItsDoor: the other doors' sign-ins stay, and no browser is asked to clear a cache. That
// takes it seconds where the cache is full, reaches other applications of the same site, and finds nothing of ours: every
// page is no-store.
func TestSignOutReachesNoFurtherThanItsDoor(t *testing.T) {
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}} {
		n := w.Node(t)
		n.User("minji", "member")
		c := n.Client()
		for _, each := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}} {
			c.SignIn(each, "minji")
		}
		a := c.Post("/"+w.Mode+"/logout", nil).Want(http.StatusSeeOther)
		if got := a.Header.Values("Clear-Site-Data"); len(got) != 0 {
			t.Errorf("%s: Clear-Site-Data %q", w, got)
		}
		for _, each := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"}} {
			c.WantIn(each, each != w, w.String()+" was left")
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
		a := handlerstest.NewNode(t, handlerstest.BaseURL(base)).Client().Get("/healthz")
		if got := a.Header.Get("Strict-Transport-Security"); got != want {
			t.Errorf("%s: HSTS %q, want %q", base, got, want)
		}
	}
}

// hostile is text that would do harm in HTML, in an attribute, in a script, in a style and in a shell.
const hostile = `"'></textarea></title></script></style><x-hostile onfocus=alert(1) autofocus><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}${7*7}$(id)` + "`id`" + `javascript:alert(1)`

// wantText looks for what a hostile text would have put into a page.
func wantText(t *testing.T, a *handlerstest.Answer, where string) {
	t.Helper()
	doc := a.Page()
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
	for _, w := range append([]handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, {Mode: "jwt", Carrier: "header", Level: auth.LevelVersion}}, handlerstest.MoreWays()...) {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			n := w.Node(t, handlerstest.With(func(c *handlers.Config) { c.Level = auth.LevelUser }))
			u := n.User("minji", "admin")
			n.User("yuna", "member")
			c := n.Client()
			browser := handlerstest.Header("User-Agent", hostile)
			c.Post("/"+w.Mode+"/login", []string{"username", "minji", "password", handlerstest.Password, "carrier", w.Carrier}, browser).Want(http.StatusSeeOther)
			c.PickUp(w)
			c.Post(w.Page("/notes"), []string{"body", hostile}).Want(http.StatusSeeOther)
			c.Post(w.Page("/account/name"), []string{"display_name", `<x-hostile onfocus=alert(1)>"'</script><script>alert(1)`}).Want(http.StatusSeeOther)
			n.Note(u.ID, "</pre>"+hostile)
			noise := []handlerstest.Change{browser, handlerstest.Header("Accept-Language", hostile), handlerstest.Header("Referer", hostile), handlerstest.Header("X-Forwarded-For", hostile), handlerstest.Header("Accept", hostile+", text/html"),
				func(r *http.Request) {
					r.Header.Set("Cookie", strings.TrimPrefix(r.Header.Get("Cookie")+"; twodoors-preferences=<x-hostile>; <x-hostile>=<script>alert(1)</script>; x=</script><x-hostile>", "; "))
				}}
			query := "?panel=open&next=" + queryEscaped(hostile) + "&" + queryEscaped(hostile) + "=" + queryEscaped(hostile)
			for _, language := range []string{"en", "ko"} {
				c.Language = language
				for _, page := range []string{"", "/notes", "/account", "/devices", "/admin", "/tokens"} {
					a := c.Get(w.Page(page)+query, noise...)
					wantText(t, a, "page "+page)
					if a.Status == http.StatusOK && !strings.Contains(a.Body, "&lt;x-hostile") && !strings.Contains(a.Body, "x-hostile%20") && !strings.Contains(a.Body, "x-hostile+") {
						t.Errorf("page %s does not show the text at all", page)
					}
				}
				for _, a := range []*handlerstest.Answer{
					c.Get("/"+query, noise...), c.Get("/compare"+query+"&page=notes&count=2", noise...), c.Get("/"+w.Mode+"/login"+query, noise...), c.Get("/jwt/refresh"+query, noise...),
					c.Get("/"+queryEscaped(hostile), noise...), c.Get(w.Page("/"+queryEscaped(hostile)), noise...),
					c.Post("/"+w.Mode+"/login", []string{"username", hostile, "password", hostile, "next", hostile, "carrier", hostile}, noise...),
					c.Post("/signup", []string{"username", hostile, "password", hostile}, noise...),
					c.Post(w.Page("/notes"), []string{"body", hostile + strings.Repeat("x", 2000)}, noise...),
					c.Post(w.Page("/account"), []string{"current", hostile, "password", hostile}, noise...),
					c.Post(w.Page("/account/name"), []string{"display_name", hostile + strings.Repeat("x", 100)}, noise...),
					c.Post(w.Page("/account/close"), []string{"do", hostile, "confirm", hostile}, noise...),
					c.Post("/preferences", []string{"language", hostile, "theme", hostile, "back", hostile}, noise...),
					c.Get("/", handlerstest.Host(hostile)), c.Get(w.Page(""), handlerstest.Host("evil.example"), browser),
				} {
					wantText(t, a, a.URL.Path)
					if to := a.Location(); strings.ContainsAny(to, "<>\"'\n") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "javascript") {
						t.Errorf("%s leads to %q", a.URL.Path, to)
					}
				}
			}
		})
	}
}
