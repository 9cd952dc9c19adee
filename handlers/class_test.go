package handlers_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models/modelstest"
)

// school is a node behind a real listener.
type school struct {
	t   testing.TB
	url string
}

func newSchool(t testing.TB, change ...handlerstest.ServeOption) *school {
	t.Helper()
	return &school{t, handlerstest.Serve(t, change...).Base}
}

// student is a browser of their own.
func (s *school) student() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Error(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (s *school) post(ctx context.Context, c *http.Client, path string, fields url.Values) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+path, strings.NewReader(fields.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	_, _ = io.Copy(io.Discard, res.Body)
	return res, res.Body.Close()
}

// TestClass: forty students sign up and in at once, from one address, through either door. Every second one is wrong
// first. All are in; on a machine that does nothing else within ten seconds, though each password costs what it costs in
// production.
func TestClass(t *testing.T) {
	var cost []handlerstest.ServeOption
	if modelstest.Clocked() {
		cost = append(cost, handlerstest.Passwords(auth.NewHasher(auth.HashMemory, auth.HashPasses)))
	}
	took := signUpClass(t, newSchool(t, cost...))
	t.Logf("40 signed up and in through both doors, %d passwords, in %v", 40*3+20, took.Round(time.Millisecond))
	if modelstest.Clocked() && took > 10*time.Second {
		t.Errorf("that took %v", took)
	}
}

func signUpClass(t *testing.T, s *school) time.Duration {
	t.Helper()
	start := time.Now()
	var class sync.WaitGroup
	for i := range 40 {
		class.Go(func() {
			c := s.student()
			defer c.CloseIdleConnections()
			who := url.Values{"username": {fmt.Sprint("student-", i)}, "password": {handlerstest.Password}}
			steps := []struct {
				path   string
				fields url.Values
				want   int
			}{
				{"/signup", who, http.StatusSeeOther},
				{"/session/login", url.Values{"username": who["username"], "password": {"mistyped"}}, http.StatusUnauthorized},
				{"/session/login", who, http.StatusSeeOther}, {"/jwt/login", who, http.StatusSeeOther},
			}
			for n, step := range steps {
				if n == 1 && i%2 == 0 {
					continue
				}
				if res, err := s.post(t.Context(), c, step.path, step.fields); err != nil || res.StatusCode != step.want {
					t.Errorf("student %d, %s: %v, %v", i, step.path, res, err)
					return
				}
			}
			for _, page := range []string{"/session/member", "/jwt/member"} {
				res, err := c.Get(s.url + page)
				if err != nil {
					t.Error(err)
					return
				}
				if res.Body.Close(); res.StatusCode != http.StatusOK {
					t.Errorf("student %d, %s: %d", i, page, res.StatusCode)
				}
			}
		})
	}
	class.Wait()
	return time.Since(start)
}

// TestFlood: of many more at once than the queue holds, those in the queue are served and all others are told
// when to come back. Memory stays that of a few passwords, and who leaves takes no turn.
func TestFlood(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of real passwords: skipped with -short")
	}
	// The memory of production: it is what is measured here, and not the time, of which one pass takes half.
	s := newSchool(t, handlerstest.Passwords(auth.NewHasher(auth.HashMemory, 1)))
	peak, end := watchMemory()
	var flood sync.WaitGroup
	var served, told, left atomic.Int64
	var one atomic.Value // the name of somebody who was served
	leaving, leave := context.WithCancel(t.Context())
	for i := range 400 {
		flood.Go(func() {
			c := s.student()
			defer c.CloseIdleConnections()
			ctx := t.Context()
			if i%4 == 0 {
				ctx = leaving
			}
			res, err := s.post(ctx, c, "/signup", url.Values{"username": {fmt.Sprint("visitor-", i)}, "password": {handlerstest.Password}})
			switch {
			case err != nil && ctx == leaving:
				left.Add(1)
			case err != nil:
				t.Error(err)
			case res.StatusCode == http.StatusSeeOther:
				served.Add(1)
				one.Store(fmt.Sprint("visitor-", i))
			case res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") != "":
				told.Add(1)
				leave()
			default:
				t.Errorf("visitor %d: status %d, Retry-After %q", i, res.StatusCode, res.Header.Get("Retry-After"))
			}
		})
	}
	flood.Wait()
	leave()
	end()
	t.Logf("of 400 at once: %d served, %d told to come back, %d left; the heap held %d MiB at most", served.Load(), told.Load(), left.Load(), peak.Load()>>20)
	if told.Load() == 0 || served.Load() == 0 || served.Load()+told.Load()+left.Load() != 400 {
		t.Errorf("served %d, told %d, left %d", served.Load(), told.Load(), left.Load())
	}
	// All two hundred at once would take 3,800 MiB.
	if limit := uint64(300 << 20); peak.Load() > limit {
		t.Errorf("the heap held %d MiB", peak.Load()>>20)
	}
	who, _ := one.Load().(string)
	if res, err := s.post(t.Context(), s.student(), "/session/login", url.Values{"username": {who}, "password": {handlerstest.Password}}); err != nil || res.StatusCode != http.StatusSeeOther {
		t.Errorf("after the flood: %v, %v", res, err)
	}
}

// watchMemory keeps the highest size of the heap until end is called.
func watchMemory() (peak *atomic.Uint64, end func()) {
	peak = &atomic.Uint64{}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapInuse))
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	}()
	return peak, func() { close(stop); <-stopped }
}
