package labs

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"twodoors/handlers/auth"
)

// Wire counts what a client has sent.
type Wire struct {
	Requests      int64
	Bytes         int64
	AccessTokens  int64 // how many requests carried an access token
	RefreshTokens int64 // how many requests carried a refresh token
	AccessGiven   int64 // how many answers carried an access token
	RefreshGiven  int64 // how many answers carried a refresh token
	Passwords     int64 // how many requests carried the password
}

// request is what a client sends.
type request struct {
	method, target    string
	contentType, body string
	header            http.Header // beside what the client sends by itself
	plainPage         bool        // a navigation: no token from memory
}

// write makes the bytes of a request, and counts what they carry.
func (c *Client) write(r request) []byte {
	base, err := url.Parse(c.environment.settings.BaseURL)
	must(err)
	target, err := url.ParseRequestURI(r.target)
	must(err)
	var b bytes.Buffer
	line := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.method, r.target, base.Host)
	line("User-Agent", c.actor.agent())
	switch c.actor {
	case Script, Reports:
	case OtherSite:
		line("Sec-Fetch-Site", "cross-site")
		line("Origin", "https://elsewhere.example")
	default:
		line("Sec-Fetch-Site", "same-origin")
		if r.method != http.MethodGet {
			line("Origin", base.Scheme+"://"+base.Host)
		}
	}
	if cookies := c.jar.header(target.Path); cookies != "" {
		line("Cookie", cookies)
		if strings.Contains(cookies, "twodoors-access=") {
			c.wire.AccessTokens++
		}
		if strings.Contains(cookies, "twodoors-refresh=") {
			c.wire.RefreshTokens++
		}
	}
	if bearer := c.authorization(target.Path); bearer != "" && !r.plainPage && r.header.Get("Authorization") == "" {
		line("Authorization", bearer)
		c.wire.AccessTokens++
	}
	for name, values := range r.header {
		for _, v := range values {
			line(name, v)
		}
	}
	if r.contentType != "" {
		line("Content-Type", r.contentType)
	}
	if r.body != "" || r.method != http.MethodGet {
		line("Content-Length", fmt.Sprint(len(r.body)))
	}
	b.WriteString("\r\n" + r.body)
	if strings.Contains(r.body, password) || strings.Contains(r.body, url.QueryEscape(password)) {
		c.wire.Passwords++
	}
	if strings.Contains(r.body, `"refresh_token"`) {
		c.wire.RefreshTokens++
	}
	c.wire.Requests++
	c.wire.Bytes += int64(b.Len())
	return b.Bytes()
}

// presented is a mode's credential as it stands in a request that was sent, nil for none.
func presented(x *Exchange, m Mode) *auth.Presented {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(x.Request)))
	must(err)
	if scheme, token, found := strings.Cut(r.Header.Get("Authorization"), " "); found {
		return &auth.Presented{Carrier: auth.CarrierHeader, Scheme: scheme, Value: token}
	}
	for _, c := range r.Cookies() {
		if plainName(c.Name) == cookieOf(m) {
			return &auth.Presented{Carrier: auth.CarrierCookie, Name: c.Name, Value: c.Value}
		}
	}
	return nil
}

// authorization is the header's value for an address, "" for none: the scripts that keep a token send it to
// its own mode, and never along with a refresh cookie.
func (c *Client) authorization(path string) string {
	if path == "/jwt/refresh" {
		return ""
	}
	for m, token := range c.access {
		if token == "" || !strings.HasPrefix(path, "/"+string(m)+"/") && !strings.HasPrefix(path, "/api/"+string(m)+"/") {
			continue
		}
		if m == Token {
			return "Token " + token
		}
		return "Bearer " + token
	}
	return ""
}
