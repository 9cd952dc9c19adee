package handlerstest

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// BodyTooLarge is more than the app reads of any request.
var BodyTooLarge = strings.Repeat("x", 300_000)

// Host asks for another host.
func Host(name string) Change { return func(r *http.Request) { r.Host = name } }

// Hangul is a letter of Korean.
var Hangul = regexp.MustCompile(`\p{Hangul}`)

// WantWords fails the test if a text is empty, a bare message key, or in another language.
func WantWords(t *testing.T, text, language string) {
	t.Helper()
	if text == "" || strings.HasPrefix(text, "problem.") || strings.HasPrefix(text, "form.") || Hangul.MatchString(text) != (language == "ko") {
		t.Errorf("words in %s: %q", language, text)
	}
}

// WantProblem looks at an API's refusal (RFC 9457).
func WantProblem(t *testing.T, a *Answer, status int, language string) {
	t.Helper()
	a.Want(status)
	if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		t.Errorf("content type %s", got)
	}
	var p struct {
		Type, Title, Detail string
		Status              int
		Fields              map[string]string
	}
	a.Into(&p)
	if p.Status != status || p.Type != "about:blank" {
		t.Errorf("problem: %s", a.Body)
	}
	WantWords(t, p.Title, language)
	WantWords(t, p.Detail, language)
	if (status == 422 || status == 409) && len(p.Fields) == 0 {
		t.Errorf("no field is named: %s", a.Body)
	}
	for _, text := range p.Fields {
		WantWords(t, text, language)
	}
	if status == http.StatusMethodNotAllowed && a.Header.Get("Allow") == "" {
		t.Error("405 without Allow (RFC 9110, section 15.5.6)")
	}
}

// RawAnswer asks for a page whose status is not one of those that every other test takes for a fault.
func (n *Node) RawAnswer(c *Client, path string) *Answer {
	n.T.Helper()
	r := httptest.NewRequest(http.MethodGet, n.Config.BaseURL.String()+path, nil)
	for _, k := range c.Jar.Cookies(n.Config.BaseURL) {
		r.AddCookie(k)
	}
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	return &Answer{T: n.T, Status: w.Code, Header: w.Result().Header, Body: w.Body.String(), URL: r.URL}
}
