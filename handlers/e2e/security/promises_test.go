package security_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/handlerstest"
)

// The tests of this package show from outside, over HTTP, what the app promises: one file for each of its
// promises, Sessions, Cookies, JWT, CSRF (with headers and output), Passwords, Input and Load. Each begins with a
// list of the rules and of the tests that show them, wherever those stand.

// carrierCookie is the name of the cookie that carries a way's credential, "" where a header does.
func carrierCookie(w handlerstest.Way) string {
	if w.Carrier == "header" {
		return ""
	}
	return map[string]string{"session": "twodoors-session", "jwt": "twodoors-access", "token": "twodoors-token", "cookie": "twodoors-content"}[w.Mode]
}

// heldBy is what the client presents at a way's door.
func heldBy(c *handlerstest.Client, w handlerstest.Way) string {
	if w.Carrier == "header" {
		return c.Bearer
	}
	return c.Cookie("/", carrierCookie(w))
}

// credentialsOf are all secrets that a client holds, by name.
func credentialsOf(c *handlerstest.Client) map[string]string {
	all := map[string]string{}
	for _, name := range []string{"twodoors-session", "twodoors-access", "twodoors-refresh", "twodoors-token", "twodoors-content", "twodoors-known", "twodoors-team"} {
		if value := c.Cookie("/jwt/refresh", name); value != "" {
			all[name] = value
		}
	}
	if c.Bearer != "" {
		all["bearer"] = c.Bearer
	}
	return all
}

// onDisk is the database as a thief of the machine's disk has it: the file and its log, byte by byte.
func onDisk(n *handlerstest.Node) []byte {
	n.T.Helper()
	path := strings.TrimPrefix(n.DatabaseURL, "sqlite:")
	var all []byte
	for _, file := range []string{path, path + "-wal"} {
		text, err := os.ReadFile(file)
		if err != nil {
			n.T.Fatal(err)
		}
		all = append(all, text...)
	}
	return all
}

// listening is a node behind a real port.
type listening struct {
	*handlerstest.Node
	addr string
}

// listen puts a node behind a real port, with the library's own reading of requests in between.
func listen(t *testing.T, options ...handlerstest.Option) listening {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := handlerstest.NewNode(t, append(options, handlerstest.BaseURL("http://"+listener.Addr().String()))...)
	server := &http.Server{Handler: n, ReadHeaderTimeout: 10 * time.Second, DisableGeneralOptionsHandler: true}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return listening{n, listener.Addr().String()}
}

// raw sends bytes as they are and reads one answer. "HOST" in the text stands for the node's address, and "\n" for
// the line ends of HTTP.
func (l listening) raw(text string) (*http.Response, string) {
	l.T.Helper()
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		l.T.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		l.T.Fatal(err)
	}
	text = strings.NewReplacer("\r\n", "\r\n", "\n", "\r\n", "HOST", l.addr).Replace(text)
	method, _, _ := strings.Cut(text, " ")
	// The server may have answered, and closed, before all is written.
	go func() { _, _ = io.WriteString(conn, text) }()
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		l.T.Fatalf("%.60q: %v", text, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil && !bytes.HasSuffix(body, []byte("\n")) && res.ContentLength > 0 && int64(len(body)) < res.ContentLength {
		l.T.Fatalf("%.60q: %v after %d bytes", text, err, len(body))
	}
	return res, string(body)
}

// queryEscaped is text as it stands in an address.
func queryEscaped(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
