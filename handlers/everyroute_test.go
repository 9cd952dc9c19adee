package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"twodoors/handlers/metrics"
)

// TestEveryRoute asks for all that is mounted, with what makes no sense there: nobody, a member and an admin;
// an id that is none, no body, a body that is noise. There is an answer of the app's own to each, in both
// languages, the rules for every answer hold (invariants_test.go), and no metric's label has taken anything from a
// request (metered_test.go).
func TestEveryRoute(t *testing.T) {
	for _, w := range []way{{mode: "session", carrier: "cookie"}, byCookie, byHeader} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			set := metrics.New("test")
			n := w.node(t, countedIn(set))
			defer checkLabels(t, n, set)
			n.user("minji", "member")
			for _, route := range n.Routes() {
				method, path, _ := strings.Cut(route, " ")
				if !strings.HasPrefix(path, "/") || strings.Contains(path, "*") {
					continue
				}
				for _, id := range []string{"0", "7", "x%00", "99999999999999999999"} {
					target := strings.ReplaceAll(path, ":id", id)
					for _, who := range []string{"nobody", "member", "admin"} {
						c := n.client()
						c.language = map[string]string{"nobody": "ko", "member": "en", "admin": "ko"}[who]
						switch who {
						case "member":
							c.signIn(w, "minji")
						case "admin":
							c.demo(w, "admin")
						}
						for _, body := range [][2]string{{"", ""}, {"%zz&=;", "application/x-www-form-urlencoded"}, {`{"a":`, "application/json"}, {"\xff\x00", "text/plain"}} {
							a := c.send(method, target, body[0], body[1])
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
	for _, w := range ways() {
		n := w.node(t)
		c := n.signedIn(w, "minji")
		for _, path := range []string{"/", "/healthz", "/version", w.page(""), w.page("/notes"), w.api("/me")} {
			c.send("HEAD", path, "", "").want(http.StatusOK)
		}
	}
}
