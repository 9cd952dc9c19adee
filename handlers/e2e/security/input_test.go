package security_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/handlers/trace"
)

// Bad input (OWASP ASVS 5.0, chapters V1.2, V2.2, V4.1, V16.5), rule by rule:
//
//	404, 405, 413, 415, 400/422 with the field named   TestAnswers; TestEveryRoute; TestKeptForm;
//	  and the form kept, as a page and problem+json      TestMalformedRequests through a real port
//	ids parsed to numbers before any query             TestIDsAreNumbers
//	no text of a user reaches SQL but as a parameter   TestNothingReachesSQL
//	every parser of outside input holds                FuzzRequest and the other targets in fuzz_test.go, fuzz_input_test.go

// TestIDsAreNumbers: what is not plainly a number costs no lookup of data, and is nothing that could be found.
func TestIDsAreNumbers(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	u := n.User("minji", "admin")
	n.Note(u.ID, "stays")
	c := n.Client()
	c.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	before := n.Contents()
	for _, id := range []string{"0", "-1", "%2B1", "1e0", "1.0", "0x1", "1%20", "%201", "1'", "1;DELETE%20FROM%20notes", "1%00", "1%20OR%201=1", "9223372036854775808", "99999999999999999999", "%D9%A1", "null", "NaN", "*", "..", "1_000", "%EF%BC%91"} {
		for _, ask := range [][2]string{
			{"POST", "/session/member/notes/" + id + "/delete"}, {"DELETE", "/api/session/notes/" + id}, {"POST", "/session/member/devices/" + id + "/revoke"},
			{"DELETE", "/api/session/devices/" + id}, {"POST", "/session/member/admin/" + id},
		} {
			a := c.Send(ask[0], ask[1], "", "")
			if a.Status != http.StatusNotFound && a.Status != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: status %d", ask[0], ask[1], a.Status)
			}
			if lookups := a.Lookups(); !strings.Contains(lookups, "data=0") {
				t.Errorf("%s %s: %s", ask[0], ask[1], lookups)
			}
		}
	}
	if n.Contents() != before {
		t.Error("the database has changed")
	}
}

// injections are what SQL would be moved by, were it built of text.
var injections = []string{
	`marked'`, `marked"`, `marked' OR '1'='1`, `marked'; DROP TABLE users; --`, `marked') UNION SELECT 1,2,3 --`, `marked\`, `marked\' OR 1=1 --`,
	"marked' || (SELECT password_hash FROM users LIMIT 1) || '", "marked'/**/AND/**/pg_sleep(9)--", "marked' AND randomblob(100000000)--", "marked%' ESCAPE '", "marked$$1", "marked $1 ?1 :a @a", "marked\u02bc",
}

// TestNothingReachesSQL puts each injection into every parameter, header and cookie that the app reads, on both
// databases. No statement contains any of it, nothing is answered by a fault of the server, and what was written is
// there as it was written.
func TestNothingReachesSQL(t *testing.T) {
	for _, database := range handlerstest.Databases() {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			n := handlerstest.NewNode(t, database.Option(t))
			n.User("minji", "admin")
			yuna := n.User("yuna", "member")
			var mu sync.Mutex
			statements, dirty := 0, []string{}
			n.Watch(func(_ string, x *trace.Record) {
				mu.Lock()
				defer mu.Unlock()
				for _, s := range x.Lookups.Statements() {
					statements++
					if strings.Contains(s.SQL, "marked") || strings.Contains(s.SQL, "'1'='1") {
						dirty = append(dirty, s.SQL)
					}
				}
			})
			tried := 0
			for _, mode := range []string{"session", "jwt", "token", "cookie"} {
				w := handlerstest.Way{Mode: mode, Carrier: "cookie"}
				c := n.Client()
				c.SignIn(w, "minji")
				if mode == "jwt" {
					w.Level = n.Config.Level
				}
				for _, text := range injections {
					q := queryEscaped(text)
					noise := []handlerstest.Change{handlerstest.Header("User-Agent", text), handlerstest.Header("Accept-Language", text), handlerstest.Header("Referer", text), handlerstest.Header("X-Forwarded-For", text), handlerstest.Header("X-Request-Id", text)}
					send := func(a *handlerstest.Answer) {
						tried++
						if a.Status >= 500 {
							t.Errorf("%s with %q: status %d", a.URL.Path, text, a.Status)
						}
					}
					for _, page := range []string{"", "/notes", "/account", "/devices", "/admin", "/tokens"} {
						send(c.Get(w.Page(page)+"?panel="+q+"&next="+q+"&id="+q+"&page="+q+"&"+q+"=1", noise...))
					}
					fresh := n.Client()
					send(fresh.Post("/"+mode+"/login", []string{"username", text, "password", text, "remember", text, "next", text, "carrier", text}, noise...))
					send(fresh.Post("/signup", []string{"username", text, "password", text}, noise...))
					send(fresh.JSON("POST", w.API("/login"), map[string]string{"username": text, "password": text}, noise...))
					send(fresh.Post("/"+mode+"/demo", []string{"as", text, "carrier", text}, noise...))
					send(fresh.Post("/preferences", []string{"language", text, "theme", text, "panel", text, "level", text, "back", text}, noise...))
					send(fresh.Get("/compare?page="+q+"&count="+q+"&a="+q+"&b="+q, noise...))
					send(fresh.JSON("POST", "/api/jwt/refresh", map[string]string{"refresh_token": text}, noise...))
					send(fresh.Get("/"+mode+"/member", handlerstest.Header("Cookie", carrierCookie(w)+"="+strings.NewReplacer(`"`, "", ";", "", `\`, "", ",", "", " ", "").Replace(text))))
					send(fresh.Get(w.API("/me"), handlerstest.Header("Authorization", "Bearer "+text)))
					send(c.Post(w.Page("/notes"), []string{"body", text}, noise...))
					send(c.JSON("POST", w.API("/notes"), map[string]string{"body": text}, noise...))
					send(c.Post(w.Page("/notes/"+q+"/delete"), nil, noise...))
					send(c.Post(w.Page("/account"), []string{"current", text, "password", text}, noise...))
					send(c.Post(w.Page("/account/name"), []string{"display_name", text}, noise...))
					send(c.Post(w.Page("/account/close"), []string{"do", text, "confirm", text}, noise...))
					send(c.Post(w.Page("/devices/"+q+"/revoke"), nil, noise...))
					send(c.Administer(w, yuna.ID, "role", text))
					send(c.Post(w.Page("/admin/"+q), []string{"active", text}, noise...))
					if mode == "jwt" {
						send(c.Post("/jwt/member/tokens", []string{"name", text, "scope", text, "life", text}, noise...))
						send(c.Post("/jwt/refresh?next="+q, []string{"next", text}, noise...))
					}
				}
				var list struct{ Notes []struct{ Body string } }
				c.JSON("GET", w.API("/notes"), nil).Want(http.StatusOK).Into(&list)
				for _, text := range injections {
					found := 0
					for _, note := range list.Notes {
						if note.Body == text {
							found++
						}
					}
					if found < 2 {
						t.Errorf("%s: the note %q is there %d times", mode, text, found)
					}
				}
			}
			mu.Lock()
			defer mu.Unlock()
			if len(dirty) != 0 {
				t.Errorf("%d statements contain what was sent, such as %s", len(dirty), dirty[0])
			}
			t.Logf("%d requests, %d statements", tried, statements)
		})
	}
}

// TestMalformedRequests sends through a real port what no client library would: each is refused, or answered as if
// the odd part were not there; never by a fault of the server, and never as two requests.
func TestMalformedRequests(t *testing.T) {
	t.Parallel()
	l := listen(t)
	l.User("minji", "member")
	c := l.Client()
	c.SignIn(handlerstest.Way{Mode: "session"}, "minji")
	cookie := "Cookie: " + auth.CookiesFor(l.Config.BaseURL).Name("twodoors-session", "/") + "=" + heldBy(c, handlerstest.Way{Mode: "session", Carrier: "cookie"}) + "\n"
	form := "Content-Type: application/x-www-form-urlencoded\n"
	for name, each := range map[string]struct {
		text string
		want []int
	}{
		"no host":                       {"GET / HTTP/1.1\nConnection: close\n\n", []int{400}},
		"two hosts":                     {"GET / HTTP/1.1\nHost: HOST\nHost: evil.example\nConnection: close\n\n", []int{400}},
		"HTTP/1.0 without host":         {"GET /session/member HTTP/1.0\n\n", []int{421}},
		"HTTP/3.0":                      {"GET / HTTP/3.0\nHost: HOST\n\n", []int{505, 400}},
		"no version":                    {"GET /\n\n", []int{400}},
		"a method with a space":         {"GE T / HTTP/1.1\nHost: HOST\n\n", []int{400}},
		"an unknown method":             {"BREW / HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{405}},
		"OPTIONS *":                     {"OPTIONS * HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{400, 404, 405}},
		"CONNECT":                       {"CONNECT evil.example:443 HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{400, 404, 405, 421}},
		"NUL in a header":               {"GET / HTTP/1.1\nHost: HOST\nX: a\x00b\nConnection: close\n\n", []int{400}},
		"a header without a name":       {"GET / HTTP/1.1\nHost: HOST\n: x\nConnection: close\n\n", []int{400}},
		"white space before the colon":  {"GET / HTTP/1.1\nHost: HOST\nContent-Length : 3\nConnection: close\n\n", []int{400}},
		"a folded header":               {"GET / HTTP/1.1\nHost: HOST\nX: a\n b\nConnection: close\n\n", []int{200, 400}},
		"two lengths":                   {"POST /session/member/notes HTTP/1.1\nHost: HOST\n" + cookie + form + "Content-Length: 6\nContent-Length: 7\nConnection: close\n\nbody=x", []int{400}},
		"a negative length":             {"POST /session/member/notes HTTP/1.1\nHost: HOST\n" + cookie + form + "Content-Length: -1\nConnection: close\n\n", []int{400}},
		"length and chunks":             {"POST /session/member/notes HTTP/1.1\nHost: HOST\n" + cookie + form + "Content-Length: 6\nTransfer-Encoding: chunked\nConnection: close\n\n0\n\nGET /x HTTP/1.1\n", []int{400, 422}},
		"an unknown encoding":           {"POST /session/member/notes HTTP/1.1\nHost: HOST\n" + cookie + form + "Transfer-Encoding: xchunked\nConnection: close\n\n", []int{400, 501}},
		"a broken chunk":                {"POST /session/member/notes HTTP/1.1\nHost: HOST\n" + cookie + form + "Transfer-Encoding: chunked\nConnection: close\n\nZZ\nbody=x\n", []int{400}},
		"a huge chunk":                  {"POST /session/member/notes HTTP/1.1\nHost: HOST\n" + cookie + form + "Transfer-Encoding: chunked\nConnection: close\n\n100000\nbody=" + strings.Repeat("x", 1<<20-5) + "\n0\n\n", []int{413}},
		"compressed":                    {"POST /session/member/notes HTTP/1.1\nHost: HOST\n" + cookie + form + "Content-Encoding: gzip\nContent-Length: 6\nConnection: close\n\nbody=x", []int{303, 415}},
		"a path that is none":           {"GET /%zz HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{400}},
		"a path with NUL":               {"GET /%00 HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{404}},
		"a path upwards":                {"GET /static/../../etc/passwd HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{404}},
		"a path upwards, encoded":       {"GET /static/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{404}},
		"a path upwards, backslashes":   {"GET /static/..%5c..%5cgo.mod HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{404}},
		"two slashes":                   {"GET //evil.example/ HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{404}},
		"the member area, two slashes":  {"GET //session//member HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{404}},
		"the member area, encoded":      {"GET /%73ession/member HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{303, 404}},
		"the member area, in capitals":  {"GET /SESSION/MEMBER HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{404}},
		"a fragment":                    {"GET /session/member#x HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{303, 400, 404}},
		"100 parameters of one name":    {"GET /session/login?" + strings.Repeat("next=/a&", 100) + " HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{200}},
		"40 KB of address":              {"GET /session/login?next=/" + strings.Repeat("a", 40<<10) + " HTTP/1.1\nHost: HOST\nConnection: close\n\n", []int{200, 400, 414, 431}},
		"deep JSON":                     {jsonPost("/api/session/login", strings.Repeat(`{"a":`, 20_000)+"1"+strings.Repeat("}", 20_000)), []int{400}},
		"JSON with a huge number":       {jsonPost("/api/session/login", `{"username":1e999999,"password":"x"}`), []int{400}},
		"JSON with a lone surrogate":    {jsonPost("/api/session/login", `{"username":"\ud800","password":"x"}`), []int{400}},
		"JSON with a name twice":        {jsonPost("/api/session/login", `{"username":"minji","password":"x","password":"correct horse battery"}`), []int{400}},
		"JSON in UTF-16":                {jsonPost("/api/session/login", "\xff\xfe{\x00}\x00"), []int{400}},
		"JSON of a list":                {jsonPost("/api/session/login", `[{"username":"minji"}]`), []int{400}},
		"JSON with NUL":                 {jsonPost("/api/signup", `{"username":"a\u0000b","password":"correct horse battery"}`), []int{422}},
		"a password with NUL":           {jsonPost("/api/session/login", `{"username":"minji","password":"\u0000"}`), []int{401}},
		"a multipart form":              {"POST /session/login HTTP/1.1\nHost: HOST\nContent-Type: multipart/form-data; boundary=x\nContent-Length: 8\nConnection: close\n\n--x--\n\n\n", []int{415}},
		"a form with 10,000 fields":     {formPost("/session/login", strings.Repeat("a=b&", 10_000)), []int{401, 413, 400}},
		"a form separated by semicolon": {formPost("/session/login", "username=minji;password=x"), []int{400, 401}},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := listening{&handlerstest.Node{T: t}, l.addr}.raw(each.text)
			if !slices.Contains(each.want, res.StatusCode) {
				t.Errorf("%s, want %v\n%.300s", res.Status, each.want, body)
			}
			if strings.Contains(body, "goroutine") || strings.Contains(body, "root:") || strings.Contains(body, ".go:") {
				t.Errorf("shows too much: %.300s", body)
			}
		})
	}
	c.WantIn(handlerstest.Way{Mode: "session"}, true, "after all that")
}

func jsonPost(path, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\nHost: HOST\nContent-Type: application/json\nContent-Length: %d\nConnection: close\n\n%s", path, len(body), body)
}

func formPost(path, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\nHost: HOST\nContent-Type: application/x-www-form-urlencoded\nContent-Length: %d\nConnection: close\n\n%s", path, len(body), body)
}

// TestProblemsAreOneShape: every refusal of the API is a problem of RFC 9457 with the status that was sent, and the
// number under which it stands in the log.
func TestProblemsAreOneShape(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	for _, route := range n.Routes() {
		method, path, _ := strings.Cut(strings.ReplaceAll(route, ":id", "7"), " ")
		if !strings.HasPrefix(path, "/api/") || method == "HEAD" {
			continue
		}
		for _, body := range []string{"", "{", `{"username":1}`, "[]", `{}`} {
			a := n.Script().Send(method, path, body, "application/json")
			if a.Status < 400 {
				continue
			}
			var p struct {
				Type, Title, Detail string
				Status              int
				ID                  string `json:"request_id"`
			}
			if err := json.Unmarshal([]byte(a.Body), &p); err != nil || p.Status != a.Status || p.ID != a.Header.Get("X-Request-Id") || p.Title == "" || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
				t.Errorf("%s %s with %q: %d %s", method, path, body, a.Status, a.Body)
			}
		}
	}
}

// TestParsedAsItStands: what two readers could understand differently is refused, and what is nobody's concern is not.
func TestParsedAsItStands(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	c := n.SignedIn(handlerstest.Way{Mode: "session"}, "minji")
	for _, query := range []string{"?a;b", "?%zz", "?a=1;b=2&c", "?" + strings.Repeat("a&", 2000)} {
		c.Post("/session/member/notes"+query, []string{"body", "with " + query[:3]}).Want(http.StatusSeeOther)
	}
	for name, body := range map[string]string{
		"half of a pair":                `{"username":"yuna","password":"passphrase \ud800"}`,
		"the other half":                `{"username":"yuna","password":"passphrase \udc00"}`,
		"the halves in the wrong order": `{"username":"yuna","password":"passphrase \udc00\ud800"}`,
		"half of a pair in a name":      `{"username":"yuna","password":"a long passphrase","\ud800":1}`,
		"a name twice":                  `{"username":"yuna","password":"a long passphrase","password":"another passphrase"}`,
		"a name twice in two cases":     `{"username":"yuna","Username":"junho","password":"a long passphrase"}`,
	} {
		if a := c.Send(http.MethodPost, "/api/signup", body, "application/json"); a.Status != http.StatusBadRequest {
			t.Errorf("%s: status %d", name, a.Status)
		}
	}
	c.Send(http.MethodPost, "/api/signup", `{"username":"yuna","password":"passphrase \ud83d\ude00"}`, "application/json").Want(http.StatusCreated)
	c.Post("/session/login", []string{"username", "yuna", "password", "passphrase \U0001F600"}).Want(http.StatusSeeOther)
	for _, id := range []string{"+1", "01", "0x1", "1_0", "%2B1"} {
		c.Post("/session/member/notes/"+id+"/delete", nil).Want(http.StatusNotFound)
	}
}
