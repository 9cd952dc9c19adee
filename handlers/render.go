package handlers

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"twodoors/handlers/auth"
	"twodoors/handlers/trace"
	"twodoors/views"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

var htmlHeader = []string{"text/html; charset=utf-8"}

// render writes a page. It is rendered whole before the status is written; the figures are fixed before
// rendering begins, and no lookup may follow.
func (n *Node) render(c echo.Context, status int, page templ.Component) error {
	if x := trace.From(c.Request().Context()); x != nil {
		x.Freeze()
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := page.Render(c.Request().Context(), b); err != nil {
		return err
	}
	h := c.Response().Header()
	h["Content-Type"] = htmlHeader
	h["Content-Length"] = []string{strconv.Itoa(b.Len())}
	c.Response().WriteHeader(status)
	_, err := c.Response().Write(b.Bytes())
	return err
}

// writeJSON writes an API answer; the content type may have been set before.
func writeJSON(c echo.Context, status int, v any) error {
	if x := trace.From(c.Request().Context()); x != nil {
		x.Freeze()
	}
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	if h.Get(echo.HeaderContentType) == "" {
		h.Set(echo.HeaderContentType, "application/json; charset=utf-8")
	}
	h.Set(echo.HeaderContentLength, strconv.Itoa(len(body)+1))
	c.Response().WriteHeader(status)
	_, err = c.Response().Write(append(body, '\n'))
	return err
}

// messages is the catalogue of the visitor's language.
func (n *Node) messages(c echo.Context) *views.Messages {
	return n.words.Match(preferencesOf(c).Language, c.Request().Header.Get("Accept-Language"))
}

// chrome is what every page has around its content.
func (n *Node) chrome(c echo.Context, title string, section views.Section) views.Chrome {
	return views.Chrome{
		Msg: n.messages(c), Theme: preferencesOf(c).Theme, TitleKey: title, Here: c.Request().URL.RequestURI(), Section: section,
		Assets:      views.Assets{Style: n.static.URL("app.css"), Script: n.static.URL("app.js"), Icon: n.static.URL("icon.svg")},
		InsecureLAN: n.cfg.InsecureLAN, Demo: n.cfg.Demo, Signup: n.cfg.Signup, Labs: n.labs != nil,
	}
}

// seeOther answers a form that was carried out: 303 to where it goes on.
func seeOther(c echo.Context, path string) error { return c.Redirect(http.StatusSeeOther, path) }

// localPath returns path where it is an address within this site, and otherwise fallback: a sign-in must
// not send anyone elsewhere (OWASP ASVS 5.0 3.7.2, open redirects).
func localPath(path, fallback string) string {
	if len(path) < 1 || len(path) > 2000 || path[0] != '/' || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t\x00") {
		return fallback
	}
	for _, r := range path {
		if r < ' ' || r == 0x7f {
			return fallback
		}
	}
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return fallback
	}
	return path
}

func queryEscape(s string) string { return url.QueryEscape(s) }

// section is the entry of the main navigation that a mode belongs to.
func section(m auth.ExhibitedMode) views.Section { return views.Section(m.Name()) }
