package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestStopUnderLoad sends SIGTERM while twenty sign-ins are under way, each of which the program has begun to read,
// and six browsers load pages. Every sign-in is finished, no answer is cut off, and the program exits with 0
// within ten seconds. Beside no other test: the time is what counts.
func TestStopUnderLoad(t *testing.T) {
	c := startProgram(t)
	// A password of the program's own cost, so that the sign-ins queue.
	c.caller().json("/api/signup", map[string]string{"username": "minji", "password": usersPassword}).wants(t, "signing up", http.StatusCreated)

	const signIns = 20
	var begun, answered, cut atomic.Int64
	under := make(chan struct{})
	var all, load sync.WaitGroup
	for range signIns {
		all.Go(func() {
			// The program says "100 Continue" when it begins to read the form: from then on the request is in flight.
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() {
				if begun.Add(1) == signIns {
					close(under)
				}
			}})
			body := url.Values{"username": {"minji"}, "password": {usersPassword}}.Encode()
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/session/login", strings.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Expect", "100-continue")
			k := c.caller()
			k.http.Transport.(*http.Transport).ExpectContinueTimeout = 30 * time.Second
			res, err := k.http.Do(r)
			if err != nil {
				t.Errorf("a sign-in was lost: %v", err)
				return
			}
			_, err = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != http.StatusSeeOther || res.Header.Get("Set-Cookie") == "" {
				t.Errorf("a sign-in: %s, %v", res.Status, err)
			}
			answered.Add(1)
		})
	}
	over, stopLoad := context.WithCancel(t.Context())
	for range 6 {
		load.Go(func() {
			k := c.caller()
			for over.Err() == nil {
				_, err := k.do(http.MethodGet, "/compare", "", "")
				if errors.Is(err, io.ErrUnexpectedEOF) {
					cut.Add(1) // an answer that had begun
				}
				if err != nil {
					return // not accepted any more
				}
			}
		})
	}
	select {
	case <-under:
	case <-time.After(30 * time.Second):
		t.Fatalf("%d sign-ins have begun", begun.Load())
	}
	asked := time.Now()
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	err := c.cmd.Wait()
	took := time.Since(asked)
	stopLoad()
	load.Wait()
	if err != nil || took > 10*time.Second {
		t.Errorf("ended after %v with %v", took, err)
	}
	if answered.Load() != signIns || cut.Load() != 0 {
		t.Errorf("%d of %d sign-ins were answered, %d answers cut off", answered.Load(), signIns, cut.Load())
	}
	if strings.Contains(c.log.String(), "cut off") {
		t.Error("the log says that requests were cut off")
	}
	t.Logf("%d sign-ins finished, exit 0 after %v", answered.Load(), took.Round(time.Millisecond))
}
