package handlerstest

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

// Client is a browser (a cookie jar; Origin and Sec-Fetch-Site as browsers send them) or a script (neither).
// Both keep to one node, whose handler they call directly.
type Client struct {
	Node *Node
	T    testing.TB
	Base *url.URL
	Jar  *cookiejar.Jar // nil for a script without cookies
	// Bearer is sent in Authorization to everything below /jwt and /api/jwt but /jwt/refresh, "" for none.
	Bearer   string
	Language string // Accept-Language
	Follows  bool   // whether redirects are followed
	Browser  bool
}

// Client makes a new browser. It does not follow redirects unless told to.
func (n *Node) Client() *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		n.T.Fatal(err)
	}
	return &Client{Node: n, T: n.T, Base: n.Config.BaseURL, Jar: jar, Browser: true}
}

// SignedIn makes an account and a new browser that is signed in with it.
func (n *Node) SignedIn(w Way, name string) *Client {
	n.T.Helper()
	n.User(name, "member")
	c := n.Client()
	c.SignIn(w, name)
	return c
}

// Script makes a client that sends neither Origin nor Sec-Fetch-Site. It keeps cookies all the same, as a
// session over the API needs them.
func (n *Node) Script() *Client {
	c := n.Client()
	c.Browser = false
	return c
}

// Copied is another client that holds what this one holds at this moment: a thief's copy.
func (c *Client) Copied() *Client {
	other := c.Node.Client()
	other.Bearer, other.Browser, other.Language = c.Bearer, c.Browser, c.Language
	for _, path := range []string{"/jwt/refresh", "/jwt/member", "/"} {
		u := c.Base.ResolveReference(&url.URL{Path: path})
		for _, k := range c.Jar.Cookies(u) {
			k.Path, k.Secure = cookiePath(k.Name), u.Scheme == "https"
			other.Jar.SetCookies(u, []*http.Cookie{k})
		}
	}
	return other
}

// BareName is a cookie's name without the prefix that https gives it, and without the port.
func BareName(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "__Host-"), "__Secure-")
	return strings.TrimRight(strings.TrimRight(name, "0123456789"), "-")
}

// cookiePath is the path that a cookie of that name is set with.
func cookiePath(name string) string {
	switch BareName(name) {
	case "twodoors-refresh":
		return "/jwt/refresh"
	case "twodoors-carrier":
		return "/jwt"
	}
	return "/"
}

// Cookie is the value of a cookie that the client would send to a path, "" for none. The name goes without
// its prefix and port.
func (c *Client) Cookie(path, name string) string {
	for _, k := range c.Jar.Cookies(c.Base.ResolveReference(&url.URL{Path: path})) {
		if BareName(k.Name) == name {
			return k.Value
		}
	}
	return ""
}

// SetCookie puts a cookie into the jar. The name goes as it is sent.
func (c *Client) SetCookie(name, value string) {
	c.Jar.SetCookies(c.Base, []*http.Cookie{{Name: name, Value: value, Path: cookiePath(name), Secure: c.Base.Scheme == "https"}})
}

// Change alters a request before it is sent.
type Change func(*http.Request)

// Header sets a header of a request, or removes it.
func Header(name, value string) Change {
	return func(r *http.Request) {
		if value == "" {
			r.Header.Del(name)
			return
		}
		r.Header.Set(name, value)
	}
}

// Get asks for a page.
func (c *Client) Get(target string, changes ...Change) *Answer {
	c.T.Helper()
	return c.Send(http.MethodGet, target, "", "", changes...)
}

// Post sends a form: fields by name and value in turn.
func (c *Client) Post(target string, fields []string, changes ...Change) *Answer {
	c.T.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return c.Send(http.MethodPost, target, form.Encode(), "application/x-www-form-urlencoded", changes...)
}

// JSON calls the API. body is marshalled; nil sends none.
func (c *Client) JSON(method, target string, body any, changes ...Change) *Answer {
	c.T.Helper()
	if body == nil {
		return c.Send(method, target, "", "", changes...)
	}
	text, err := json.Marshal(body)
	if err != nil {
		c.T.Fatal(err)
	}
	return c.Send(method, target, string(text), "application/json", changes...)
}

// Send sends any request.
func (c *Client) Send(method, target, body, contentType string, changes ...Change) *Answer {
	c.T.Helper()
	u, err := c.Base.Parse(target)
	if err != nil {
		c.T.Fatal(err)
	}
	r, err := http.NewRequestWithContext(c.T.Context(), method, u.String(), strings.NewReader(body))
	if err != nil {
		c.T.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if c.Browser {
		r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if method != http.MethodGet && method != http.MethodHead {
			r.Header.Set("Origin", c.Base.Scheme+"://"+c.Base.Host)
		}
	}
	if c.Language != "" {
		r.Header.Set("Accept-Language", c.Language)
	}
	for _, change := range changes {
		change(r)
	}
	hc := &http.Client{Transport: transport{c}}
	if c.Jar != nil {
		hc.Jar = c.Jar
	}
	if !c.Follows {
		hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	res, err := hc.Do(r)
	if err != nil {
		c.T.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.T.Fatal(err)
	}
	return &Answer{T: c.T, Status: res.StatusCode, Header: res.Header, Body: string(text), URL: res.Request.URL}
}

// transport hands requests to the node as its listener would.
type transport struct{ c *Client }

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
	if tr.c.Bearer != "" && in.Header.Get("Authorization") == "" && (strings.HasPrefix(path, "/token/") || strings.HasPrefix(path, "/api/token/")) {
		in.Header.Set("Authorization", "Token "+tr.c.Bearer)
	}
	if tr.c.Bearer != "" && in.Header.Get("Authorization") == "" && path != "/jwt/refresh" &&
		(strings.HasPrefix(path, "/jwt/") || strings.HasPrefix(path, "/api/jwt/")) {
		in.Header.Set("Authorization", "Bearer "+tr.c.Bearer)
	}
	w := httptest.NewRecorder()
	tr.c.Node.ServeHTTP(w, in)
	res := w.Result()
	res.Request = r
	checkAnswer(tr.c, in, res, w.Body.String())
	return res, nil
}

// Answer is what came back.
type Answer struct {
	T      testing.TB
	Status int
	Header http.Header
	Body   string
	URL    *url.URL // of the last request, where redirects were followed
	doc    *goquery.Document
}

// Page is the answer as a document.
func (a *Answer) Page() *goquery.Document {
	a.T.Helper()
	if a.doc == nil {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body))
		if err != nil {
			a.T.Fatal(err)
		}
		a.doc = doc
	}
	return a.doc
}

// Text is the text at a selector, white space made plain.
func (a *Answer) Text(selector string) string {
	a.T.Helper()
	return strings.Join(strings.Fields(a.Page().Find(selector).Text()), " ")
}

// Lookups is the DB-Lookups header.
func (a *Answer) Lookups() string { return a.Header.Get("DB-Lookups") }

// Location is where a redirect leads.
func (a *Answer) Location() string { return a.Header.Get("Location") }

// Want fails the test now if the status is another.
func (a *Answer) Want(status int) *Answer {
	a.T.Helper()
	if a.Status != status {
		a.T.Fatalf("%s: status %d, want %d\n%.600s", a.URL, a.Status, status, a.Body)
	}
	return a
}

// WantTo fails the test now if the answer is not a 303 to a place.
func (a *Answer) WantTo(location string) *Answer {
	a.T.Helper()
	a.Want(http.StatusSeeOther)
	if a.Location() != location {
		a.T.Fatalf("%s: leads to %s, want %s", a.URL, a.Location(), location)
	}
	return a
}

// Into unmarshals a JSON answer.
func (a *Answer) Into(v any) {
	a.T.Helper()
	if err := json.Unmarshal([]byte(a.Body), v); err != nil {
		a.T.Fatalf("%s: %v\n%.600s", a.URL, err, a.Body)
	}
}

// SetCookie is the cookie that the answer sets, nil for none. The name goes without its prefix and port.
func (a *Answer) SetCookie(name string) *http.Cookie {
	for _, line := range a.Header.Values("Set-Cookie") {
		k, err := http.ParseSetCookie(line)
		if err == nil && BareName(k.Name) == name {
			return k
		}
	}
	return nil
}
