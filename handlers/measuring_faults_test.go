package handlers_test

import (
	"database/sql"
	"net/http"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/ncruces/go-sqlite3/driver"

	"twodoors/handlers/auth"
	"twodoors/models"
)

// exec runs SQL on the node's database from outside the app.
func (n *testNode) exec(statement string) {
	n.t.Helper()
	driver, name := "pgx", n.dbURL
	if path, ok := strings.CutPrefix(n.dbURL, "sqlite:"); ok {
		driver, name = "sqlite3", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		n.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(n.t.Context(), statement); err != nil {
		n.t.Fatalf("%s: %v", statement, err)
	}
}

// TestDisplayThatFailsSpoilsNothing: what is read only to be shown may be missing. The page stands, with its
// figures, and says that the rows could not be read.
func TestDisplayThatFailsSpoilsNothing(t *testing.T) {
	for _, database := range databases() {
		t.Run(database.name, func(t *testing.T) {
			t.Parallel()
			for _, carrier := range []string{"cookie", "header"} {
				w := way{mode: "jwt", carrier: carrier, level: auth.LevelSignature}
				n := w.node(t, database.option(t))
				v := newVisitor(n, w, models.RoleAdmin, "")
				n.exec("DROP TABLE refresh_tokens")
				// Not the devices page: the refresh tokens are what it is for.
				for path, data := range map[string]int{"": 0, "/notes": 1, "/account": 1, "/admin": 1} {
					a := v.page(path).want(http.StatusOK)
					floor := 0
					if path == "/account" || path == "/admin" {
						floor = 1
					}
					if want := figures(floor, data, 0); strings.TrimSuffix(a.lookups(), ", display=1") != want {
						t.Errorf("%s: %s, want %s", path, a.lookups(), want)
					}
					if got := a.text(".state .empty"); !strings.Contains(got, "not available") {
						t.Errorf("%s: the state says %q", path, got)
					}
					if a.text("main h1") == "" {
						t.Errorf("%s: the page itself is gone", path)
					}
				}
				v.language = "ko"
				if got := v.page("").text(".state .empty"); got == "" || strings.Contains(got, "not available") {
					t.Errorf("in Korean the state says %q", got)
				}
			}
		})
	}
}

// TestCredentialsAreMasked: signed in through both doors, no page of either shows more of a credential than
// its ends, in whatever band, attribute or answer to a mistake. (checkMasked looks for the whole; this looks
// for any twelve characters of what is secret.)
func TestCredentialsAreMasked(t *testing.T) {
	for _, carrier := range []string{"cookie", "header"} {
		for _, base := range []string{"http://localhost:8080", "https://doors.example"} {
			t.Run(carrier+" "+base, func(t *testing.T) {
				t.Parallel()
				w := way{mode: "jwt", carrier: carrier, level: auth.LevelVersion}
				v := newVisitor(w.node(t, baseURL(base)), w, models.RoleAdmin, "")
				v.signIn(way{mode: "session", carrier: "cookie"}, v.user.Name)
				v.signIn(w, v.user.Name)
				access := v.bearer
				if access == "" {
					access = v.cookie("/", "twodoors-access")
				}
				secrets := map[string]string{
					"session id":    v.cookie("/", "twodoors-session"),
					"signature":     access[strings.LastIndex(access, ".")+1:],
					"payload":       strings.Split(access, ".")[1],
					"refresh token": v.cookie("/jwt/refresh", "twodoors-refresh"),
				}
				var answers []*answer
				for _, mode := range []string{"session", "jwt"} {
					for _, path := range memberPages {
						answers = append(answers, v.get("/"+mode+"/member"+path).want(http.StatusOK))
					}
					answers = append(answers,
						v.post("/"+mode+"/member/notes", []string{"body", ""}).want(http.StatusUnprocessableEntity),
						v.post("/"+mode+"/member/account", []string{"current", "x", "password", "y"}).want(http.StatusUnprocessableEntity),
						v.get("/"+mode+"/member/nothing").want(http.StatusNotFound))
				}
				answers = append(answers, v.get("/"), v.get("/compare"), v.get("/compare?page=notes&count=2"), v.get("/jwt/refresh"), v.get("/jwt/login"))
				for _, a := range answers {
					for name, secret := range secrets {
						if part := shownPart(a.Body, secret); part != "" {
							t.Errorf("%s shows %q of the %s", a.URL, part, name)
						}
					}
				}
			})
		}
	}
}

// shownPart is a piece of twelve characters of the secret that stands in the text, "" where there is none.
func shownPart(text, secret string) string {
	const piece = 12
	for i := 0; i+piece <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+piece]) {
			return secret[i : i+piece]
		}
	}
	return ""
}

// TestRevealIsDemoOnly: the whole credential of a request is given out only where nothing is at stake.
func TestRevealIsDemoOnly(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			demo := newVisitor(w.node(t), w, models.RoleMember, "")
			var got struct{ Credential, Carrier string }
			demo.page("/credential").want(http.StatusOK).into(&got)
			want := demo.bearer
			if want == "" {
				want = demo.cookie("/", demo.access())
			}
			if got.Credential != want || got.Carrier != w.carrier {
				t.Errorf("revealed %q by %s", got.Credential, got.Carrier)
			}
			if demo.page("").page().Find("[data-reveal]").Length() != 1 {
				t.Error("no button reveals it")
			}
			serious := newVisitor(w.node(t, noDemo()), w, models.RoleMember, "")
			serious.page("/credential").want(http.StatusNotFound)
			if serious.page("").page().Find("[data-reveal]").Length() != 0 {
				t.Error("a button reveals it outside the demo")
			}
		})
	}
}
