package browsertest

import (
	"encoding/json"
	"strings"
)

// URL returns the address of the page.
func (tab *Tab) URL() string {
	tab.t.Helper()
	return Eval[string](tab, `location.href`)
}

// WaitURL waits until the page has loaded at an address. A want with "://" is compared with the whole address,
// one with "?" with path and query, any other with the path alone.
func (tab *Tab) WaitURL(want string) {
	tab.t.Helper()
	part := `location.pathname`
	switch {
	case strings.Contains(want, "://"):
		part = `location.href`
	case strings.Contains(want, "?"):
		part = `location.pathname + location.search`
	}
	tab.await("the address "+want, `document.readyState === "complete" && `+part+` === `+quote(want))
}

// WaitFor waits until an element that matches the CSS selector is shown.
func (tab *Tab) WaitFor(selector string) {
	tab.t.Helper()
	tab.await(selector+" to be shown", `[...document.querySelectorAll(`+quote(selector)+`)].some(e => e.checkVisibility({visibilityProperty: true}))`)
}

// WaitGone waits until no element that matches the CSS selector is shown.
func (tab *Tab) WaitGone(selector string) {
	tab.t.Helper()
	tab.await(selector+" to be gone", `![...document.querySelectorAll(`+quote(selector)+`)].some(e => e.checkVisibility({visibilityProperty: true}))`)
}

// WaitText waits until the text of the first element that matches the CSS selector contains text.
func (tab *Tab) WaitText(selector, text string) {
	tab.t.Helper()
	tab.await(selector+" to say "+text, `(e => !e ? {why: "no such element"} : e.innerText.includes(`+quote(text)+`) || {why: "it says " + e.innerText})(document.querySelector(`+quote(selector)+`))`)
}

// WaitTrue waits until a JavaScript expression is neither false, null nor undefined.
func (tab *Tab) WaitTrue(expression string) {
	tab.t.Helper()
	tab.await(expression, expression)
}

// Text waits for an element that matches the CSS selector and returns its text as it is shown, trimmed.
func (tab *Tab) Text(selector string) string {
	tab.t.Helper()
	return strings.TrimSpace(tab.string("the text of "+selector, `(e => e ? "=" + e.innerText : null)(document.querySelector(`+quote(selector)+`))`))
}

// Value waits for an input, textarea or select that matches the CSS selector and returns its value.
func (tab *Tab) Value(selector string) string {
	tab.t.Helper()
	return tab.string("the value of "+selector, `(e => e ? "=" + e.value : null)(document.querySelector(`+quote(selector)+`))`)
}

// Attr waits for an element that matches the CSS selector and returns its attribute, "" when it has none.
func (tab *Tab) Attr(selector, name string) string {
	tab.t.Helper()
	return tab.string("attribute "+name+" of "+selector, `(e => e ? "=" + (e.getAttribute(`+quote(name)+`) ?? "") : null)(document.querySelector(`+quote(selector)+`))`)
}

// Texts returns the trimmed texts of all elements that match the CSS selector, without waiting.
func (tab *Tab) Texts(selector string) []string {
	tab.t.Helper()
	return Eval[[]string](tab, `[...document.querySelectorAll(`+quote(selector)+`)].map(e => e.innerText.trim())`)
}

// Count returns how many elements match the CSS selector, without waiting.
func (tab *Tab) Count(selector string) int {
	tab.t.Helper()
	return Eval[int](tab, `document.querySelectorAll(`+quote(selector)+`).length`)
}

// Shown says whether an element that matches the CSS selector is shown, without waiting.
func (tab *Tab) Shown(selector string) bool {
	tab.t.Helper()
	return Eval[bool](tab, `[...document.querySelectorAll(`+quote(selector)+`)].some(e => e.checkVisibility({visibilityProperty: true}))`)
}

// HTML returns the document as it stands now.
func (tab *Tab) HTML() string {
	tab.t.Helper()
	return Eval[string](tab, `document.documentElement.outerHTML`)
}

// string awaits a string that carries a leading "=", so that an empty one is an answer too.
func (tab *Tab) string(what, expression string) string {
	tab.t.Helper()
	var text string
	if err := json.Unmarshal(tab.await(what, expression), &text); err != nil {
		tab.fatalf("%s: %v", what, err)
	}
	return strings.TrimPrefix(text, "=")
}
