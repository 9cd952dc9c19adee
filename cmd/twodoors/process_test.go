package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// process is the real program in a process of its own, which can be killed and started again at the same address.
type process struct {
	t    testing.TB
	cmd  *exec.Cmd
	args []string
	addr string // where it listens
	url  string // what it takes for its own address
	dir  string
	log  *lockedBuffer
}

// startProgram starts the program with a database of its own, unless args name another, and demo mode's defaults.
func startProgram(t testing.TB, args ...string) *process {
	t.Helper()
	c := newProgram(t, args...)
	c.start()
	return c
}

// newProgram chooses the address and the folder, and does not start the program yet.
func newProgram(t testing.TB, args ...string) *process {
	t.Helper()
	if testing.Short() {
		t.Skip("a process of its own: skipped with -short")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	c := &process{t: t, addr: listener.Addr().String(), dir: t.TempDir(), log: &lockedBuffer{}}
	_, port, _ := net.SplitHostPort(c.addr)
	c.url = "http://localhost:" + port
	c.args = append([]string{"--addr=" + c.addr, "--keys=" + filepath.Join(c.dir, "keys"), "--database=" + c.database(), "--log-format=json"}, args...)
	t.Cleanup(func() {
		if c.cmd != nil && c.cmd.ProcessState == nil {
			_ = c.cmd.Process.Kill()
			_ = c.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("the end of its log: %.3000s", endOf(c.log.String(), 3000))
		}
	})
	return c
}

func endOf(text string, n int) string { return text[max(0, len(text)-n):] }

// database is where its SQLite database lies by default.
func (c *process) database() string { return "sqlite:" + filepath.Join(c.dir, "twodoors.db") }

// start runs the program until it has printed its address.
func (c *process) start() {
	c.t.Helper()
	c.cmd = exec.Command(os.Args[0], c.args...)
	c.cmd.Env = append(os.Environ(), programVariable+"=1")
	c.cmd.Stderr = c.log
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || !strings.Contains(line, c.url) {
		c.t.Fatalf("printed %q (%v): %s", line, err, c.log)
	}
	go io.Copy(io.Discard, lines)
}

// kill ends the program as a power cut would end it: no signal that it could take notice of.
func (c *process) kill() {
	c.t.Helper()
	if err := c.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		c.t.Error(err)
	}
	_ = c.cmd.Wait()
}

// memory reads a line such as VmRSS or VmHWM of the process's status, in bytes; the test is skipped where the system
// has no such file.
func (c *process) memory(name string) int64 {
	c.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		c.t.Skip("no /proc on this system")
	}
	_, rest, _ := strings.Cut(string(text), name+":")
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		c.t.Fatal(err)
	}
	return kib << 10
}

// usersPassword is every test user's.
const usersPassword = "correct horse battery"

// makeUsers makes accounts in a database, before the program opens it. Their passwords cost little to check: the cost is
// kept beside the hash.
func makeUsers(t testing.TB, database string, names ...string) {
	t.Helper()
	ctx := sqltrace.Background(context.Background())
	db, err := models.Open(ctx, models.Options{URL: database})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	hash, err := auth.NewHasher(64, 1).Hash(ctx, usersPassword)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if _, err := db.CreateUser(ctx, models.NewUser{Name: name, PasswordHash: hash, Role: models.RoleMember, Now: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
}

// caller is a client of the program: a browser with cookies, or a script.
type caller struct {
	c    *process
	http *http.Client
}

// caller makes a client that keeps its connections, its cookies, and to itself.
func (c *process) caller() *caller {
	jar, _ := cookiejar.New(nil)
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, c.addr)
		},
	}
	c.t.Cleanup(transport.CloseIdleConnections)
	return &caller{c, &http.Client{Jar: jar, Transport: transport, Timeout: 3 * time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// reply is what came back whole.
type reply struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration
}

// into reads a JSON body.
func (r reply) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Errorf("%v: %.300s", err, r.body)
	}
}

func (k *caller) do(method, path, kind, body string, headers ...string) (reply, error) {
	r, err := http.NewRequest(method, k.c.url+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	began := time.Now()
	res, err := k.http.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, text, time.Since(began)}, err
}

// get, post and json fail the test where there is no answer at all.
func (k *caller) get(path string, headers ...string) reply {
	k.c.t.Helper()
	return k.must(k.do(http.MethodGet, path, "", "", headers...))
}

func (k *caller) post(path string, fields url.Values, headers ...string) reply {
	k.c.t.Helper()
	return k.must(k.do(http.MethodPost, path, "application/x-www-form-urlencoded", fields.Encode(), headers...))
}

func (k *caller) json(path string, v any, headers ...string) reply {
	k.c.t.Helper()
	return k.must(k.tryJSON(path, v, headers...))
}

func (k *caller) tryJSON(path string, v any, headers ...string) (reply, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return reply{}, err
	}
	return k.do(http.MethodPost, path, "application/json", string(bytes.TrimSpace(text)), headers...)
}

func (k *caller) must(r reply, err error) reply {
	k.c.t.Helper()
	if err != nil {
		k.c.t.Fatal(err)
	}
	return r
}

// signIn signs a browser in by a door's form.
func (k *caller) signIn(mode, name string) {
	k.c.t.Helper()
	if r := k.post("/"+mode+"/login", url.Values{"username": {name}, "password": {usersPassword}, "carrier": {"cookie"}}); r.status != http.StatusSeeOther {
		k.c.t.Fatalf("signing in at %s: %d %.300s", mode, r.status, r.body)
	}
}

// wants fails the test if the status is another.
func (r reply) wants(t testing.TB, what string, status int) reply {
	t.Helper()
	if r.status != status {
		t.Errorf("%s: status %d, want %d: %.200s", what, r.status, status, r.body)
	}
	return r
}
