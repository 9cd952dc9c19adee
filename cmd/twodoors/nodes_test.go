package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/models/modelstest"
)

// bootNodes starts three nodes in one process, on a database of their own.
func bootNodes(t *testing.T, args ...string) booted {
	t.Helper()
	return boot(t, append([]string{"--nodes=3", "--database=sqlite:" + filepath.Join(t.TempDir(), "twodoors.db")}, args...)...)
}

// ask sends one request with these cookies and no others, and follows no redirect. headers are by name and value in
// turn. The answer's body was read.
func ask(t *testing.T, method, address string, form url.Values, cookies []*http.Cookie, headers ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatal(err)
	}
	return response
}

// enter signs a demo visitor in at a door and returns the cookies, and the node that answered.
func enter(t *testing.T, base, mode string) (cookies []*http.Cookie, node string) {
	t.Helper()
	response := ask(t, http.MethodPost, base+"/"+mode+"/demo", url.Values{"as": {"member"}, "carrier": {"cookie"}}, nil)
	if response.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s: signing in: %s", mode, response.Status)
	}
	return response.Cookies(), response.Header.Get("Served-By")
}

// TestNodesTakeTurns: every answer, whatever it is, names its node, and the nodes answer in turn.
func TestNodesTakeTurns(t *testing.T) {
	server := bootNodes(t)
	var walk []string
	for _, path := range []string{"/", "/compare", "/healthz", "/api/session/me", "/nowhere", "/session/member", "/readyz", "/session/login", "/.well-known/jwks.json"} {
		walk = append(walk, ask(t, http.MethodGet, server.url+path, nil, nil).Header.Get("Served-By"))
	}
	if want := slices.Repeat([]string{"node-1", "node-2", "node-3"}, 3); !slices.Equal(walk, want) {
		t.Errorf("answered by %q", walk)
	}
	// What each node guards by itself it guards behind the balancer too, and it sees the client's own address.
	for range 3 {
		if r := ask(t, http.MethodPost, server.url+"/session/logout", url.Values{}, nil, "Sec-Fetch-Site", "cross-site"); r.StatusCode != http.StatusForbidden {
			t.Errorf("from another site: %s", r.Status)
		}
		if r := ask(t, http.MethodGet, strings.Replace(server.url, "localhost", "127.0.0.1", 1), nil, nil); r.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("by another name: %s", r.Status)
		}
	}
	if log := server.log.String(); !strings.Contains(log, `"address"`) || strings.Count(log, `"msg":"request"`) != strings.Count(log, `"address":"127.0.0.1"`) {
		t.Error("the log has another address than the client's")
	}
}

// TestNodesOverTLS: https ends before the balancer, and each node knows of it.
func TestNodesOverTLS(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys")
	server := bootNodes(t, "--tls-self-signed", "--keys="+keys)
	client := tlsClient(t, filepath.Join(keys, "tls-self-signed.pem"))
	var walk []string
	for range 3 {
		r := mustGet(t, client, server.url+"/", "en")
		walk = append(walk, r.Header.Get("Served-By"))
		if r.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s does not know that it is https", walk[len(walk)-1])
		}
	}
	if !slices.Equal(walk, []string{"node-1", "node-2", "node-3"}) {
		t.Errorf("answered by %q", walk)
	}
}

// TestNodesAndState: what every node can reach is known to every node; what lies in one node's memory is not.
func TestNodesAndState(t *testing.T) {
	for name, c := range map[string]struct {
		args  func(testing.TB) []string
		known map[string]bool // by mode: whether all nodes know the sign-in
	}{
		"database": {func(testing.TB) []string { return nil }, map[string]bool{"session": true, "jwt": true, "token": true, "cookie": true}},
		"Redis":    {func(t testing.TB) []string { return []string{"--session-store", modelstest.Redis(t)} }, map[string]bool{"session": true, "jwt": true}},
		"memory":   {func(testing.TB) []string { return []string{"--session-store=memory"} }, map[string]bool{"session": false, "jwt": true, "token": true, "cookie": true}},
		"at the highest level": {func(testing.TB) []string { return []string{"--jwt-level=version", "--session-store=memory"} },
			map[string]bool{"jwt": true}},
	} {
		t.Run(name, func(t *testing.T) {
			server := bootNodes(t, c.args(t)...)
			for mode, known := range c.known {
				cookies, home := enter(t, server.url, mode)
				answered := map[string]int{}
				for range 9 {
					r := ask(t, http.MethodGet, server.url+"/"+mode+"/member", nil, cookies)
					node := r.Header.Get("Served-By")
					answered[node]++
					if in := r.StatusCode == http.StatusOK; in != (known || node == home) {
						t.Errorf("%s, signed in at %s: %s answers %s", mode, home, node, r.Status)
					}
				}
				if len(answered) != 3 || answered["node-1"] != 3 || answered["node-2"] != 3 {
					t.Errorf("%s: answered by %v", mode, answered)
				}
			}
		})
	}
}

// TestNodeStopped: a node is stopped and started again while a class is at it. No request fails and nobody is
// signed out, in any mode whose state the nodes share; the stopped node answers nothing until it is back.
func TestNodeStopped(t *testing.T) {
	server := bootNodes(t)
	var sent, failed, out atomic.Int64
	var class sync.WaitGroup
	over := make(chan struct{})
	for _, mode := range []string{"session", "jwt", "token", "cookie"} {
		for range 2 {
			cookies, _ := enter(t, server.url, mode)
			class.Go(func() {
				for {
					select {
					case <-over:
						return
					default:
					}
					status := tryGet(t.Context(), server.url+"/"+mode+"/member/notes", cookies)
					sent.Add(1)
					switch {
					case status == http.StatusSeeOther:
						out.Add(1)
					case status != http.StatusOK:
						failed.Add(1)
					}
				}
			})
		}
	}
	at := func(n int64) {
		for goal := sent.Load() + n; sent.Load() < goal; {
			ask(t, http.MethodGet, server.url+"/healthz", nil, nil)
		}
	}
	turn := func(what, node string, want int) {
		t.Helper()
		if r := ask(t, http.MethodPost, server.url+"/compare/nodes", url.Values{what: {node}}, nil); r.StatusCode != want {
			t.Errorf("%s %s: %s, want %d", what, node, r.Status, want)
		}
	}
	walk := func() map[string]bool {
		seen := map[string]bool{}
		for range 24 { // others take turns at the same time
			seen[ask(t, http.MethodGet, server.url+"/healthz", nil, nil).Header.Get("Served-By")] = true
		}
		return seen
	}
	for _, node := range []string{"node-1", "node-2", "node-3"} {
		at(20)
		turn("stop", node, http.StatusSeeOther)
		at(20)
		if walk()[node] {
			t.Errorf("%s answers though it was stopped", node)
		}
		turn("start", node, http.StatusSeeOther)
		for !walk()[node] { // until the test's own time is over
			if t.Context().Err() != nil {
				t.Fatalf("%s does not come back", node)
			}
		}
	}
	close(over)
	class.Wait()
	if t.Logf("%d requests sent, %d failed, %d signed out", sent.Load(), failed.Load(), out.Load()); failed.Load() != 0 || out.Load() != 0 {
		t.Error("a node was missed")
	}
	// The last one cannot be stopped, and who is nobody's node cannot be either.
	turn("stop", "node-1", http.StatusSeeOther)
	turn("stop", "node-1", http.StatusSeeOther)
	turn("stop", "node-3", http.StatusSeeOther)
	turn("stop", "node-2", http.StatusBadRequest)
	turn("stop", "node-4", http.StatusBadRequest)
	if seen := walk(); len(seen) != 1 || !seen["node-2"] {
		t.Errorf("answered by %v", seen)
	}
}

// tryGet returns the status, 0 where there was no whole answer.
func tryGet(ctx context.Context, address string, cookies []*http.Cookie) int {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return 0
	}
	return response.StatusCode
}

// TestNodeStartedAnew: what a node had in its memory is gone with it.
func TestNodeStartedAnew(t *testing.T) {
	server := bootNodes(t, "--session-store=memory")
	cookies, home := enter(t, server.url, "session")
	knows := func() bool {
		for {
			r := ask(t, http.MethodGet, server.url+"/session/member", nil, cookies)
			if r.Header.Get("Served-By") == home {
				return r.StatusCode == http.StatusOK
			}
		}
	}
	if !knows() {
		t.Fatalf("%s does not know its own session", home)
	}
	for _, what := range []string{"stop", "start"} {
		ask(t, http.MethodPost, server.url+"/compare/nodes", url.Values{what: {home}}, nil)
	}
	if knows() {
		t.Errorf("%s knows a session that it had before it was stopped", home)
	}
}

// TestNodesCannotBeStopped through a proxy, from another site, without a demo, or where there are none.
func TestNodesCannotBeStopped(t *testing.T) {
	form := url.Values{"stop": {"node-1"}}
	demo := bootNodes(t)
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "Via", "X-Real-Ip"} {
		if r := ask(t, http.MethodPost, demo.url+"/compare/nodes", form, nil, header, "127.0.0.1"); r.StatusCode != http.StatusNotFound {
			t.Errorf("through a proxy (%s): %s", header, r.Status)
		}
	}
	if r := ask(t, http.MethodPost, demo.url+"/compare/nodes", form, nil, "Sec-Fetch-Site", "cross-site"); r.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: %s", r.Status)
	}
	for name, server := range map[string]booted{
		"no demo": bootNodes(t, "--demo=off"), "one node": boot(t, "--database=sqlite::memory:", "--node-name=node-1"),
	} {
		if r := ask(t, http.MethodPost, server.url+"/compare/nodes", form, nil); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", name, r.Status)
		}
	}
}

// TestNodesStream: an answer that goes on comes through as it is written, and ends with the program.
func TestNodesStream(t *testing.T) {
	server := bootNodes(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.url+"/claims/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewReader(response.Body)
	if line, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(line, "event: measur") {
		t.Errorf("the first line is %q (%v)", line, err)
	}
	if code := server.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Errorf("the stream broke off: %v", err)
	}
	if strings.Contains(server.log.String(), "cut off") {
		t.Error("the stream was cut off")
	}
}

// TestNodeNames: a node alone has no name but a given one; where others may be at work on the database it has the
// host's, and several in one process are numbered.
func TestNodeNames(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	host, _, _ = strings.Cut(host, ".")
	for name, c := range map[string]struct {
		database func(testing.TB) string
		args     []string
		want     string
	}{
		"alone":               {inMemory, nil, ""},
		"given":               {inMemory, []string{"--node-name=left"}, "left"},
		"several with a stem": {inMemory, []string{"--node-name=left", "--nodes=2"}, "left-1"},
		"PostgreSQL":          {modelstest.Postgres, nil, host},
	} {
		t.Run(name, func(t *testing.T) {
			if containerID.MatchString(host) && c.want == host {
				t.Skip("a container's name: the network may know a better one")
			}
			server := boot(t, append(c.args, "--database", c.database(t))...)
			if got := ask(t, http.MethodGet, server.url+"/", nil, nil).Header.Get("Served-By"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestDrain: after the signal the nodes answer on, are not ready, and end each connection; then they stop.
func TestDrain(t *testing.T) {
	for _, nodes := range []int{1, 3} {
		t.Run(strconv.Itoa(nodes), func(t *testing.T) {
			server := boot(t, "--database=sqlite::memory:", "--drain=1s", "--nodes="+strconv.Itoa(nodes))
			if r := ask(t, http.MethodGet, server.url+"/readyz", nil, nil); r.StatusCode != http.StatusOK || r.Close {
				t.Fatalf("before: %s, close %v", r.Status, r.Close)
			}
			ended := make(chan int, 1)
			began := time.Now()
			go func() { ended <- server.stop() }()
			for range nodes { // each of them
				for _, path := range []string{"/readyz", "/healthz"} {
					for ask(t, http.MethodGet, server.url+path, nil, nil).StatusCode == http.StatusOK {
					}
				}
			}
			for range nodes {
				if r := ask(t, http.MethodGet, server.url+"/session/login", nil, nil); r.StatusCode != http.StatusOK || !r.Close {
					t.Errorf("meanwhile: %s, close %v", r.Status, r.Close)
				}
			}
			if code, took := <-ended, time.Since(began); code != 0 || took < time.Second {
				t.Errorf("exit code %d after %v", code, took)
			}
		})
	}
}
