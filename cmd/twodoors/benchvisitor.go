package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"twodoors/handlers"
)

// benchAgent and benchHeaders are what a browser of the day sends with a navigation, so that the request that is
// measured has the length of a real one.
const benchAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

const benchHeaders = "User-Agent: " + benchAgent + "\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n" +
	"Accept-Language: en-US,en;q=0.9\r\n" +
	"Accept-Encoding: gzip, deflate, br, zstd\r\n" +
	"Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"

// benchVisitor is somebody who signs in at a server through its own pages.
type benchVisitor struct {
	addr    string
	client  *http.Client
	cookies map[string]string
}

func newBenchVisitor(addr string) *benchVisitor {
	return &benchVisitor{
		addr: addr, cookies: map[string]string{},
		client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// send sends a request with the visitor's cookies and keeps those of the answer.
func (v *benchVisitor) send(ctx context.Context, method, path, kind, body string, want int) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+v.addr+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Host = benchHost
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer, err := v.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != want {
		return nil, fmt.Errorf("%s %s: status %d", method, path, answer.StatusCode)
	}
	for _, c := range answer.Cookies() {
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		} else {
			v.cookies[c.Name] = c.Value
		}
	}
	return text, nil
}

func (v *benchVisitor) post(ctx context.Context, path string, form url.Values) error {
	_, err := v.send(ctx, http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode(), http.StatusSeeOther)
	return err
}

// signIn makes an account of the visitor's own and signs in, at a server in demo mode.
func (v *benchVisitor) signIn(ctx context.Context, mode string) error {
	return v.post(ctx, "/"+mode+"/demo", url.Values{"as": {"member"}, "carrier": {"cookie"}})
}

// prefer keeps a choice of how pages are shown and, in JWT mode, how much is checked.
func (v *benchVisitor) prefer(ctx context.Context, panel, level string) error {
	form := url.Values{"panel": {panel}}
	if level != "" {
		form.Set("level", level)
	}
	return v.post(ctx, "/preferences", form)
}

// apiToken signs up and in through the API and returns the opaque token.
func (v *benchVisitor) apiToken(ctx context.Context, name string) (string, error) {
	body := fmt.Sprintf(`{"username":%q,"password":%q}`, name, "correct horse "+name)
	const kind = "application/json"
	if _, err := v.send(ctx, http.MethodPost, "/api/signup", kind, body, http.StatusCreated); err != nil {
		return "", err
	}
	text, err := v.send(ctx, http.MethodPost, "/api/token/login", kind, body, http.StatusOK)
	if err != nil {
		return "", err
	}
	var got struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(text, &got); err != nil || got.Token == "" {
		return "", fmt.Errorf("signing in: no token in %d bytes", len(text))
	}
	return got.Token, nil
}

// request is a GET as this visitor's browser, or a script of theirs, sends it: its bytes. authorization is "" for
// none.
func (v *benchVisitor) request(path, authorization string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n%s", path, benchHost, benchHeaders)
	if authorization != "" {
		fmt.Fprintf(&b, "Authorization: %s\r\n", authorization)
	}
	if len(v.cookies) > 0 {
		var pairs []string
		for name, value := range v.cookies {
			pairs = append(pairs, name+"="+value)
		}
		fmt.Fprintf(&b, "Cookie: %s\r\n", strings.Join(pairs, "; "))
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// page asks for a page and keeps the whole answer, for the lower rungs to repeat.
func (v *benchVisitor) page(ctx context.Context, path string) (handlers.Page, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+v.addr+path, nil)
	if err != nil {
		return handlers.Page{}, err
	}
	r.Host = benchHost
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer, err := v.client.Do(r)
	if err != nil {
		return handlers.Page{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", path, answer.StatusCode)
	}
	answer.Header.Del("Date")
	return handlers.Page{Header: answer.Header, Body: body}, err
}
