package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"twodoors/handlers"
	"twodoors/handlers/auth"
	"twodoors/models"
)

// stopped is how the program ended under load.
type stopped struct {
	signedIn, later, lost, cut int64 // sign-ins finished, told to come back, and neither; other answers that broke off
	took                       time.Duration
	err                        error // of the process: nil is exit code 0
}

// TestStopUnderLoad sends SIGTERM while sign-ins are under way, each of which the program has begun to read, and six
// browsers load pages. Every sign-in is answered: as many as there is time for are carried out, and the others are
// told to come back. No answer is cut off, and the program exits with 0 within ten seconds.
func TestStopUnderLoad(t *testing.T) {
	const signIns = 20
	c := startProgram(t)
	end := stopUnderLoad(t, c, signIns, func() error { return c.cmd.Process.Signal(syscall.SIGTERM) }, c.cmd.Wait, func() {})
	t.Logf("%+v", end)
	if end.err != nil || end.took >= 10*time.Second || end.lost != 0 || end.cut != 0 || end.signedIn == 0 || end.signedIn+end.later != signIns {
		t.Errorf("%+v", end)
	}
}

// TestStopBeforeTheQueueIsThrough is the same where there is not time enough for all: the passwords still waiting are
// given up as soon as the first sign-in after the signal has been answered. Nobody is left without an answer.
func TestStopBeforeTheQueueIsThrough(t *testing.T) {
	const signIns = 60
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hasher := auth.NewHasher(19*1024, 10)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	c := &process{t: t, addr: listener.Addr().String(), url: "http://localhost:" + port}
	node := memoryNode(t, c.url, hasher)
	ctx, stop := context.WithCancel(t.Context())
	ended, answered := make(chan error, 1), make(chan struct{})
	giveUp := func() {
		go func() {
			<-answered
			hasher.Close()
		}()
	}
	go func() { ended <- serve(ctx, node, listener, slog.New(slog.DiscardHandler), time.Hour, giveUp) }()
	end := stopUnderLoad(t, c, signIns, func() error { stop(); return nil }, func() error { return <-ended }, func() { close(answered) })
	t.Logf("%+v", end)
	if end.lost != 0 || end.cut != 0 || end.signedIn == 0 || end.later == 0 || end.signedIn+end.later != signIns {
		t.Errorf("%+v", end)
	}
}

// TestWaitingPasswordsAreGivenUpInTime: what has not begun when three quarters of the limit are over is given up, which
// leaves a quarter for saying so.
func TestWaitingPasswordsAreGivenUpInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, gaveUp := time.Now(), make(chan time.Duration, 1)
		lastly(8*time.Second, func() { gaveUp <- time.Since(begun) })()
		if after := <-gaveUp; after != 6*time.Second {
			t.Errorf("given up after %v", after)
		}
	})
}

// memoryNode is a node on a database in memory.
func memoryNode(t *testing.T, base string, hasher *auth.Hasher) *handlers.Node {
	t.Helper()
	db, err := models.Open(t.Context(), models.Options{URL: "sqlite::memory:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	keys, err := auth.NewKeyRing("EdDSA", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	node, err := handlers.New(handlers.Config{BaseURL: u, Signup: true, SessionIdle: time.Hour, SessionMax: time.Hour, Remember: time.Hour, AccessTTL: time.Minute, RefreshTTL: time.Hour},
		handlers.Deps{DB: db, Keys: keys, Now: time.Now, Log: slog.New(slog.DiscardHandler), Hasher: hasher})
	if err != nil {
		t.Fatal(err)
	}
	return node
}

// stopUnderLoad makes the user and the load, has the program stopped, and waits for its end. first is called when the
// first sign-in has been answered.
func stopUnderLoad(t *testing.T, c *process, signIns int64, stop, wait func() error, first func()) stopped {
	t.Helper()
	// A password of the program's own cost, so that the sign-ins queue.
	c.caller().json("/api/signup", map[string]string{"username": "minji", "password": usersPassword}).wants(t, "signing up", http.StatusCreated)
	var begun, signedIn, later, lost, cut atomic.Int64
	under := make(chan struct{})
	var all, load sync.WaitGroup
	firstAnswer := sync.OnceFunc(first)
	for range signIns {
		all.Go(func() {
			// The program says "100 Continue" when it begins to read the form: from then on the request is in flight.
			status, retry, err := c.signInSlowly(t.Context(), func() {
				if begun.Add(1) == signIns {
					close(under)
				}
			})
			firstAnswer()
			switch {
			case err == nil && status == http.StatusSeeOther:
				signedIn.Add(1)
			case err == nil && status == http.StatusServiceUnavailable && retry != "":
				later.Add(1)
			default:
				lost.Add(1)
			}
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
	case <-t.Context().Done():
		t.Fatalf("%d sign-ins have begun", begun.Load())
	}
	asked := time.Now()
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	err := wait()
	took := time.Since(asked)
	stopLoad()
	load.Wait()
	return stopped{signedIn.Load(), later.Load(), lost.Load(), cut.Load(), took, err}
}

// signInSlowly signs in by the session's form, and calls begun when the program has begun to read it.
func (c *process) signInSlowly(ctx context.Context, begun func()) (status int, retry string, err error) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got100Continue: begun})
	body := url.Values{"username": {"minji"}, "password": {usersPassword}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/session/login", strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Expect", "100-continue")
	k := c.caller()
	k.http.Transport.(*http.Transport).ExpectContinueTimeout = time.Hour
	res, err := k.http.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, res.Header.Get("Retry-After"), err
}
