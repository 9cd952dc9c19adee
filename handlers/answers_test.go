package handlers_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
)

// visit is what a row of the table of answers is tried with: a signed-in client, a fresh one, and a way.
type visit struct {
	way
	n     *testNode
	c     *client // signed in as a member
	fresh *client // never signed in
	spoil string  // a credential that was tampered with
	other int64   // another user's note
}

// row is a line of the table "Answers": what is done to a page and to the API, and what each answers.
type row struct {
	name      string
	page      func(v visit) *answer
	pageWants int
	api       func(v visit) *answer
	apiWants  int
}

// bodyTooLarge is more than the app reads of any request.
var bodyTooLarge = strings.Repeat("x", 300_000)

func (v visit) note(c *client, body string, changes ...change) *answer {
	return c.post(v.page("/notes"), []string{"body", body}, changes...)
}

func (v visit) apiNote(c *client, body string, changes ...change) *answer {
	return c.json("POST", v.api("/notes"), map[string]string{"body": body}, changes...)
}

func (v visit) signUp(name, password string) *answer {
	return v.fresh.post("/signup", []string{"username", name, "password", password})
}

func (v visit) apiSignUp(name, password string) *answer {
	return v.fresh.json("POST", "/api/signup", map[string]string{"username": name, "password": password})
}

// answerRows is the table. Wrong name or password, and no credential, are told apart by way elsewhere
// (contract_test.go, TestNoCredential).
func answerRows() []row {
	rows := []row{
		{"empty note", func(v visit) *answer { return v.note(v.c, " \r\n ") }, 422, func(v visit) *answer { return v.apiNote(v.c, "") }, 422},
		{"long note", func(v visit) *answer { return v.note(v.c, strings.Repeat("글", 10_000)) }, 422,
			func(v visit) *answer { return v.apiNote(v.c, strings.Repeat("n", 2001)) }, 422},
		{"note with NUL", func(v visit) *answer { return v.note(v.c, "a\x00b") }, 422, func(v visit) *answer { return v.apiNote(v.c, "a\x00b") }, 422},
		{"note not UTF-8", func(v visit) *answer { return v.note(v.c, "\xff\xfe") }, 400, func(v visit) *answer {
			return v.c.send("POST", v.api("/notes"), "{\"body\":\"\xff\"}", "application/json")
		}, 400},
		{"bad name", func(v visit) *answer { return v.signUp("No Name", password) }, 422, func(v visit) *answer { return v.apiSignUp("x", password) }, 422},
		{"short password", func(v visit) *answer { return v.signUp("somebody", "short") }, 422, func(v visit) *answer { return v.apiSignUp("somebody", "") }, 422},
		{"taken name", func(v visit) *answer { return v.signUp("minji", password) }, 422, func(v visit) *answer { return v.apiSignUp("minji", password) }, 409},
		{"broken JSON", nil, 0, func(v visit) *answer { return v.c.send("POST", v.api("/notes"), `{"body":`, "application/json") }, 400},
		{"JSON of another shape", nil, 0, func(v visit) *answer { return v.c.send("POST", v.api("/notes"), `{"body":[1]}`, "application/json") }, 400},
		{"trailing JSON", nil, 0, func(v visit) *answer { return v.c.send("POST", v.api("/notes"), `{"body":"a"}{}`, "application/json") }, 400},
		{"broken form", func(v visit) *answer {
			return v.c.send("POST", v.page("/notes"), "body=%zz", "application/x-www-form-urlencoded")
		}, 400, nil, 0},
		{"wrong type", func(v visit) *answer { return v.c.send("POST", v.page("/notes"), "body", "text/plain") }, 415,
			func(v visit) *answer {
				return v.c.send("POST", v.api("/notes"), "body=a", "application/x-www-form-urlencoded")
			}, 415},
		{"too large", func(v visit) *answer { return v.note(v.c, bodyTooLarge) }, 413, func(v visit) *answer { return v.apiNote(v.c, bodyTooLarge) }, 413},
		{"too large to sign in", func(v visit) *answer {
			return v.fresh.post("/"+v.mode+"/login", []string{"username", "minji", "password", bodyTooLarge})
		}, 413, func(v visit) *answer {
			return v.fresh.json("POST", v.api("/login"), map[string]string{"username": "minji", "password": bodyTooLarge})
		}, 413},
		{"another's note", func(v visit) *answer {
			return v.c.post(v.page("/notes/"+strconv.FormatInt(v.other, 10)+"/delete"), nil)
		}, 404, func(v visit) *answer {
			return v.c.json("DELETE", v.api("/notes/"+strconv.FormatInt(v.other, 10)), nil)
		}, 404},
		{"an id that is none", func(v visit) *answer { return v.c.post(v.page("/notes/1%20OR%201=1/delete"), nil) }, 404,
			func(v visit) *answer { return v.c.json("DELETE", v.api("/notes/0x1"), nil) }, 404},
		{"unknown route", func(v visit) *answer { return v.c.get(v.page("/nothing")) }, 404, func(v visit) *answer { return v.c.get(v.api("/nothing")) }, 404},
		{"role", func(v visit) *answer { return v.c.get(v.page("/admin")) }, 403, nil, 0},
		{"wrong method", func(v visit) *answer { return v.c.send("PUT", v.page("/notes"), "", "") }, 405,
			func(v visit) *answer { return v.c.json("PUT", v.api("/notes"), nil) }, 405},
		{"sign-out by GET", func(v visit) *answer { return v.c.get("/" + v.mode + "/logout") }, 405, func(v visit) *answer { return v.c.get(v.api("/logout")) }, 405},
		{"other host", func(v visit) *answer { return v.c.get(v.page(""), host("192.0.2.7:8080")) }, 421,
			func(v visit) *answer { return v.c.get(v.api("/me"), host("localhost:9090")) }, 421},
		{"other host, no such page", func(v visit) *answer { return v.c.get("/nothing", host("evil.example")) }, 421, nil, 0},
	}
	for name, headers := range map[string][2]string{
		"cross-site": {"Sec-Fetch-Site", "cross-site"}, "same-site": {"Sec-Fetch-Site", "same-site"},
		"origin null": {"Origin", "null"}, "other port": {"Origin", "http://localhost:3000"}, "other site": {"Origin", "https://evil.example"},
	} {
		from := func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site") // as on plain HTTP in a LAN
			r.Header.Set(headers[0], headers[1])
		}
		rows = append(rows,
			row{name, func(v visit) *answer { return v.note(v.c, "forged", from) }, 403, func(v visit) *answer { return v.apiNote(v.c, "forged", from) }, 403},
			row{name + " sign-in", func(v visit) *answer {
				return v.fresh.post("/"+v.mode+"/login", []string{"username", "minji", "password", password}, from)
			}, 403, func(v visit) *answer {
				return v.fresh.json("POST", v.api("/login"), map[string]string{"username": "minji", "password": password}, from)
			}, 403},
			row{name + " sign-up", func(v visit) *answer {
				return v.fresh.post("/signup", []string{"username", "forged", "password", password}, from)
			}, 403, func(v visit) *answer { return v.c.json("DELETE", v.api("/devices"), nil, from) }, 403},
		)
	}
	return rows
}

// host asks for another host.
func host(name string) change { return func(r *http.Request) { r.Host = name } }

// newVisit makes what the table is tried with.
func newVisit(t *testing.T, w way, language string) visit {
	n := w.node(t)
	n.user("minji", "member")
	v := visit{way: w, n: n, c: n.client(), fresh: n.client(), other: n.note(n.user("other", "member").ID, "not yours").ID}
	v.c.language, v.fresh.language = language, language
	v.c.signIn(w, "minji")
	v.spoil = spoiled(v.c, w)
	return v
}

func TestAnswers(t *testing.T) {
	for _, w := range []way{
		{mode: "session", carrier: "cookie"}, {mode: "jwt", carrier: "cookie", level: auth.LevelSignature}, {mode: "jwt", carrier: "header", level: auth.LevelVersion},
		{mode: "token", carrier: "header"}, {mode: "token", carrier: "cookie"}, {mode: "cookie", carrier: "cookie"},
	} {
		for _, language := range []string{"en", "ko"} {
			t.Run(w.String()+"/"+language, func(t *testing.T) {
				t.Parallel()
				v := newVisit(t, w, language)
				for _, r := range answerRows() {
					t.Run(r.name, func(t *testing.T) {
						v.c.t, v.fresh.t = t, t
						if r.page != nil {
							wantPage(t, r.page(v), r.pageWants, language)
						}
						if r.api != nil {
							wantProblem(t, r.api(v), r.apiWants, language)
						}
					})
				}
				v.c.t, v.fresh.t = t, t
				v.c.wantIn(w, true, "after all that")
				if list, err := v.n.db.Notes(background(), v.other, 10); err != nil || len(list) != 0 {
					t.Errorf("notes: %v, %v", list, err)
				}
			})
		}
	}
}

var hangul = regexp.MustCompile(`\p{Hangul}`)

// wantWords fails the test if a text is empty, a bare message key, or in another language.
func wantWords(t *testing.T, text, language string) {
	t.Helper()
	if text == "" || strings.HasPrefix(text, "problem.") || strings.HasPrefix(text, "form.") || hangul.MatchString(text) != (language == "ko") {
		t.Errorf("words in %s: %q", language, text)
	}
}

// wantPage looks at a page for a browser.
func wantPage(t *testing.T, a *answer, status int, language string) {
	t.Helper()
	a.want(status)
	if got := a.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("content type %s", got)
	}
	if got := a.page().Find("html").AttrOr("lang", ""); got != language {
		t.Errorf("the page's language is %q", got)
	}
	wantWords(t, a.text("main h1"), language)
	if status == http.StatusUnprocessableEntity {
		fault := a.page().Find("main [aria-invalid=true]")
		wantWords(t, strings.TrimSpace(a.page().Find("#"+fault.AttrOr("name", "none")+"-fault").Text()), language)
		return
	}
	wantWords(t, a.text("main .lead"), language)
}

// wantProblem looks at an API's refusal (RFC 9457).
func wantProblem(t *testing.T, a *answer, status int, language string) {
	t.Helper()
	a.want(status)
	if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		t.Errorf("content type %s", got)
	}
	var p struct {
		Type, Title, Detail string
		Status              int
		Fields              map[string]string
	}
	a.into(&p)
	if p.Status != status || p.Type != "about:blank" {
		t.Errorf("problem: %s", a.Body)
	}
	wantWords(t, p.Title, language)
	wantWords(t, p.Detail, language)
	if (status == 422 || status == 409) && len(p.Fields) == 0 {
		t.Errorf("no field is named: %s", a.Body)
	}
	for _, text := range p.Fields {
		wantWords(t, text, language)
	}
	if status == http.StatusMethodNotAllowed && a.Header.Get("Allow") == "" {
		t.Error("405 without Allow (RFC 9110, section 15.5.6)")
	}
}

// TestKeptForm: what was typed is not lost, and no password comes back.
func TestKeptForm(t *testing.T) {
	v := newVisit(t, way{mode: "session", carrier: "cookie"}, "en")
	long := strings.Repeat("long ", 500)
	if got := v.note(v.c, long).want(422).page().Find("textarea[name=body]").Text(); got != long {
		t.Errorf("the note was lost: %d characters are left", len(got))
	}
	a := v.signUp("minji", password).want(422)
	if a.page().Find("[name=username]").AttrOr("value", "") != "minji" || strings.Contains(a.Body, password) {
		t.Error("the sign-up form was not kept as it should be")
	}
	v.c.setCookie("twodoors-flash", "created")
	if a := v.c.get("/session/login").want(200); a.text("main .said.good") == "" {
		t.Error("the word for the next page is missing")
	}
}

func TestHostRule(t *testing.T) {
	n := newNode(t, baseURL("https://doors.example"))
	for target, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 421, "/version": 421, "/static/app.css": 404, "/.well-known/jwks.json": 421} {
		n.client().get(target, host("10.0.0.1:8080")).want(want)
	}
	for _, same := range []string{"doors.example", "DOORS.example", "doors.example:443"} {
		n.client().get("/", host(same)).want(http.StatusOK)
	}
	n.client().get("/", host("doors.example:80")).want(http.StatusMisdirectedRequest)
	// Opened by the machine's address: the page is drawn with its own style sheet, and says what has to be set.
	plain := newNode(t)
	page := plain.client().get("/", host("192.168.0.7:8080")).want(http.StatusMisdirectedRequest).page()
	plain.client().get(page.Find("link[rel=stylesheet]").AttrOr("href", ""), host("192.168.0.7:8080")).want(http.StatusOK)
	if got := page.Find("pre.code").Text(); got != "--insecure-lan --base-url http://192.168.0.7:8080" {
		t.Errorf("to be set: %q", got)
	}
	if got := plain.client().get("/", host("127.0.0.1:9090")).page().Find("pre.code").Text(); got != "--base-url http://127.0.0.1:9090" {
		t.Errorf("to be set on this machine: %q", got)
	}
	a := n.client().get("/session/member", host(`a"><script>alert(1)</script>`)).want(http.StatusMisdirectedRequest)
	if a.page().Find("main script").Length() != 0 || a.page().Find("a.go").AttrOr("href", "") != "https://doors.example/" {
		t.Errorf("the page: %s", a.Body)
	}
}

// TestDatabaseAway: 503 with Retry-After and not "signed out"; a token at level signature needs no database.
func TestDatabaseAway(t *testing.T) {
	for _, w := range ways() {
		n := w.node(t)
		c := n.signedIn(w, "minji")
		n.db.Close()
		a, notes, api := c.get(w.page("")), c.get(w.page("/notes")), c.get(w.api("/me"))
		want := http.StatusServiceUnavailable
		if !w.readsUser() {
			want = http.StatusOK
		} else if a.Header.Get("Retry-After") == "" || len(a.Header.Values("Set-Cookie")) != 0 {
			t.Errorf("%s: %v", w, a.Header)
		}
		a.want(want)
		api.want(want)
		notes.want(http.StatusServiceUnavailable)
		if w.mode == "jwt" {
			n.clock.move(time.Minute)
			a := c.post("/jwt/refresh", nil, header("Accept", "application/json")).want(http.StatusServiceUnavailable)
			if len(a.Header.Values("Set-Cookie")) != 0 {
				t.Errorf("%s: a refresh without a database sets %q", w, a.Header.Values("Set-Cookie"))
			}
		}
	}
}
