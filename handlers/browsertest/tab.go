package browsertest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// stepLimit ends a step of a test that hangs. A passing test never waits for it, so it is far longer than a step takes
// on a machine that does much else meanwhile.
const stepLimit = 3 * time.Minute

// again is how often a condition is asked for.
const again = 20 * time.Millisecond

// Tab is one tab of a Browser. It is for one goroutine at a time.
type Tab struct {
	t    testing.TB
	base string
	ctx  context.Context
	net  traffic
	log  console
}

// open makes the tab exist and starts to listen, before the first page.
func (tab *Tab) open() error {
	if err := chromedp.Do(tab.ctx); err != nil {
		return err
	}
	if err := chromedp.Listen(tab.ctx, tab.event); err != nil {
		return err
	}
	tab.SetViewport(1280, 720, false)
	tab.EmulateMedia(map[string]string{"prefers-color-scheme": "light", "prefers-reduced-motion": "reduce"})
	return nil
}

// event is called for each event of the tab, in order, and must not wait for the browser.
func (tab *Tab) event(ev any) {
	tab.net.event(ev)
	tab.log.event(tab.ctx, ev, &tab.net)
}

// Close closes the tab. Closing twice is no error.
func (tab *Tab) Close() {
	tab.t.Helper()
	if err := chromedp.Cancel(tab.ctx); err != nil && !errors.Is(err, context.Canceled) {
		tab.t.Errorf("closing the tab: %v", err)
	}
}

// Eval evaluates a JavaScript expression in the page, awaits it if it is a promise, and returns its value by
// way of JSON. A page's Content-Security-Policy does not hold it off.
func Eval[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	var value T
	raw, err := tab.evaluate(tab.ctx, expression)
	if err == nil && len(raw) > 0 {
		err = json.Unmarshal(raw, &value)
	}
	if err != nil {
		tab.fatalf("evaluating %.200s: %v", expression, err)
	}
	return value
}

// Run evaluates a JavaScript expression for its effect.
func (tab *Tab) Run(expression string) {
	tab.t.Helper()
	if _, err := tab.evaluate(tab.ctx, expression); err != nil {
		tab.fatalf("evaluating %.200s: %v", expression, err)
	}
}

// evaluate returns the JSON of the expression's value, nothing for undefined.
func (tab *Tab) evaluate(ctx context.Context, expression string) ([]byte, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	yes := true
	res, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{
		Expression: expression, ReturnByValue: &yes, AwaitPromise: &yes, UserGesture: &yes})
	if err != nil {
		return nil, err
	}
	if res.ExceptionDetails != nil {
		return nil, errors.New(exceptionText(res.ExceptionDetails))
	}
	return []byte(res.Result.Value), nil
}

// await evaluates the expression until it is neither null, undefined, false nor {why: …}, and returns its
// JSON. An error while one page gives way to the next is no error.
func (tab *Tab) await(what, expression string) []byte {
	tab.t.Helper()
	ctx, cancel := limited(tab.ctx)
	defer cancel()
	ticker := time.NewTicker(again)
	defer ticker.Stop()
	why := ""
	for {
		raw, err := tab.evaluate(ctx, expression)
		raw = bytes.TrimSpace(raw)
		var reason struct{ Why string }
		switch {
		case err != nil:
			if ctx.Err() == nil {
				why = err.Error()
			}
		case len(raw) > 0 && raw[0] == '{' && json.Unmarshal(raw, &reason) == nil && reason.Why != "":
			why = reason.Why
		case len(raw) > 0 && string(raw) != "null" && string(raw) != "false":
			return raw
		}
		select {
		case <-ctx.Done():
			tab.fatalf("waited %v for %s: %s", stepLimit, what, why)
		case <-ticker.C:
		}
	}
}

// until waits for a condition outside the page.
func (tab *Tab) until(what string, done func() bool) {
	tab.t.Helper()
	ctx, cancel := limited(tab.ctx)
	defer cancel()
	ticker := time.NewTicker(again)
	defer ticker.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			tab.fatalf("waited %v for %s", stepLimit, what)
		case <-ticker.C:
		}
	}
}

// fatalf ends the test with what the tab shows, and leaves a picture among the test's artifacts.
func (tab *Tab) fatalf(format string, args ...any) {
	tab.t.Helper()
	message := fmt.Sprintf(format, args...)
	if shown, err := tab.evaluate(tab.ctx, `location.href + "\n" + (document.body ? document.body.innerText.slice(0, 800) : "")`); err == nil {
		var text string
		_ = json.Unmarshal(shown, &text)
		message += "\nat " + text
	}
	if picture, err := tab.capture(false); err == nil {
		file := filepath.Join(tab.t.ArtifactDir(), "failed.png")
		if os.WriteFile(file, picture, 0o644) == nil {
			message += "\npicture (kept by go test -artifacts): " + file
		}
	}
	tab.t.Fatal(message)
}

// quote makes a JavaScript string literal.
func quote(text string) string {
	quoted, _ := json.Marshal(text) // a string is always valid JSON
	return string(quoted)
}

// limited returns a context that ends a single step of a test that hangs.
func limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, stepLimit)
}
