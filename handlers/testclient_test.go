package handlers_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// client is a browser (a cookie jar; Origin and Sec-Fetch-Site as browsers send them) or a script (neither).
// Both keep to one node, whose handler they call directly.
type client struct {
	node *testNode
	t    testing.TB
	base *url.URL
	jar  *cookiejar.Jar // nil for a script without cookies
	// bearer is sent in Authorization to everything below /jwt and /api/jwt but /jwt/refresh, "" for none.
	bearer   string
	language string // Accept-Language
	follows  bool   // whether redirects are followed
	browser  bool
}

// client makes a new browser. It does not follow redirects unless told to.
func (n *testNode) client() *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		n.t.Fatal(err)
	}
	return &client{node: n, t: n.t, base: n.cfg.BaseURL, jar: jar, browser: true}
}

// signedIn makes an account and a new browser that is signed in with it.
func (n *testNode) signedIn(w way, name string) *client {
	n.t.Helper()
	n.user(name, "member")
	c := n.client()
	c.signIn(w, name)
	return c
}

// script makes a client that sends neither Origin nor Sec-Fetch-Site. It keeps cookies all the same, as a
// session over the API needs them.
func (n *testNode) script() *client {
	c := n.client()
	c.browser = false
	return c
}

// copied is another client that holds what this one holds at this moment: a thief's copy.
func (c *client) copied() *client {
	other := c.node.client()
	other.bearer, other.browser, other.language = c.bearer, c.browser, c.language
	for _, path := range []string{"/jwt/refresh", "/jwt/member", "/"} {
		u := c.base.ResolveReference(&url.URL{Path: path})
		for _, k := range c.jar.Cookies(u) {
			k.Path, k.Secure = cookiePath(k.Name), u.Scheme == "https"
			other.jar.SetCookies(u, []*http.Cookie{k})
		}
	}
	return other
}

// bareName is a cookie's name without the prefix that https gives it, and without the port.
func bareName(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "__Host-"), "__Secure-")
	return strings.TrimRight(strings.TrimRight(name, "0123456789"), "-")
}

// cookiePath is the path that a cookie of that name is set with.
func cookiePath(name string) string {
	switch bareName(name) {
	case "twodoors-refresh":
		return "/jwt/refresh"
	case "twodoors-carrier":
		return "/jwt"
	}
	return "/"
}

// cookie is the value of a cookie that the client would send to a path, "" for none. The name goes without
// its prefix and port.
func (c *client) cookie(path, name string) string {
	for _, k := range c.jar.Cookies(c.base.ResolveReference(&url.URL{Path: path})) {
		if bareName(k.Name) == name {
			return k.Value
		}
	}
	return ""
}

// setCookie puts a cookie into the jar. The name goes as it is sent.
func (c *client) setCookie(name, value string) {
	c.jar.SetCookies(c.base, []*http.Cookie{{Name: name, Value: value, Path: cookiePath(name), Secure: c.base.Scheme == "https"}})
}

// change alters a request before it is sent.
type change func(*http.Request)

// header sets a header of a request, or removes it.
func header(name, value string) change {
	return func(r *http.Request) {
		if value == "" {
			r.Header.Del(name)
			return
		}
		r.Header.Set(name, value)
	}
}

// get asks for a page.
func (c *client) get(target string, changes ...change) *answer {
	c.t.Helper()
	return c.send(http.MethodGet, target, "", "", changes...)
}

// post sends a form: fields by name and value in turn.
func (c *client) post(target string, fields []string, changes ...change) *answer {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return c.send(http.MethodPost, target, form.Encode(), "application/x-www-form-urlencoded", changes...)
}

// json calls the API. body is marshalled; nil sends none.
func (c *client) json(method, target string, body any, changes ...change) *answer {
	c.t.Helper()
	if body == nil {
		return c.send(method, target, "", "", changes...)
	}
	text, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.send(method, target, string(text), "application/json", changes...)
}

// send sends any request.
func (c *client) send(method, target, body, contentType string, changes ...change) *answer {
	c.t.Helper()
	u, err := c.base.Parse(target)
	if err != nil {
		c.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, u.String(), strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if c.browser {
		r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if method != http.MethodGet && method != http.MethodHead {
			r.Header.Set("Origin", c.base.Scheme+"://"+c.base.Host)
		}
	}
	if c.language != "" {
		r.Header.Set("Accept-Language", c.language)
	}
	for _, change := range changes {
		change(r)
	}
	hc := &http.Client{Transport: transport{c}}
	if c.jar != nil {
		hc.Jar = c.jar
	}
	if !c.follows {
		hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	res, err := hc.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return &answer{t: c.t, Status: res.StatusCode, Header: res.Header, Body: string(text), URL: res.Request.URL}
}

// transport hands requests to the node as its listener would.
type transport struct{ c *client }

// RoundTrip answers one request, and checks the answer.
func (tr transport) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.Header = maps.Clone(r.Header)
	in.RequestURI, in.RemoteAddr = r.URL.RequestURI(), "192.0.2.1:50000"
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	path := r.URL.Path
	if tr.c.bearer != "" && in.Header.Get("Authorization") == "" && (strings.HasPrefix(path, "/token/") || strings.HasPrefix(path, "/api/token/")) {
		in.Header.Set("Authorization", "Token "+tr.c.bearer)
	}
	if tr.c.bearer != "" && in.Header.Get("Authorization") == "" && path != "/jwt/refresh" &&
		(strings.HasPrefix(path, "/jwt/") || strings.HasPrefix(path, "/api/jwt/")) {
		in.Header.Set("Authorization", "Bearer "+tr.c.bearer)
	}
	w := httptest.NewRecorder()
	tr.c.node.ServeHTTP(w, in)
	res := w.Result()
	res.Request = r
	checkAnswer(tr.c, in, res, w.Body.String())
	return res, nil
}

// answer is what came back.
type answer struct {
	t      testing.TB
	Status int
	Header http.Header
	Body   string
	URL    *url.URL // of the last request, where redirects were followed
	doc    *goquery.Document
}

// page is the answer as a document.
func (a *answer) page() *goquery.Document {
	a.t.Helper()
	if a.doc == nil {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body))
		if err != nil {
			a.t.Fatal(err)
		}
		a.doc = doc
	}
	return a.doc
}

// text is the text at a selector, white space made plain.
func (a *answer) text(selector string) string {
	a.t.Helper()
	return strings.Join(strings.Fields(a.page().Find(selector).Text()), " ")
}

// lookups is the DB-Lookups header.
func (a *answer) lookups() string { return a.Header.Get("DB-Lookups") }

// location is where a redirect leads.
func (a *answer) location() string { return a.Header.Get("Location") }

// want fails the test now if the status is another.
func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: status %d, want %d\n%.600s", a.URL, a.Status, status, a.Body)
	}
	return a
}

// wantTo fails the test now if the answer is not a 303 to a place.
func (a *answer) wantTo(location string) *answer {
	a.t.Helper()
	a.want(http.StatusSeeOther)
	if a.location() != location {
		a.t.Fatalf("%s: leads to %s, want %s", a.URL, a.location(), location)
	}
	return a
}

// into unmarshals a JSON answer.
func (a *answer) into(v any) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.Body), v); err != nil {
		a.t.Fatalf("%s: %v\n%.600s", a.URL, err, a.Body)
	}
}

// setCookie is the cookie that the answer sets, nil for none. The name goes without its prefix and port.
func (a *answer) setCookie(name string) *http.Cookie {
	for _, line := range a.Header.Values("Set-Cookie") {
		k, err := http.ParseSetCookie(line)
		if err == nil && bareName(k.Name) == name {
			return k
		}
	}
	return nil
}
