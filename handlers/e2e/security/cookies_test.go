package security_test

import (
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// Cookies and carriers (OWASP ASVS 5.0, chapters V3.3 and V7), rule by rule:
//
//	HttpOnly, SameSite, Path; over https Secure and    TestEveryCookie; checkCookies looks at every answer of every test
//	  its prefix; by the base URL alone                  (handlerstest/rules.go); TestForwardedSchemeAndHost
//	421 for a foreign host, --insecure-lan, its banner TestForeignHost, TestBanner; TestHostRule; cmd/twodoors
//	                                                     TestBadValuesStopTheStartWithOneLine, TestInsecureLANByFlagAndEnvironment
//	a JWT in a cookie has a session's defence          TestEveryChangeAsksForItsOrigin (csrf_test.go)
//	the access token lives in page memory              TestNothingIsStoredInThePage; TestBrowserHeaderCarrierSurvives
//	the refresh token: HttpOnly, bound to its path     TestRefreshTokenStaysAtItsPath, TestCookiesOfTheDoors
//	a reload restores it; two tabs do not sign out     TestBrowserHeaderCarrierSurvives, TestBrowserTwoTabs, TestTwoTabs
//	locks, subtle and clipboard are missing on a LAN   TestBrowserOnPlainLAN, TestNothingIsStoredInThePage

// TestEveryCookie makes the app set each cookie that it has, over http and over https.
func TestEveryCookie(t *testing.T) {
	for _, base := range []string{"http://localhost:8080", "http://192.168.7.20:8080", "https://doors.example", "https://localhost:8443"} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			n := handlerstest.NewNode(t, handlerstest.BaseURL(base))
			n.User("minji", "admin")
			member := n.User("yuna", "member")
			c := n.Client()
			seen := map[string]string{}
			note := func(answers ...*handlerstest.Answer) {
				for _, a := range answers {
					for _, line := range a.Header.Values("Set-Cookie") {
						name, rest, _ := strings.Cut(line, "=")
						_, flags, _ := strings.Cut(rest, "; ")
						flags = regexp.MustCompile(`(Max-Age|Expires)=[^;]*; `).ReplaceAllString(flags, "")
						if before := seen[name]; before != "" && before != flags {
							t.Errorf("%s comes with %q and with %q", name, before, flags)
						}
						seen[name] = flags
					}
				}
			}
			in := func(mode, carrier string, more ...string) *handlerstest.Answer {
				a := c.Post("/"+mode+"/login", append([]string{"username", "minji", "password", handlerstest.Password, "carrier", carrier}, more...))
				return a.Want(http.StatusSeeOther)
			}
			for _, more := range [][]string{nil, {"remember", "on"}} {
				note(in("session", "", more...), in("jwt", "cookie", more...), in("jwt", "header", more...), in("token", "cookie", more...), in("cookie", "", more...))
			}
			note(c.Post("/preferences", []string{"theme", "dark"}), c.Post("/session/demo", []string{"as", "member"}), in("session", ""))
			n.Clock.Move(11 * time.Minute) // the password is asked for again
			note(c.Administer(handlerstest.Way{Mode: "session"}, member.ID, "active", "false"))
			a := c.Post("/session/member/admin/"+strconv.FormatInt(member.ID, 10), []string{"active", "false", "confirm", handlerstest.Password})
			note(a, c.Post("/jwt/logout", nil), c.Post("/session/logout", nil), c.Post("/token/logout", nil), c.Post("/cookie/logout", nil))

			want := map[string]string{}
			for name, at := range map[string]string{
				"session": "/", "access": "/", "refresh": "/jwt/refresh", "carrier": "/jwt", "token": "/", "content": "/",
				"preferences": "/", "team": "/", "flash": "/", "known": "/", "confirmed": "/", "family": "/",
			} {
				full, flags := "twodoors-"+name, "Path="+at+"; HttpOnly; SameSite=Lax"
				if strings.HasPrefix(base, "https") {
					prefix := "__Secure-"
					if at == "/" {
						prefix = "__Host-"
					}
					full, flags = prefix+full, "Path="+at+"; HttpOnly; Secure; SameSite=Lax"
				}
				if strings.HasSuffix(base, ":8443") { // not the usual port
					full += "-8443"
				}
				want[full] = flags
			}
			for name, flags := range want {
				if seen[name] != flags {
					t.Errorf("%s: %q, want %q", name, seen[name], flags)
				}
			}
			for name := range seen {
				if want[name] == "" {
					t.Errorf("a cookie that no test knows: %s %s", name, seen[name])
				}
			}
		})
	}
}

// TestForeignHost: at another host than the base URL's nothing is done and nothing set; the page says which
// address to open. A name of that host in front of, or behind, ours is another host.
func TestForeignHost(t *testing.T) {
	t.Parallel()
	l := listen(t)
	l.User("minji", "member")
	before := l.Contents()
	for _, host := range []string{"evil.example", "localhost", "127.0.0.1", "192.168.7.20:8080", "[::1]:80", l.addr + ".evil.example", "evil.example:" + l.addr, "x@" + l.addr, l.addr + "#", ""} {
		for _, line := range []string{"GET / HTTP/1.1", "GET /session/member HTTP/1.1", "POST /session/demo HTTP/1.1", "POST /api/session/login HTTP/1.1"} {
			res, body := l.raw(line + "\nHost: " + host + "\nContent-Length: 0\nConnection: close\n\n")
			if res.StatusCode != http.StatusMisdirectedRequest && res.StatusCode != http.StatusBadRequest || len(res.Cookies()) != 0 {
				t.Errorf("%s at %q: %s, cookies %v", line, host, res.Status, res.Cookies())
			}
			if res.StatusCode == http.StatusMisdirectedRequest && strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") && !strings.Contains(body, "http://"+l.addr+"/") {
				t.Errorf("%s at %q does not say where to go", line, host)
			}
			if strings.Contains(body, `action="/preferences"`) {
				t.Errorf("%s at %q offers choices that this host cannot keep", line, host)
			}
		}
	}
	// The address in the request line counts, as RFC 9112 (3.2.2) has it.
	if res, _ := l.raw("GET http://evil.example/ HTTP/1.1\nHost: HOST\nConnection: close\n\n"); res.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("an absolute address of another host: %s", res.Status)
	}
	if after := l.Contents(); after != before {
		t.Errorf("the database has changed:\n%s\n%s", before, after)
	}
}

// TestBanner: on a plain LAN every page says that passwords and cookies travel in the clear, those of errors too.
func TestBanner(t *testing.T) {
	t.Parallel()
	lan := handlerstest.With(func(c *handlers.Config) { c.InsecureLAN = true })
	n := handlerstest.NewNode(t, handlerstest.BaseURL("http://192.168.7.20:8080"), lan)
	plain := handlerstest.NewNode(t)
	for _, on := range []*handlerstest.Node{n, plain} {
		on.User("minji", "admin")
		c := on.Client()
		c.SignIn(handlerstest.Way{Mode: "session"}, "minji")
		for _, page := range []string{"/", "/compare", "/signup", "/session/login", "/jwt/login", "/jwt/refresh", "/session/member", "/session/member/notes", "/session/member/account", "/session/member/devices", "/session/member/admin", "/nothing"} {
			if shown := c.Get(page).Page().Find("aside.banner").Length(); shown != map[bool]int{true: 1, false: 0}[on == n] {
				t.Errorf("%s%s: %d banners", on.Config.BaseURL, page, shown)
			}
		}
	}
}

var imports = regexp.MustCompile(`(?:from|import)\s*\(?\s*['"]\./([\w.-]+)['"]`)

// scripts are all modules that a browser would load, by name, fetched as it does: from the pages, and on.
func scripts(t *testing.T, c *handlerstest.Client) map[string]string {
	t.Helper()
	all := map[string]string{}
	var load func(at string)
	load = func(at string) {
		if _, seen := all[path.Base(at)]; seen {
			return
		}
		all[path.Base(at)] = c.Get(at).Want(http.StatusOK).Body
		for _, found := range imports.FindAllStringSubmatch(all[path.Base(at)], -1) {
			load(path.Join(path.Dir(at), found[1]))
		}
	}
	for _, page := range []string{"/", "/compare", "/jwt/login", "/jwt/refresh", "/jwt/member"} {
		a := c.Get(page).Want(http.StatusOK)
		for i := range a.Page().Find("script[src]").Length() {
			load(a.Page().Find("script[src]").Eq(i).AttrOr("src", ""))
		}
	}
	return all
}

// TestNothingIsStoredInThePage: no script that the app sends keeps a credential where another script, or the next
// user of the browser, could read it; and what a plain LAN has not is never counted on.
func TestNothingIsStoredInThePage(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	c := n.Client()
	c.Demo(handlerstest.ByCookie, "member")
	all := scripts(t, c)
	if len(all) < 6 {
		t.Fatalf("only %d scripts were found", len(all))
	}
	for name, text := range all {
		for _, word := range []string{"localStorage", "indexedDB", "document.cookie", "caches.", "crypto.subtle", "crypto.randomUUID", "eval(", "new Function", "innerHTML", "insertAdjacentHTML", "document.write"} {
			if strings.Contains(text, word) {
				t.Errorf("%s uses %s", name, word)
			}
		}
		// One switch of the screen, not a credential.
		if stored := regexp.MustCompile(`sessionStorage\.setItem\((.*)\)`).FindAllStringSubmatch(text, -1); len(stored) > 1 || len(stored) == 1 && stored[0][1] != "hiding, change ? '1' : ''" {
			t.Errorf("%s stores %q", name, stored)
		}
		// Other tabs are told that something happened, and nothing of what is held.
		for _, sent := range regexp.MustCompile(`postMessage\(([^)]*)\)`).FindAllStringSubmatch(text, -1) {
			if !regexp.MustCompile(`^'[\w -]*'$`).MatchString(sent[1]) {
				t.Errorf("%s sends %s to other tabs", name, sent[1])
			}
		}
		if strings.Contains(text, "navigator.locks.") && !strings.Contains(text, "navigator.locks ?") {
			t.Errorf("%s counts on navigator.locks", name)
		}
	}
}

// TestBothCarriersEverywhere: a cookie and a header at once are refused on every route below a door that knows
// both, by whichever method, and nothing is done.
func TestBothCarriersEverywhere(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t, handlerstest.Level(auth.LevelSignature))
	c := n.SignedIn(handlerstest.ByCookie, "minji")
	c.Bearer = c.Cookie("/", "twodoors-access")
	before := n.Contents()
	for _, route := range n.Routes() {
		method, target, _ := strings.Cut(strings.ReplaceAll(route, ":id", "7"), " ")
		if !strings.HasPrefix(target, "/jwt/member") && !strings.HasPrefix(target, "/api/jwt/") || slices.Contains([]string{"/api/jwt/login", "/api/jwt/refresh"}, target) {
			continue
		}
		if a := c.Send(method, target, "", ""); a.Status != http.StatusBadRequest {
			t.Errorf("%s %s: status %d", method, target, a.Status)
		}
	}
	if n.Contents() != before {
		t.Error("the database has changed")
	}
}
