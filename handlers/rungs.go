package handlers

import (
	"bytes"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"twodoors/static"
	"twodoors/views"
)

// Page is an answer as it was once given: what the lower rungs of the benchmark's ladder answer with.
type Page struct {
	Header http.Header
	Body   []byte
}

// NetHTTPBaseline answers with the same bytes each time, by net/http alone: the physical limit.
func NetHTTPBaseline(p Page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = p.write(w) })
}

// EchoRung answers with the same bytes each time, through the framework.
func EchoRung(path string, p Page) http.Handler {
	e := echo.New()
	e.GET(path, func(c echo.Context) error { return p.write(c.Response()) })
	return e
}

// TemplRung renders a member's home each time, of one member who is always there: the framework and the
// template, and nobody is asked who they are.
func TemplRung(path string, p Page) (http.Handler, error) {
	words, err := views.SharedCatalogue(nil)
	if err != nil {
		return nil, err
	}
	files, err := static.Shared()
	if err != nil {
		return nil, err
	}
	n := &Node{static: files, words: words, cfg: Config{Demo: true, Signup: true}}
	at := time.Now()
	e := echo.New()
	e.GET(path, func(c echo.Context) error {
		p.head(c.Response())
		return n.render(c, http.StatusOK, sampleHome(n.chrome(c, "title.home", views.SectionSession), at))
	})
	return e, nil
}

// sampleHome is a home page as session mode has it, with its panel folded.
func sampleHome(chrome views.Chrome, at time.Time) templ.Component {
	const door, name, role = views.DoorSession, "member-abcdef", "member"
	chrome.Signed = &views.Signed{Door: door, Name: name, Role: role}
	return views.HomePage(views.Home{
		Member: views.Member{Chrome: chrome, Door: door, Tab: "home", Panel: views.Panel{
			Door: door, Folded: true, Here: chrome.Here, Method: http.MethodGet, Status: http.StatusOK, Auth: 1,
			Total: 100 * time.Microsecond, AuthTime: 50 * time.Microsecond,
		}},
		UserID: 1, Name: name, Role: role, SignedInAt: at, Expires: at.Add(8 * time.Hour),
	})
}

// head sets the page's headers but those that whoever sends it sets anew.
func (p Page) head(w http.ResponseWriter) {
	h := w.Header()
	for name, values := range p.Header {
		h[name] = values
	}
}

func (p Page) write(w http.ResponseWriter) error {
	p.head(w)
	w.WriteHeader(http.StatusOK)
	_, err := bytes.NewReader(p.Body).WriteTo(w)
	return err
}
