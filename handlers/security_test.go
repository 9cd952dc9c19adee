package handlers_test

import (
	"bufio"
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// The files security_*_test.go show from outside, over HTTP, what the app promises: one file for each of its
// promises, Sessions, Cookies, JWT, CSRF (with headers and output), Passwords, Input and Load. Each begins with a
// list of the rules and of the tests that show them, wherever those stand.

// carrierCookie is the name of the cookie that carries a way's credential, "" where a header does.
func (w way) carrierCookie() string {
	if w.carrier == "header" {
		return ""
	}
	return map[string]string{"session": "twodoors-session", "jwt": "twodoors-access", "token": "twodoors-token", "cookie": "twodoors-content"}[w.mode]
}

// held is what the client presents at a way's door.
func (c *client) held(w way) string {
	if w.carrier == "header" {
		return c.bearer
	}
	return c.cookie("/", w.carrierCookie())
}

// credentials are all secrets that a client holds, by name.
func (c *client) credentials() map[string]string {
	all := map[string]string{}
	for _, name := range []string{"twodoors-session", "twodoors-access", "twodoors-refresh", "twodoors-token", "twodoors-content", "twodoors-known", "twodoors-team"} {
		if value := c.cookie("/jwt/refresh", name); value != "" {
			all[name] = value
		}
	}
	if c.bearer != "" {
		all["bearer"] = c.bearer
	}
	return all
}

// database opens the node's SQLite file beside the app.
func (n *testNode) database() *sql.DB {
	n.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+strings.TrimPrefix(n.dbURL, "sqlite:")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { db.Close() })
	return db
}

// onDisk is the database as a thief of the machine's disk has it: the file and its log, byte by byte.
func (n *testNode) onDisk() []byte {
	n.t.Helper()
	path := strings.TrimPrefix(n.dbURL, "sqlite:")
	var all []byte
	for _, file := range []string{path, path + "-wal"} {
		text, err := os.ReadFile(file)
		if err != nil {
			n.t.Fatal(err)
		}
		all = append(all, text...)
	}
	return all
}

// contents is every row of every table as text, to be compared with what it is later.
func (n *testNode) contents() string {
	n.t.Helper()
	db := n.database()
	defer db.Close()
	tables, err := db.QueryContext(n.t.Context(), `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
	if err != nil {
		n.t.Fatal(err)
	}
	defer tables.Close()
	var text strings.Builder
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			n.t.Fatal(err)
		}
		n.writeTable(db, name, &text)
	}
	return text.String()
}

func (n *testNode) writeTable(db *sql.DB, name string, to *strings.Builder) {
	n.t.Helper()
	rows, err := db.QueryContext(n.t.Context(), `SELECT * FROM `+name)
	if err != nil {
		n.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		n.t.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			n.t.Fatal(err)
		}
		fmt.Fprint(to, name)
		for _, v := range values {
			fmt.Fprintf(to, "\t%v", *v.(*any))
		}
		fmt.Fprintln(to)
	}
}

// listening is a node behind a real port.
type listening struct {
	*testNode
	addr string
}

// listen puts a node behind a real port, with the library's own reading of requests in between.
func listen(t *testing.T, options ...option) listening {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := newNode(t, append(options, baseURL("http://"+listener.Addr().String()))...)
	server := &http.Server{Handler: n, ReadHeaderTimeout: 10 * time.Second, DisableGeneralOptionsHandler: true}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return listening{n, listener.Addr().String()}
}

// raw sends bytes as they are and reads one answer. "HOST" in the text stands for the node's address, and "\n" for
// the line ends of HTTP.
func (l listening) raw(text string) (*http.Response, string) {
	l.t.Helper()
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		l.t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		l.t.Fatal(err)
	}
	text = strings.NewReplacer("\r\n", "\r\n", "\n", "\r\n", "HOST", l.addr).Replace(text)
	method, _, _ := strings.Cut(text, " ")
	// The server may have answered, and closed, before all is written.
	go func() { _, _ = io.WriteString(conn, text) }()
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		l.t.Fatalf("%.60q: %v", text, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil && !bytes.HasSuffix(body, []byte("\n")) && res.ContentLength > 0 && int64(len(body)) < res.ContentLength {
		l.t.Fatalf("%.60q: %v after %d bytes", text, err, len(body))
	}
	return res, string(body)
}

// safeBuffer takes a log that several requests write.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write appends p.
func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// String is all that was written.
func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// queryEscaped is text as it stands in an address.
func queryEscaped(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// rawAnswer asks for a page whose status is not one of those that every other test takes for a fault.
func (n *testNode) rawAnswer(c *client, path string) *answer {
	n.t.Helper()
	r := httptest.NewRequest(http.MethodGet, n.cfg.BaseURL.String()+path, nil)
	for _, k := range c.jar.Cookies(n.cfg.BaseURL) {
		r.AddCookie(k)
	}
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	return &answer{t: n.t, Status: w.Code, Header: w.Result().Header, Body: w.Body.String(), URL: r.URL}
}
