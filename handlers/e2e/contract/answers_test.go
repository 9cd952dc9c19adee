package contract_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// visit is what a row of the table of answers is tried with: a signed-in client, a fresh one, and a way.
type visit struct {
	handlerstest.Way
	n     *handlerstest.Node
	c     *handlerstest.Client // signed in as a member
	fresh *handlerstest.Client // never signed in
	spoil string               // a credential that was tampered with
	other int64                // another user's note
}

// row is a line of the table "Answers": what is done to a page and to the API, and what each answers.
type row struct {
	name      string
	page      func(v visit) *handlerstest.Answer
	pageWants int
	api       func(v visit) *handlerstest.Answer
	apiWants  int
}

func (v visit) note(c *handlerstest.Client, body string, changes ...handlerstest.Change) *handlerstest.Answer {
	return c.Post(v.Page("/notes"), []string{"body", body}, changes...)
}

func (v visit) apiNote(c *handlerstest.Client, body string, changes ...handlerstest.Change) *handlerstest.Answer {
	return c.JSON("POST", v.API("/notes"), map[string]string{"body": body}, changes...)
}

func (v visit) signUp(name, password string) *handlerstest.Answer {
	return v.fresh.Post("/signup", []string{"username", name, "password", password})
}

func (v visit) apiSignUp(name, password string) *handlerstest.Answer {
	return v.fresh.JSON("POST", "/api/signup", map[string]string{"username": name, "password": password})
}

// answerRows is the table. Wrong name or password, and no credential, are told apart by way elsewhere
// (suite_test.go, TestNoCredential).
func answerRows() []row {
	rows := []row{
		{"empty note", func(v visit) *handlerstest.Answer { return v.note(v.c, " \r\n ") }, 422, func(v visit) *handlerstest.Answer { return v.apiNote(v.c, "") }, 422},
		{"long note", func(v visit) *handlerstest.Answer { return v.note(v.c, strings.Repeat("글", 10_000)) }, 422,
			func(v visit) *handlerstest.Answer { return v.apiNote(v.c, strings.Repeat("n", 2001)) }, 422},
		{"note with NUL", func(v visit) *handlerstest.Answer { return v.note(v.c, "a\x00b") }, 422, func(v visit) *handlerstest.Answer { return v.apiNote(v.c, "a\x00b") }, 422},
		{"note not UTF-8", func(v visit) *handlerstest.Answer { return v.note(v.c, "\xff\xfe") }, 400, func(v visit) *handlerstest.Answer {
			return v.c.Send("POST", v.API("/notes"), "{\"body\":\"\xff\"}", "application/json")
		}, 400},
		{"bad name", func(v visit) *handlerstest.Answer { return v.signUp("No Name", handlerstest.Password) }, 422, func(v visit) *handlerstest.Answer { return v.apiSignUp("x", handlerstest.Password) }, 422},
		{"short password", func(v visit) *handlerstest.Answer { return v.signUp("somebody", "short") }, 422, func(v visit) *handlerstest.Answer { return v.apiSignUp("somebody", "") }, 422},
		{"taken name", func(v visit) *handlerstest.Answer { return v.signUp("minji", handlerstest.Password) }, 422, func(v visit) *handlerstest.Answer { return v.apiSignUp("minji", handlerstest.Password) }, 409},
		{"broken JSON", nil, 0, func(v visit) *handlerstest.Answer {
			return v.c.Send("POST", v.API("/notes"), `{"body":`, "application/json")
		}, 400},
		{"JSON of another shape", nil, 0, func(v visit) *handlerstest.Answer {
			return v.c.Send("POST", v.API("/notes"), `{"body":[1]}`, "application/json")
		}, 400},
		{"trailing JSON", nil, 0, func(v visit) *handlerstest.Answer {
			return v.c.Send("POST", v.API("/notes"), `{"body":"a"}{}`, "application/json")
		}, 400},
		{"broken form", func(v visit) *handlerstest.Answer {
			return v.c.Send("POST", v.Page("/notes"), "body=%zz", "application/x-www-form-urlencoded")
		}, 400, nil, 0},
		{"wrong type", func(v visit) *handlerstest.Answer { return v.c.Send("POST", v.Page("/notes"), "body", "text/plain") }, 415,
			func(v visit) *handlerstest.Answer {
				return v.c.Send("POST", v.API("/notes"), "body=a", "application/x-www-form-urlencoded")
			}, 415},
		{"too large", func(v visit) *handlerstest.Answer { return v.note(v.c, handlerstest.BodyTooLarge) }, 413, func(v visit) *handlerstest.Answer { return v.apiNote(v.c, handlerstest.BodyTooLarge) }, 413},
		{"too large to sign in", func(v visit) *handlerstest.Answer {
			return v.fresh.Post("/"+v.Mode+"/login", []string{"username", "minji", "password", handlerstest.BodyTooLarge})
		}, 413, func(v visit) *handlerstest.Answer {
			return v.fresh.JSON("POST", v.API("/login"), map[string]string{"username": "minji", "password": handlerstest.BodyTooLarge})
		}, 413},
		{"another's note", func(v visit) *handlerstest.Answer {
			return v.c.Post(v.Page("/notes/"+strconv.FormatInt(v.other, 10)+"/delete"), nil)
		}, 404, func(v visit) *handlerstest.Answer {
			return v.c.JSON("DELETE", v.API("/notes/"+strconv.FormatInt(v.other, 10)), nil)
		}, 404},
		{"an id that is none", func(v visit) *handlerstest.Answer { return v.c.Post(v.Page("/notes/1%20OR%201=1/delete"), nil) }, 404,
			func(v visit) *handlerstest.Answer { return v.c.JSON("DELETE", v.API("/notes/0x1"), nil) }, 404},
		{"unknown route", func(v visit) *handlerstest.Answer { return v.c.Get(v.Page("/nothing")) }, 404, func(v visit) *handlerstest.Answer { return v.c.Get(v.API("/nothing")) }, 404},
		{"role", func(v visit) *handlerstest.Answer { return v.c.Get(v.Page("/admin")) }, 403, nil, 0},
		{"wrong method", func(v visit) *handlerstest.Answer { return v.c.Send("PUT", v.Page("/notes"), "", "") }, 405,
			func(v visit) *handlerstest.Answer { return v.c.JSON("PUT", v.API("/notes"), nil) }, 405},
		{"sign-out by GET", func(v visit) *handlerstest.Answer { return v.c.Get("/" + v.Mode + "/logout") }, 405, func(v visit) *handlerstest.Answer { return v.c.Get(v.API("/logout")) }, 405},
		{"other host", func(v visit) *handlerstest.Answer { return v.c.Get(v.Page(""), handlerstest.Host("192.0.2.7:8080")) }, 421,
			func(v visit) *handlerstest.Answer { return v.c.Get(v.API("/me"), handlerstest.Host("localhost:9090")) }, 421},
		{"other host, no such page", func(v visit) *handlerstest.Answer { return v.c.Get("/nothing", handlerstest.Host("evil.example")) }, 421, nil, 0},
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
			row{name, func(v visit) *handlerstest.Answer { return v.note(v.c, "forged", from) }, 403, func(v visit) *handlerstest.Answer { return v.apiNote(v.c, "forged", from) }, 403},
			row{name + " sign-in", func(v visit) *handlerstest.Answer {
				return v.fresh.Post("/"+v.Mode+"/login", []string{"username", "minji", "password", handlerstest.Password}, from)
			}, 403, func(v visit) *handlerstest.Answer {
				return v.fresh.JSON("POST", v.API("/login"), map[string]string{"username": "minji", "password": handlerstest.Password}, from)
			}, 403},
			row{name + " sign-up", func(v visit) *handlerstest.Answer {
				return v.fresh.Post("/signup", []string{"username", "forged", "password", handlerstest.Password}, from)
			}, 403, func(v visit) *handlerstest.Answer { return v.c.JSON("DELETE", v.API("/devices"), nil, from) }, 403},
		)
	}
	return rows
}

// newVisit makes what the table is tried with.
func newVisit(t *testing.T, w handlerstest.Way, language string) visit {
	n := w.Node(t)
	n.User("minji", "member")
	v := visit{Way: w, n: n, c: n.Client(), fresh: n.Client(), other: n.Note(n.User("other", "member").ID, "not yours").ID}
	v.c.Language, v.fresh.Language = language, language
	v.c.SignIn(w, "minji")
	v.spoil = spoiled(v.c, w)
	return v
}

func TestAnswers(t *testing.T) {
	for _, w := range []handlerstest.Way{
		{Mode: "session", Carrier: "cookie"}, {Mode: "jwt", Carrier: "cookie", Level: auth.LevelSignature}, {Mode: "jwt", Carrier: "header", Level: auth.LevelVersion},
		{Mode: "token", Carrier: "header"}, {Mode: "token", Carrier: "cookie"}, {Mode: "cookie", Carrier: "cookie"},
	} {
		for _, language := range []string{"en", "ko"} {
			t.Run(w.String()+"/"+language, func(t *testing.T) {
				t.Parallel()
				v := newVisit(t, w, language)
				for _, r := range answerRows() {
					t.Run(r.name, func(t *testing.T) {
						v.c.T, v.fresh.T = t, t
						if r.page != nil {
							wantPage(t, r.page(v), r.pageWants, language)
						}
						if r.api != nil {
							handlerstest.WantProblem(t, r.api(v), r.apiWants, language)
						}
					})
				}
				v.c.T, v.fresh.T = t, t
				v.c.WantIn(w, true, "after all that")
				if list, err := v.n.DB.Notes(handlerstest.Background(), v.other, 10); err != nil || len(list) != 0 {
					t.Errorf("notes: %v, %v", list, err)
				}
			})
		}
	}
}

// wantPage looks at a page for a browser.
func wantPage(t *testing.T, a *handlerstest.Answer, status int, language string) {
	t.Helper()
	a.Want(status)
	if got := a.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("content type %s", got)
	}
	if got := a.Page().Find("html").AttrOr("lang", ""); got != language {
		t.Errorf("the page's language is %q", got)
	}
	handlerstest.WantWords(t, a.Text("main h1"), language)
	if status == http.StatusUnprocessableEntity {
		fault := a.Page().Find("main [aria-invalid=true]")
		handlerstest.WantWords(t, strings.TrimSpace(a.Page().Find("#"+fault.AttrOr("name", "none")+"-fault").Text()), language)
		return
	}
	handlerstest.WantWords(t, a.Text("main .lead"), language)
}

// TestKeptForm: what was typed is not lost, and no password comes back.
func TestKeptForm(t *testing.T) {
	v := newVisit(t, handlerstest.Way{Mode: "session", Carrier: "cookie"}, "en")
	long := strings.Repeat("long ", 500)
	if got := v.note(v.c, long).Want(422).Page().Find("textarea[name=body]").Text(); got != long {
		t.Errorf("the note was lost: %d characters are left", len(got))
	}
	a := v.signUp("minji", handlerstest.Password).Want(422)
	if a.Page().Find("[name=username]").AttrOr("value", "") != "minji" || strings.Contains(a.Body, handlerstest.Password) {
		t.Error("the sign-up form was not kept as it should be")
	}
	v.c.SetCookie("twodoors-flash", "created")
	if a := v.c.Get("/session/login").Want(200); a.Text("main .said.good") == "" {
		t.Error("the word for the next page is missing")
	}
}

func TestHostRule(t *testing.T) {
	n := handlerstest.NewNode(t, handlerstest.BaseURL("https://doors.example"))
	for target, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 421, "/version": 421, "/static/app.css": 404, "/.well-known/jwks.json": 421} {
		n.Client().Get(target, handlerstest.Host("10.0.0.1:8080")).Want(want)
	}
	for _, same := range []string{"doors.example", "DOORS.example", "doors.example:443"} {
		n.Client().Get("/", handlerstest.Host(same)).Want(http.StatusOK)
	}
	n.Client().Get("/", handlerstest.Host("doors.example:80")).Want(http.StatusMisdirectedRequest)
	// Opened by the machine's address: the page is drawn with its own style sheet, and says what has to be set.
	plain := handlerstest.NewNode(t)
	page := plain.Client().Get("/", handlerstest.Host("192.168.0.7:8080")).Want(http.StatusMisdirectedRequest).Page()
	plain.Client().Get(page.Find("link[rel=stylesheet]").AttrOr("href", ""), handlerstest.Host("192.168.0.7:8080")).Want(http.StatusOK)
	if got := page.Find("pre.code").Text(); got != "--insecure-lan --base-url http://192.168.0.7:8080" {
		t.Errorf("to be set: %q", got)
	}
	if got := plain.Client().Get("/", handlerstest.Host("127.0.0.1:9090")).Page().Find("pre.code").Text(); got != "--base-url http://127.0.0.1:9090" {
		t.Errorf("to be set on this machine: %q", got)
	}
	a := n.Client().Get("/session/member", handlerstest.Host(`a"><script>alert(1)</script>`)).Want(http.StatusMisdirectedRequest)
	if a.Page().Find("main script").Length() != 0 || a.Page().Find("a.go").AttrOr("href", "") != "https://doors.example/" {
		t.Errorf("the page: %s", a.Body)
	}
}

// TestDatabaseAway: 503 with Retry-After and not "signed out"; a token at level signature needs no database.
func TestDatabaseAway(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		n := w.Node(t)
		c := n.SignedIn(w, "minji")
		n.DB.Close()
		a, notes, api := c.Get(w.Page("")), c.Get(w.Page("/notes")), c.Get(w.API("/me"))
		want := http.StatusServiceUnavailable
		if !w.ReadsUser() {
			want = http.StatusOK
		} else if a.Header.Get("Retry-After") == "" || len(a.Header.Values("Set-Cookie")) != 0 {
			t.Errorf("%s: %v", w, a.Header)
		}
		a.Want(want)
		api.Want(want)
		notes.Want(http.StatusServiceUnavailable)
		if w.Mode == "jwt" {
			n.Clock.Move(time.Minute)
			a := c.Post("/jwt/refresh", nil, handlerstest.Header("Accept", "application/json")).Want(http.StatusServiceUnavailable)
			if len(a.Header.Values("Set-Cookie")) != 0 {
				t.Errorf("%s: a refresh without a database sets %q", w, a.Header.Values("Set-Cookie"))
			}
		}
	}
}
