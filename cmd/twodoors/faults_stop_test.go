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

// stopped is how the program ended under load.
type stopped struct {
	answered, lost, cut int64 // sign-ins finished and not; other answers that broke off
	took                time.Duration
	err                 error // of the process: nil is exit code 0
}

// TestStopUnderLoad sends SIGTERM while twenty sign-ins are under way, each of which the program has begun to read,
// and six browsers load pages. Every sign-in is finished, no answer is cut off, and the program exits with 0
// within ten seconds. Beside no other test, since the time is what counts; and a machine that does other work
// meanwhile gets two more tries.
func TestStopUnderLoad(t *testing.T) {
	const signIns = 20
	var end stopped
	for range 3 {
		end = stopUnderLoad(t, signIns)
		t.Logf("%d sign-ins finished, %d lost, ended after %v", end.answered, end.lost, end.took.Round(time.Millisecond))
		if end.err == nil && end.took < 10*time.Second && end.answered == signIns && end.cut == 0 {
			return
		}
	}
	t.Errorf("%+v", end)
}

func stopUnderLoad(t *testing.T, signIns int64) (end stopped) {
	t.Helper()
	c := startProgram(t)
	// A password of the program's own cost, so that the sign-ins queue.
	c.caller().json("/api/signup", map[string]string{"username": "minji", "password": usersPassword}).wants(t, "signing up", http.StatusCreated)
	var begun, answered, lost, cut atomic.Int64
	under := make(chan struct{})
	var all, load sync.WaitGroup
	for range signIns {
		all.Go(func() {
			// The program says "100 Continue" when it begins to read the form: from then on the request is in flight.
			status, err := c.signInSlowly(t.Context(), func() {
				if begun.Add(1) == signIns {
					close(under)
				}
			})
			if err != nil || status != http.StatusSeeOther {
				lost.Add(1)
				return
			}
			answered.Add(1)
		})
	}
	over, stopLoad := context.WithCancel(t.Context())
	defer stopLoad()
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
	return stopped{answered.Load(), lost.Load(), cut.Load(), took, err}
}

// signInSlowly signs in by the session's form, and calls begun when the program has begun to read it.
func (c *process) signInSlowly(ctx context.Context, begun func()) (status int, err error) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got100Continue: begun})
	body := url.Values{"username": {"minji"}, "password": {usersPassword}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/session/login", strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Expect", "100-continue")
	k := c.caller()
	k.http.Transport.(*http.Transport).ExpectContinueTimeout = 30 * time.Second
	res, err := k.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}
