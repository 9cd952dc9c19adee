package handlers_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"twodoors/handlers/handlerstest"
	"twodoors/handlers/labs"
)

// page posts a form or, with nil, asks for a page, and returns it whole.
func page(t testing.TB, c *http.Client, address string, form url.Values, header ...string) (int, *goquery.Document, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if form != nil {
		r, err = http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	doc, err := goquery.NewDocumentFromReader(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text := doc.Text(); strings.Contains(text, "⟦") {
		t.Errorf("%s lacks words: %s", address, text[strings.Index(text, "⟦"):][:60])
	}
	return answer.StatusCode, doc, answer.Header
}

// TestClaimPages: each statement has its page in both languages; a run's page shows what was predicted and measured.
func TestClaimPages(t *testing.T) {
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	for _, language := range []string{"en", "ko"} {
		c := &http.Client{}
		status, list, _ := page(t, c, base+"/claims", nil, "Accept-Language", language)
		all := handlerstest.Engine().Statements()
		if status != http.StatusOK || list.Find(".claim").Length() != len(all) || list.Find(".tour-list li").Length() != 5 {
			t.Errorf("%s: status %d, %d claims", language, status, list.Find(".claim").Length())
		}
		for _, statement := range all {
			status, doc, _ := page(t, c, base+"/claims/"+statement.ID, nil, "Accept-Language", language)
			if status != http.StatusOK || doc.Find("h1").Text() != statement.Says.In(language) {
				t.Errorf("%s: status %d, %q", statement.ID, status, doc.Find("h1").Text())
			}
			links := doc.Find(".sources a")
			if address, _ := links.First().Attr("href"); links.Length() != len(statement.Sources) || address != statement.Sources[0].Address ||
				links.First().Text() != statement.Sources[0].Name.In(language) {
				t.Errorf("%s: %d sources are linked, the first is %s at %s", statement.ID, links.Length(), links.First().Text(), address)
			}
		}
		form := url.Values{"verdict": {"holds"}, "number": {"3"}}
		_, doc, _ := page(t, c, base+"/claims/jwt-no-lookup", form, "Accept-Language", language)
		outcome := doc.Find("[data-outcome]")
		if outcome.Find(".verdict.depends").Length() != 1 || outcome.Find(".predicted").Length() != 2 || outcome.Find(".flag").Length() != 0 {
			t.Errorf("%s: %s", language, outcome.Text())
		}
		if doc.Find(".story .exchange").Length() < 8 || doc.Find(".exchange svg.sequence").Length() < 8 || doc.Find(".lane-mark").Length() < 8 {
			t.Errorf("%s: %d exchanges", language, doc.Find(".story .exchange").Length())
		}
		if script := doc.Find("[data-curl]").Text(); !strings.Contains(script, `"$BASE/api/jwt/me" -H "Authorization: Bearer $OWNER_ACCESS"`) {
			t.Errorf("the commands: %s", script)
		}
	}
	for _, path := range []string{"/claims/no-such", "/labs/no-such"} {
		for _, form := range []url.Values{nil, {}} {
			if status, _, _ := page(t, http.DefaultClient, base+path, form); status != http.StatusNotFound {
				t.Errorf("%s: status %d", path, status)
			}
		}
	}
	if status, _, _ := page(t, http.DefaultClient, base+"/claims/csrf", url.Values{}); status != http.StatusNotFound {
		t.Errorf("a claim that needs a browser was run: status %d", status)
	}
	if status, _, _ := page(t, http.DefaultClient, base+"/claims/expiry", url.Values{}, "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
		t.Errorf("another site had a claim run: status %d", status)
	}
}

// TestPageOfWhatWasNotTried: a case that this server could not try has no verdict on the page, and how to have it tried.
func TestPageOfWhatWasNotTried(t *testing.T) {
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	for language, want := range map[string]string{"en": "not tried here", "ko": "여기서 시험하지 않음"} {
		_, doc, _ := page(t, &http.Client{}, base+"/claims/state-session-backends", url.Values{}, "Accept-Language", language)
		last := doc.Find(".cases li").Last().Text()
		if !strings.Contains(last, want) || !strings.Contains(last, "Redis") || !strings.Contains(last, "twodoors verify state-session-backends --session-store=redis://") {
			t.Errorf("%s: %q", language, last)
		}
		if doc.Find(".verdict.holds").Length() == 0 || doc.Find(".flag").Length() != 0 {
			t.Errorf("%s: %s", language, doc.Find("[data-outcome]").Text())
		}
	}
}

// TestStepsStandApart: steps in which nobody sent anything do not stand on each other in the timeline.
func TestStepsStandApart(t *testing.T) {
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	_, doc, _ := page(t, http.DefaultClient, base+"/claims/state-grows", url.Values{})
	places := map[string]string{}
	doc.Find(".lane-step text").Each(func(_ int, s *goquery.Selection) {
		x, _ := s.Attr("x")
		if other, taken := places[x]; taken {
			t.Errorf("%s stands on %s", s.Text(), other)
		}
		places[x] = s.Text()
	})
	if first := doc.Find(".lane-step text").First().Text(); first != "1–12" || len(places) != doc.Find(".story > li").Length()-11 {
		t.Errorf("the first is %q, %d in all", first, len(places))
	}
}

// TestLabPages: a lab's form brings a page with what came of it, its controls as they were chosen; what was written
// into them is shown as text.
func TestLabPages(t *testing.T) {
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	const hostile = `{"name": "<img src=x onerror=alert(1)>"}`
	_, doc, header := page(t, &http.Client{}, base+"/labs/tamper", url.Values{"payload": {hostile}, "sign": {"own"}, "byte": {"-3"}}, "Accept-Language", "ko")
	if doc.Find("img").Length() != 0 || doc.Find("[name=payload]").Text() != hostile {
		t.Errorf("what was written: %s", doc.Find("[name=payload]").Text())
	}
	if got, _ := doc.Find("[name=byte]").Attr("value"); got != "0" {
		t.Errorf("a byte that is none: %s", got)
	}
	if got, _ := doc.Find("[name=sign] [selected]").Attr("value"); got != "own" || doc.Find(".lab-grid .cell.in").Length() < 2 {
		t.Errorf("signed by %s: %s", got, doc.Find("[data-outcome]").Text())
	}
	if policy := header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", header)
	}
	_, doc, header = page(t, &http.Client{}, base+"/labs/theft?what=tabs", nil)
	if got, _ := doc.Find("[name=what] [selected]").Attr("value"); got != "tabs" {
		t.Errorf("an address that names a control: %s", got)
	}
	if cookie := header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "twodoors-visitor") || !strings.Contains(cookie, "HttpOnly; SameSite=Lax") {
		t.Errorf("the visitor's cookie: %s", cookie)
	}
}

// TestSecondServicePage: the page of Reports is shown whole, in a frame without scripts, in the visitor's language; the
// list of labs and the statement's page lead there. No command by hand asks a service that is not there.
func TestSecondServicePage(t *testing.T) {
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	for language, want := range map[string]string{"en": "Have you signed out?", "ko": "로그아웃했나요?"} {
		for _, path := range []string{"/labs", "/claims/other-service"} {
			if _, doc, _ := page(t, &http.Client{}, base+path, nil, "Accept-Language", language); doc.Find(`a[href="/labs/second-service"]`).Length() != 1 {
				t.Errorf("%s does not lead to the lab", path)
			}
		}
		_, doc, _ := page(t, &http.Client{}, base+"/labs/second-service", url.Values{"since": {"signed-out"}}, "Accept-Language", language)
		frame := doc.Find("iframe")
		document, _ := frame.Attr("srcdoc")
		framed, err := goquery.NewDocumentFromReader(strings.NewReader(document))
		if err != nil {
			t.Fatal(err)
		}
		if rights, sandboxed := frame.Attr("sandbox"); !sandboxed || rights != "allow-same-origin" || frame.Length() != 1 {
			t.Errorf("%s: %d frames, the first may %q", language, frame.Length(), rights)
		}
		if framed.Find("title").Text() != "Reports" || !strings.Contains(framed.Text(), want) || framed.Find(".passed").Length() != 7 {
			t.Errorf("%s: the frame has %s", language, framed.Text())
		}
		style, _ := framed.Find("link[rel=stylesheet]").Attr("href")
		if status, _, header := page(t, http.DefaultClient, base+style, nil); status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "text/css") {
			t.Errorf("%s: its style sheet %s: %d", language, style, status)
		}
		if script := doc.Find("[data-curl]").Text(); strings.Contains(script, "reports") || !strings.Contains(script, "/api/jwt/logout") {
			t.Errorf("%s: the commands: %s", language, script)
		}
	}
}

// TestRunIsTold: with server-sent events a run tells its steps and figures, and then what came of it.
func TestRunIsTold(t *testing.T) {
	served := handlerstest.Serve(t, handlerstest.WithLabs())
	base, node := served.Base, served.Node
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/labs/how-big", strings.NewReader("most=100"))
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	text := string(body)
	if err != nil || answer.Header.Get("Content-Type") != "text/event-stream" || strings.Count(text, "event: step\n") < 5 || strings.Count(text, "event: result\n") != 1 {
		t.Errorf("%v: %s", err, text[:min(len(text), 400)])
	}
	if strings.Contains(text, "<html") || !strings.Contains(text, "data-outcome") {
		t.Error("the result is not the part that is put in place")
	}

	// The board's stream goes on until the server stops.
	node.Start(t.Context())
	answer, err = http.Get(base + "/claims/events")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for statements := 0; statements < 3 && lines.Scan(); {
		if lines.Text() == "event: claim" {
			statements++
		}
	}
	// A second one begins with what is known: some statements were measured between a page and its stream.
	late, err := http.Get(base + "/claims/events")
	if err != nil {
		t.Fatal(err)
	}
	defer late.Body.Close()
	known := 0
	for first := bufio.NewScanner(late.Body); first.Scan() && !strings.HasPrefix(first.Text(), "event: measur"); {
		if first.Text() == "event: claim" {
			known++
		}
	}
	if known < 3 {
		t.Errorf("a stream that is opened later begins with %d claims", known)
	}
	node.EndStreams()
	for lines.Scan() { // to its end
	}
	if err := lines.Err(); err != nil {
		t.Errorf("the stream ended with %v", err)
	}
}

// TestTooManyRuns: one visitor's fourth run at once is refused, with a time to try again; another visitor's is not.
// Closing a page ends its run.
func TestTooManyRuns(t *testing.T) {
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	greedy, other := student(t, base, "/labs/working-day"), student(t, base, "/labs/tamper")
	ctx, closePages := context.WithCancel(t.Context())
	defer closePages()
	for _, access := range []string{"5", "15", "30"} {
		r, _ := http.NewRequestWithContext(ctx, http.MethodPost, base+"/labs/working-day", strings.NewReader("every=1&access="+access))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "text/event-stream")
		answer, err := greedy.Do(r) // its first event is there: it waits, or runs
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
	}
	status, doc, header := page(t, greedy, base+"/labs/tamper", url.Values{})
	if status != http.StatusTooManyRequests || header.Get("Retry-After") == "" || doc.Find("h1").Length() != 1 {
		t.Errorf("a fourth run: status %d, %v", status, header)
	}
	if status, _, _ := page(t, other, base+"/labs/tamper", url.Values{}); status != http.StatusOK {
		t.Errorf("somebody else's first: status %d", status)
	}
	closePages()
	for status = http.StatusTooManyRequests; status == http.StatusTooManyRequests; { // as soon as the server has noticed
		status, _, _ = page(t, greedy, base+"/labs/tamper", url.Values{})
	}
	if status != http.StatusOK {
		t.Errorf("after the pages were closed: status %d", status)
	}
}

// TestWithoutLabs: a node without an engine has none of it.
func TestWithoutLabs(t *testing.T) {
	n := handlerstest.NewNode(t)
	c := n.Client()
	for _, path := range []string{"/claims", "/labs", "/flows", "/claims/expiry"} {
		c.Get(path).Want(http.StatusNotFound)
	}
	if text := string(c.Get("/").Body); strings.Contains(text, `href="/labs"`) {
		t.Error("the navigation leads to labs that are not there")
	}
}

// TestFlowsPage: the flows are drawn for the first who asks, whether or not the server has come to them.
func TestFlowsPage(t *testing.T) {
	base := handlerstest.Serve(t, handlerstest.WithLabs()).Base
	for _, language := range []string{"en", "ko"} {
		_, doc, _ := page(t, &http.Client{}, base+"/flows", nil, "Accept-Language", language)
		if got := doc.Find(".flow svg.sequence").Length(); got < len(labs.Flows()) {
			t.Errorf("%s: %d diagrams", language, got)
		}
	}
}
