package browsertest

import "github.com/chromedp/cdproto/page"

// BeforeScripts has a script run in every document that the tab opens from now on, before any of the page's own: to
// take away what a browser may lack.
func (tab *Tab) BeforeScripts(source string) {
	tab.t.Helper()
	call(tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: source})
}
