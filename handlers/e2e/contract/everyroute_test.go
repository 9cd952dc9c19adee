package contract_test

import (
	"net/http"
	"strings"
	"testing"

	"twodoors/handlers/handlerstest"
	"twodoors/handlers/metrics"
)

// TestEveryRoute asks for all that is mounted, with what makes no sense there: nobody, a member and an admin;
// an id that is none, no body, a body that is noise. There is an answer of the app's own to each, in both
// languages, the rules for every answer hold (handlerstest/rules.go), and no metric's label has taken anything from a
// request (metered_test.go).
func TestEveryRoute(t *testing.T) {
	for _, w := range []handlerstest.Way{{Mode: "session", Carrier: "cookie"}, handlerstest.ByCookie, handlerstest.ByHeader} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			set := metrics.New("test")
			n := w.Node(t, handlerstest.CountedIn(set))
			defer checkLabels(t, n, set)
			n.User("minji", "member")
			for _, route := range n.Routes() {
				method, path, _ := strings.Cut(route, " ")
				if !strings.HasPrefix(path, "/") || strings.Contains(path, "*") {
					continue
				}
				for _, id := range []string{"0", "7", "x%00", "99999999999999999999"} {
					target := strings.ReplaceAll(path, ":id", id)
					for _, who := range []string{"nobody", "member", "admin"} {
						c := n.Client()
						c.Language = map[string]string{"nobody": "ko", "member": "en", "admin": "ko"}[who]
						switch who {
						case "member":
							c.SignIn(w, "minji")
						case "admin":
							c.Demo(w, "admin")
						}
						for _, body := range [][2]string{{"", ""}, {"%zz&=;", "application/x-www-form-urlencoded"}, {`{"a":`, "application/json"}, {"\xff\x00", "text/plain"}} {
							a := c.Send(method, target, body[0], body[1])
							if a.Status >= 500 || a.Status == http.StatusMethodNotAllowed {
								t.Errorf("%s %s as %s: status %d", method, target, who, a.Status)
							}
						}
					}
					if target == path {
						break
					}
				}
			}
		})
	}
}

// TestHEAD: what GET answers, without the body.
func TestHEAD(t *testing.T) {
	for _, w := range handlerstest.Ways() {
		n := w.Node(t)
		c := n.SignedIn(w, "minji")
		for _, path := range []string{"/", "/healthz", "/version", w.Page(""), w.Page("/notes"), w.API("/me")} {
			c.Send("HEAD", path, "", "").Want(http.StatusOK)
		}
	}
}
