package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestRest: memory is given back once work is over and calm has lasted, not in the midst of work, and not again until
// work has taken more.
func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var allocated atomic.Uint64
		given := 0
		const base = 10 << 20
		held := int64(base)
		r := newRest()
		r.allocated, r.held = allocated.Load, func() int64 { return held }
		r.giveBack = func() { given, held = given+1, base }
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go r.watch(ctx)
		// The bubble's clock: each spell is so many half seconds in which so much is allocated, and takes so much.
		spell := func(halves int, each uint64, takes int64) {
			held += takes
			for range halves {
				allocated.Add(each)
				time.Sleep(restEvery / 2)
			}
			synctest.Wait()
		}
		for _, s := range []struct {
			what   string
			halves int
			each   uint64
			takes  int64
			given  int
		}{
			{"work", 20, 1 << 20, 20 << 20, 0},
			{"a pause in it", 4, 0, 0, 0},
			{"work again", 1, 1 << 20, 0, 0},
			{"calm", 10, 0, 0, 1},
			{"an hour of it, with what a process at rest allocates", 7200, 400, 1 << 20, 1},
			{"work that took nothing", 20, 1 << 20, 1 << 20, 1},
			{"calm after that", 7200, 0, 0, 1},
			{"one page, which took much", 4, 20 << 10, 12 << 20, 1},
			{"calm after that", 7200, 0, 0, 2},
		} {
			if spell(s.halves, s.each, s.takes); given != s.given {
				t.Fatalf("after %s: given back %d times, want %d", s.what, given, s.given)
			}
		}
		select {
		case <-r.given:
		default:
			t.Error("nobody is told")
		}
	})
}

// TestGiveBackWhileServing: answers are what they are while memory is given back again and again. It stands alone, so
// that the race detector sees nothing else.
func TestGiveBackWhileServing(t *testing.T) {
	node := memoryNode(t, "http://localhost:8080", newHasher())
	ask := func(path string) (int, []byte) {
		w := httptest.NewRecorder()
		node.ServeHTTP(w, &http.Request{
			Method: http.MethodGet, URL: &url.URL{Path: path}, RequestURI: path, Host: "localhost:8080",
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, RemoteAddr: "127.0.0.1:1", Body: http.NoBody,
		})
		return w.Code, w.Body.Bytes()
	}
	paths := []string{"/session/login", "/signup", "/jwt/login", "/nowhere", "/.well-known/jwks.json"}
	status, body := map[string]int{}, map[string][]byte{}
	for _, p := range paths {
		status[p], body[p] = ask(p)
	}
	var over atomic.Bool
	var answered atomic.Int64
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for n := i; !over.Load(); n++ {
				p := paths[n%len(paths)]
				if got, text := ask(p); got != status[p] || len(text) != len(body[p]) || p == "/.well-known/jwks.json" && !bytes.Equal(text, body[p]) {
					t.Errorf("%s: %d with %d bytes, want %d with %d", p, got, len(text), status[p], len(body[p]))
				}
				answered.Add(1)
			}
		})
	}
	for range 20 {
		before := answered.Load()
		giveBack()
		for answered.Load() == before { // until somebody was served since
			runtime.Gosched()
		}
	}
	over.Store(true)
	all.Wait()
	t.Logf("%d answers beside it", answered.Load())
}

// restMost is what the program may hold when it is at rest, and restTime how long a busy machine may take until then.
const (
	restMost = 30 << 20
	restTime = 2 * time.Minute
)

// TestServeAtRest: the real program has measured everything, somebody has looked around, and then nobody asks for
// anything: what it holds is little, and it answers as ever.
func TestServeAtRest(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("the race detector takes memory of its own")
	}
	c := startProgram(t)
	k := c.caller()
	limit := time.After(restTime)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	until := func(what string, holds func() bool) {
		t.Helper()
		for !holds() {
			select {
			case <-tick.C:
			case <-limit:
				t.Fatalf("not %s after %v", what, restTime)
			}
		}
	}
	until("measured", func() bool {
		page := k.get("/claims").wants(t, "claims", http.StatusOK).body
		return bytes.Contains(page, []byte("<time")) && !bytes.Contains(page, []byte("<progress"))
	})
	measured := c.memory("VmRSS")
	k.post("/session/demo", url.Values{"as": {"member"}, "carrier": {"cookie"}}).wants(t, "entering", http.StatusSeeOther)
	look := func() {
		for _, path := range []string{"/session/member", "/session/member/notes", "/compare", "/claims", "/"} {
			k.get(path).wants(t, path, http.StatusOK)
		}
	}
	look()
	var held []float64
	most := int64(restMost)
	for range 2 { // after much, and after little
		until("at rest", func() bool { return c.memory("VmRSS") <= most })
		most = min(most, c.memory("VmRSS")+restWorth)
		held = append(held, mib(c.memory("VmRSS")))
		look()
		held = append(held, mib(c.memory("VmRSS")))
	}
	t.Logf("after measuring %.1f MiB; at rest and after some pages, twice: %.1f", mib(measured), held)
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
