package browsertest

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Goto opens an address (one that starts with a slash is taken on the browser's base), waits until the page
// has loaded and returns the status of its last answer.
func (tab *Tab) Goto(address string) int {
	tab.t.Helper()
	ctx, cancel := limited(tab.ctx)
	defer cancel()
	if strings.HasPrefix(address, "/") {
		address = tab.base + address
	}
	response, err := chromedp.Run(ctx, chromedp.NavigateResponse(address))
	if err != nil {
		tab.fatalf("opening %s: %v", address, err)
	}
	if response == nil {
		return 0
	}
	return int(response.Status)
}

// point is a place in the window, in CSS pixels.
type point struct{ X, Y float64 }

// clickable answers with the middle of the element once the page has loaded and a pointer would reach it there.
const clickable = `(selector => {
	const e = document.querySelector(selector);
	if (!e) return {why: "no such element"};
	if (document.readyState !== "complete") return {why: "the page is still loading"};
	if (e.disabled) return {why: "disabled"};
	e.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
	const box = e.getClientRects()[0];
	if (!box || !box.width || !box.height) return {why: "not shown"};
	const x = box.left + box.width / 2, y = box.top + box.height / 2;
	const top = document.elementFromPoint(x, y);
	if (!top || !(e.contains(top) || top.contains(e))) return {why: "covered by " + (top ? top.outerHTML.slice(0, 120) : "nothing")};
	return {x, y};
})`

// Click clicks the first element that matches the CSS selector with the mouse, once it is shown and enabled,
// nothing covers it and the page has loaded. It does not wait for what the click leads to: see ClickThrough.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	var at point
	raw := tab.await("clicking "+selector, clickable+`(`+quote(selector)+`)`)
	if err := json.Unmarshal(raw, &at); err != nil {
		tab.fatalf("clicking %s: %v", selector, err)
	}
	ctx, cancel := limited(tab.ctx)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.MouseClickXY(at.X, at.Y)); err != nil {
		tab.fatalf("clicking %s: %v", selector, err)
	}
}

// ClickThrough clicks and waits until another document, or another address in the same document, is there and
// has loaded.
func (tab *Tab) ClickThrough(selector string) {
	tab.t.Helper()
	tab.Navigates(func() { tab.Click(selector) })
}

// Navigates does what act does and waits until another document, or another address in the same document, is
// there and has loaded.
func (tab *Tab) Navigates(act func()) {
	tab.t.Helper()
	// The mark goes away with its document, also when the next one has the same address.
	before := Eval[string](tab, `(window.browsertestMark = crypto.getRandomValues(new Uint32Array(2)).join("-")) + " " + location.href`)
	mark, href, _ := strings.Cut(before, " ")
	act()
	tab.await("another page", `document.readyState === "complete" && (window.browsertestMark !== `+quote(mark)+` || location.href !== `+quote(href)+`)`)
}

// Back goes back in the history, as the browser's button does, and waits until what it leads to has loaded.
func (tab *Tab) Back() {
	tab.t.Helper()
	tab.Navigates(func() { tab.Run(`history.back()`) })
}

// Reload loads the page again.
func (tab *Tab) Reload() {
	tab.t.Helper()
	tab.Navigates(func() { tab.Run(`location.reload()`) })
}

// Fill replaces the content of an input or textarea by text, as pasting does.
func (tab *Tab) Fill(selector, text string) {
	tab.t.Helper()
	tab.await("filling "+selector, `(e => e && !e.disabled && !e.readOnly && (e.focus(), e.select(), document.activeElement === e))(document.querySelector(`+quote(selector)+`))`)
	ctx, cancel := limited(tab.ctx)
	defer cancel()
	var err error
	if text == "" {
		err = chromedp.Do(ctx, chromedp.KeyEvent(kb.Delete))
	} else {
		_, err = chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
	}
	if err != nil {
		tab.fatalf("filling %s: %v", selector, err)
	}
}

// Choose selects the option of that value in a select element.
func (tab *Tab) Choose(selector, value string) {
	tab.t.Helper()
	tab.await("choosing in "+selector, `(e => {
		if (!e || e.disabled || ![...e.options].some(o => o.value === `+quote(value)+`)) return false;
		e.value = `+quote(value)+`;
		e.dispatchEvent(new Event("input", {bubbles: true}));
		e.dispatchEvent(new Event("change", {bubbles: true}));
		return true;
	})(document.querySelector(`+quote(selector)+`))`)
}

// Press presses keys one after the other where the focus is: characters, or keys of chromedp's package kb,
// such as kb.Tab and kb.Enter.
func (tab *Tab) Press(keys string) {
	tab.t.Helper()
	ctx, cancel := limited(tab.ctx)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(keys)); err != nil {
		tab.fatalf("pressing %s: %v", strconv.Quote(keys), err)
	}
}
