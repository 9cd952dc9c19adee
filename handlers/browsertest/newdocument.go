package browsertest

import (
	"strconv"

	"github.com/chromedp/cdproto/page"
)

// BeforeScripts has a script run in every document that the tab opens from now on, before any of the page's own: to
// take away what a browser may lack.
func (tab *Tab) BeforeScripts(source string) {
	tab.t.Helper()
	call(tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: source})
}

// WatchShift has every document that the tab opens from now on record what moves in it by itself, for Shift. growing is a
// selector of what may move until the document is whole, "" for nothing: on a busy machine a browser draws a document
// before it has all of it, and what is aligned to the right moves as it comes.
func (tab *Tab) WatchShift(growing string) {
	tab.t.Helper()
	tab.BeforeScripts(`self.browsertestShift = 0;
		const growing = ` + strconv.Quote(growing) + `;
		const grows = s => growing && (s.node?.closest ? s.node : s.node?.parentElement)?.closest(growing);
		const whole = () => performance.getEntriesByType("navigation")[0].domInteractive || Infinity;
		self.browsertestMoved = [];
		const place = r => [r.x, r.y, r.width, r.height].map(Math.round).join(" ");
		new PerformanceObserver(list => {
			for (const entry of list.getEntries()) {
				if (entry.hadRecentInput || entry.startTime < whole() && entry.sources.every(grows)) continue;
				browsertestShift += entry.value;
				for (const s of entry.sources) browsertestMoved.push((s.node?.outerHTML ?? s.node?.textContent ?? "gone").slice(0, 80) + ": " + place(s.previousRect) + " → " + place(s.currentRect));
			}
		}).observe({type: "layout-shift", buffered: true});`)
}

// Shift is how far the content of the page has moved since it was first painted, without anyone having touched it:
// the sum of its layout shifts (web.dev/cls), 0 where nothing has.
func (tab *Tab) Shift() float64 {
	tab.t.Helper()
	return Eval[float64](tab, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(browsertestShift)))))`)
}

// Moved is what has moved in Shift, each with its place before and after: x, y, width, height.
func (tab *Tab) Moved() []string {
	tab.t.Helper()
	return Eval[[]string](tab, "browsertestMoved")
}
