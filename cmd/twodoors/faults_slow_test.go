package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/models/modelstest"
)

// dial opens a connection to the program and writes the beginning of a request.
func (c *process) dial(text string) (net.Conn, error) {
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		return nil, err
	}
	_, err = conn.Write(c.wire(text))
	return conn, err
}

// wire is text as it is sent: HOST stands for the program's address, and "\n" for the line ends of HTTP.
func (c *process) wire(text string) []byte {
	text = strings.Replace(text, "HOST", strings.TrimPrefix(c.url, "http://"), 1)
	return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
}

// TestSlowClients: a thousand connections that send their request a byte at a time, half of them its header, half its
// body. Meanwhile others are answered as ever, memory stays, and each of the thousand is closed in time.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	c := startProgram(t)
	k := c.caller()
	k.get("/").wants(t, "before", http.StatusOK)
	before := c.memory("VmRSS")
	const slow = 1000
	starts := []string{
		"GET / HTTP/1.1\nHost: HOST\nX-Slow: ",
		"POST /session/login HTTP/1.1\nHost: HOST\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 5000\n\nusername=",
	}
	limits := []time.Duration{headerLimit, readLimit}
	var all sync.WaitGroup
	var open, overdue atomic.Int64
	for i := range slow {
		conn, err := c.dial(starts[i%2])
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		open.Add(1)
		began := time.Now()
		all.Go(func() {
			defer conn.Close()
			ended := make(chan struct{})
			go func() {
				_, _ = io.Copy(io.Discard, conn)
				close(ended)
			}()
			tick := time.NewTicker(500 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-ended:
					open.Add(-1)
					if modelstest.Clocked() && time.Since(began) > limits[i%2]+10*time.Second {
						overdue.Add(1)
					}
					return
				case <-tick.C:
					_, _ = io.WriteString(conn, "a")
				}
			}
		})
	}
	if open.Load() < slow*9/10 {
		t.Errorf("only %d slow connections are open", open.Load())
	}
	var times []time.Duration
	for i := range 60 {
		r := c.caller().get([]string{"/", "/session/login", "/healthz"}[i%3]).wants(t, "beside slow clients", http.StatusOK)
		times = append(times, r.took)
	}
	slices.Sort(times)
	if slowest := times[len(times)*9/10]; modelstest.Clocked() && slowest > 3*time.Second {
		t.Errorf("nine tenths of the others were answered within %v", slowest)
	}
	grown := c.memory("VmHWM") - before
	all.Wait()
	if open.Load() != 0 || overdue.Load() != 0 {
		t.Errorf("%d are still open, %d were closed late", open.Load(), overdue.Load())
	}
	if grown > 300<<20 {
		t.Errorf("memory has grown by %d MiB", grown>>20)
	}
	t.Logf("%d slow connections: others answered in %v (median), memory grew by %d MiB", slow, times[len(times)/2].Round(time.Microsecond), grown>>20)
}

// TestLargeRequests: headers and bodies of 1 MiB are refused without being kept, many at once too, whether their
// length is said before or not.
func TestLargeRequests(t *testing.T) {
	t.Parallel()
	c := startProgram(t)
	c.caller().get("/").wants(t, "before", http.StatusOK)
	mib := strings.Repeat("x", 1<<20)
	chunks := strings.Repeat(fmt.Sprintf("8000\n%s\n", mib[:0x8000]), 32) + "0\n\n"
	large := map[string]struct {
		text string
		want []int
	}{
		"header":     {"GET / HTTP/1.1\nHost: HOST\nX-Large: " + mib + "\n\n", []int{431}},
		"cookie":     {"GET /session/member HTTP/1.1\nHost: HOST\nCookie: twodoors-session=" + mib + "\n\n", []int{431}},
		"many":       {"GET / HTTP/1.1\nHost: HOST\n" + strings.Repeat("X-Many: a\n", 100_000) + "\n", []int{431}},
		"address":    {"GET /?" + mib + " HTTP/1.1\nHost: HOST\n\n", []int{414, 431}},
		"form":       {fmt.Sprintf("POST /session/login HTTP/1.1\nHost: HOST\nContent-Type: application/x-www-form-urlencoded\nContent-Length: %d\n\nusername=", 1<<20) + mib[9:], []int{413}},
		"JSON":       {fmt.Sprintf("POST /api/session/login HTTP/1.1\nHost: HOST\nContent-Type: application/json\nContent-Length: %d\n\n\"", 1<<20) + mib[1:], []int{413}},
		"unsaid":     {"POST /session/login HTTP/1.1\nHost: HOST\nContent-Type: application/x-www-form-urlencoded\nTransfer-Encoding: chunked\n\n" + chunks, []int{413}},
		"not a form": {fmt.Sprintf("POST /session/login HTTP/1.1\nHost: HOST\nContent-Type: text/plain\nContent-Length: %d\n\n", 1<<20) + mib, []int{413, 415}},
		"4 GiB said": {"POST /session/login HTTP/1.1\nHost: HOST\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 4294967296\n\nusername=" + mib, []int{413}},
	}
	var refused, closed atomic.Int64
	wave := func() {
		var all sync.WaitGroup
		for name, each := range large {
			wire := c.wire(each.text)
			for range 20 {
				all.Go(func() { c.large(name, wire, each.want, &refused, &closed) })
			}
		}
		all.Wait()
	}
	before := c.memory("VmRSS")
	wave() // so many connections at once need their room
	first := c.memory("VmHWM")
	wave()
	wave()
	grown := c.memory("VmHWM") - first
	c.caller().get("/").wants(t, "afterwards", http.StatusOK)
	if grown > 120<<20 { // a third of what was sent meanwhile
		t.Errorf("memory has grown by %d MiB from one wave to the third", grown>>20)
	}
	if refused.Load() < closed.Load() {
		t.Errorf("%d were refused, %d only cut off", refused.Load(), closed.Load())
	}
	t.Logf("%d requests of 1 MiB and more: %d refused, %d cut off; memory grew by %d MiB, and by %d MiB with twice as many more",
		refused.Load()+closed.Load(), refused.Load(), closed.Load(), (first-before)>>20, grown>>20)
}

// large sends one request as it is and counts how it was refused.
func (c *process) large(name string, wire []byte, want []int, refused, closed *atomic.Int64) {
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		c.t.Error(err)
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(40 * time.Second))
	go func() { _, _ = conn.Write(wire) }()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		closed.Add(1) // the program hung up on the rest, and the system threw away its answer with it
		return
	}
	res.Body.Close()
	if !slices.Contains(want, res.StatusCode) {
		c.t.Errorf("%s: %s", name, res.Status)
	}
	refused.Add(1)
}

// TestAnswersBeforeTheApp: what the app never sees is refused by the library, which hangs up; what it can see has
// its headers, "OPTIONS *" too.
func TestAnswersBeforeTheApp(t *testing.T) {
	t.Parallel()
	c := startProgram(t)
	for text, mayLack := range map[string]bool{
		"OPTIONS * HTTP/1.1\nHost: HOST\nConnection: close\n\n": false, "BREW / HTTP/1.1\nHost: HOST\nConnection: close\n\n": false,
		"TRACE / HTTP/1.1\nHost: HOST\nConnection: close\n\n": false, "GET / HTTP/1.1\n\n": true, "nonsense\n\n": true,
	} {
		conn, err := c.dial(text)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if res.StatusCode < 400 || res.Header.Get("Content-Security-Policy") == "" && !mayLack || !res.Close {
			t.Errorf("%q: %s %v", text, res.Status, res.Header)
		}
		res.Body.Close()
		conn.Close()
	}
}
