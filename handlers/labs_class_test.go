package handlers_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/handlers/handlerstest"
	"twodoors/handlers/labs"
	"twodoors/models/modelstest"
)

// student is a browser of a class, with cookies of its own.
func student(t testing.TB, base, page string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	answer, err := c.Get(base + page)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	return c
}

// TestFortyAtOnce: a class presses Run at the same moment, each student on a lab or a claim; everyone gets theirs, and
// member pages go on being answered meanwhile. On a quiet machine nobody waits ten seconds.
func TestFortyAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("a class takes its time")
	}
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	const class = 40
	pages := make([]string, class)
	all := handlerstest.Engine().Statements()
	for i := range pages {
		pages[i] = "/labs/" + labs.Labs()[i%len(labs.Labs())].ID
		if claim := all[i*len(all)/class]; i%2 == 0 && claim.Play != nil {
			pages[i] = "/claims/" + claim.ID
		}
	}
	students := make([]*http.Client, class)
	for i := range students {
		students[i] = student(t, base, pages[i])
	}
	member := student(t, base, "/session/login")
	answer, err := member.PostForm(base+"/session/demo", url.Values{"as": {"member"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()

	took := make([]time.Duration, class)
	var running sync.WaitGroup
	began := time.Now()
	for i, s := range students {
		running.Go(func() {
			// Each changes something of its own, so that no two runs are the same.
			answer, err := s.PostForm(base+pages[i], url.Values{"access": {fmt.Sprint(i + 1)}, "wait": {fmt.Sprint(i)}, "verdict": {"holds"}})
			if err != nil {
				t.Error(err)
				return
			}
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			took[i] = time.Since(began)
			if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), "data-outcome") || strings.Contains(string(body), `class="said bad"`) {
				t.Errorf("%s: status %d, %v", pages[i], answer.StatusCode, err)
			}
		})
	}
	done := make(chan struct{})
	go func() { running.Wait(); close(done) }()
	var waits []time.Duration
	for asking := true; asking; {
		at := time.Now()
		answer, err := member.Get(base + "/session/member/notes")
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		waits = append(waits, time.Since(at))
		select {
		case <-done:
			asking = false
		case <-time.After(20 * time.Millisecond):
		}
	}
	slices.Sort(took)
	slices.Sort(waits)
	t.Logf("40 runs: first %v, middle %v, last %v; member pages meanwhile: middle %v, 95 of 100 %v, slowest %v of %d",
		took[0].Round(time.Millisecond), took[class/2].Round(time.Millisecond), took[class-1].Round(time.Millisecond),
		waits[len(waits)/2], waits[len(waits)*95/100], waits[len(waits)-1], len(waits))
	if last := took[class-1]; modelstest.Clocked() && last > 10*time.Second {
		t.Errorf("the last student waited %v", last)
	}
	if usual := waits[len(waits)/2]; modelstest.Clocked() && usual > 200*time.Millisecond {
		t.Errorf("member pages took %v while the class ran", usual)
	}
}
