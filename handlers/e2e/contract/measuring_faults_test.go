package contract_test

import (
	"net/http"
	"strings"
	"testing"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
)

// TestDisplayThatFailsSpoilsNothing: what is read only to be shown may be missing. The page stands, with its
// figures, and says that the rows could not be read.
func TestDisplayThatFailsSpoilsNothing(t *testing.T) {
	for _, database := range handlerstest.Databases() {
		t.Run(database.Name, func(t *testing.T) {
			t.Parallel()
			for _, carrier := range []string{"cookie", "header"} {
				w := handlerstest.Way{Mode: "jwt", Carrier: carrier, Level: auth.LevelSignature}
				n := w.Node(t, database.Option(t))
				v := newVisitor(n, w, models.RoleAdmin, "")
				n.Exec("DROP TABLE refresh_tokens")
				// Not the devices page: the refresh tokens are what it is for.
				for path, data := range map[string]int{"": 0, "/notes": 1, "/account": 1, "/admin": 1} {
					a := v.page(path).Want(http.StatusOK)
					floor := 0
					if path == "/account" || path == "/admin" {
						floor = 1
					}
					if want := figures(floor, data, 0); strings.TrimSuffix(a.Lookups(), ", display=1") != want {
						t.Errorf("%s: %s, want %s", path, a.Lookups(), want)
					}
					if got := a.Text(".state .empty"); !strings.Contains(got, "not available") {
						t.Errorf("%s: the state says %q", path, got)
					}
					if a.Text("main h1") == "" {
						t.Errorf("%s: the page itself is gone", path)
					}
				}
				v.Language = "ko"
				if got := v.page("").Text(".state .empty"); got == "" || strings.Contains(got, "not available") {
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
				w := handlerstest.Way{Mode: "jwt", Carrier: carrier, Level: auth.LevelVersion}
				v := newVisitor(w.Node(t, handlerstest.BaseURL(base)), w, models.RoleAdmin, "")
				v.SignIn(handlerstest.Way{Mode: "session", Carrier: "cookie"}, v.user.Name)
				v.SignIn(w, v.user.Name)
				access := v.Bearer
				if access == "" {
					access = v.Cookie("/", "twodoors-access")
				}
				secrets := map[string]string{
					"session id":    v.Cookie("/", "twodoors-session"),
					"signature":     access[strings.LastIndex(access, ".")+1:],
					"payload":       strings.Split(access, ".")[1],
					"refresh token": v.Cookie("/jwt/refresh", "twodoors-refresh"),
				}
				var answers []*handlerstest.Answer
				for _, mode := range []string{"session", "jwt"} {
					for _, path := range memberPages {
						answers = append(answers, v.Get("/"+mode+"/member"+path).Want(http.StatusOK))
					}
					answers = append(answers,
						v.Post("/"+mode+"/member/notes", []string{"body", ""}).Want(http.StatusUnprocessableEntity),
						v.Post("/"+mode+"/member/account", []string{"current", "x", "password", "y"}).Want(http.StatusUnprocessableEntity),
						v.Get("/"+mode+"/member/nothing").Want(http.StatusNotFound))
				}
				answers = append(answers, v.Get("/"), v.Get("/compare"), v.Get("/compare?page=notes&count=2"), v.Get("/jwt/refresh"), v.Get("/jwt/login"))
				for _, a := range answers {
					for name, secret := range secrets {
						if part := handlerstest.ShownPart(a.Body, secret); part != "" {
							t.Errorf("%s shows %q of the %s", a.URL, part, name)
						}
					}
				}
			})
		}
	}
}

// TestRevealIsDemoOnly: the whole credential of a request is given out only where nothing is at stake.
func TestRevealIsDemoOnly(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			demo := newVisitor(w.Node(t), w, models.RoleMember, "")
			var got struct{ Credential, Carrier string }
			demo.page("/credential").Want(http.StatusOK).Into(&got)
			want := demo.Bearer
			if want == "" {
				want = demo.Cookie("/", demo.access())
			}
			if got.Credential != want || got.Carrier != w.Carrier {
				t.Errorf("revealed %q by %s", got.Credential, got.Carrier)
			}
			if demo.page("").Page().Find("[data-reveal]").Length() != 1 {
				t.Error("no button reveals it")
			}
			serious := newVisitor(w.Node(t, handlerstest.NoDemo()), w, models.RoleMember, "")
			serious.page("/credential").Want(http.StatusNotFound)
			if serious.page("").Page().Find("[data-reveal]").Length() != 0 {
				t.Error("a button reveals it outside the demo")
			}
		})
	}
}
