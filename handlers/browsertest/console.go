package browsertest

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// console collects what a page reports as an error: calls of console.error, uncaught exceptions, refusals of the
// Content-Security-Policy, files of the page that are missing, answers of 500 and more.
type console struct {
	mu      sync.Mutex
	errors  []string
	allowed []string
}

// ConsoleErrors returns the errors of the tab's pages so far. Those left when the test ends fail it.
func (tab *Tab) ConsoleErrors() []string {
	tab.log.mu.Lock()
	defer tab.log.mu.Unlock()
	return slices.Clone(tab.log.errors)
}

// AllowConsole makes errors that contain one of the texts no failure, also those that came before.
func (tab *Tab) AllowConsole(texts ...string) {
	tab.log.mu.Lock()
	defer tab.log.mu.Unlock()
	tab.log.allowed = append(tab.log.allowed, texts...)
}

// report fails the test for each error that is not allowed.
func (tab *Tab) report() {
	tab.log.mu.Lock()
	defer tab.log.mu.Unlock()
	for _, text := range tab.log.errors {
		if !slices.ContainsFunc(tab.log.allowed, func(a string) bool { return strings.Contains(text, a) }) {
			tab.t.Errorf("the page's console: %s", text)
		}
	}
}

func (c *console) add(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errors = append(c.errors, text)
}

func (c *console) event(ctx context.Context, ev any, net *traffic) {
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		c.add(exceptionText(ev.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeAssert {
			c.add("console." + string(ev.Type) + ": " + argumentsText(ev.Args))
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError && !expectedStatus(ev.Entry, net) {
			c.add(string(ev.Entry.Source) + ": " + ev.Entry.Text + " " + ev.Entry.URL)
		}
	case *page.EventJavascriptDialogOpening:
		c.add("dialog: " + ev.Message)
		go func() { // an open dialog would block the tab; the answer may not be waited for in here
			_, _ = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}()
	}
}

// expectedStatus says whether a "Failed to load resource" is only a 4xx of a page or of a script's request: a
// refusal the test asked for. A missing file of the page and every 5xx stay errors.
func expectedStatus(entry *log.Entry, net *traffic) bool {
	if entry.Source != log.EntrySourceNetwork || !strings.Contains(entry.Text, "status of 4") {
		return false
	}
	switch net.resource(entry.NetworkRequestID) {
	case "Document", "Fetch", "XHR":
		return true
	}
	return false
}

func exceptionText(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	if d.Exception != nil && len(d.Exception.Value) > 0 {
		return d.Text + " " + string(d.Exception.Value)
	}
	return d.Text
}

func argumentsText(args []*runtime.RemoteObject) string {
	var texts []string
	for _, a := range args {
		if a.Description != "" {
			texts = append(texts, a.Description)
			continue
		}
		texts = append(texts, strings.Trim(string(a.Value), `"`))
	}
	return strings.Join(texts, " ")
}
