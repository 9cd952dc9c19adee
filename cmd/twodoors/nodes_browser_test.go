package main

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"twodoors/handlers/browsertest"
)

// walked reads the compare page's table: which node answered each request through a door, from the first on.
func walked(t *testing.T, tab *browsertest.Tab, door string, count int) []string {
	t.Helper()
	walk := make([]string, count)
	for _, node := range []string{"node-1", "node-2", "node-3"} {
		for field := range strings.FieldsSeq(tab.Text(`[data-node="` + node + `"] [data-door="` + door + `"]`)) {
			if n, err := strconv.Atoi(field); err == nil && n >= 1 && n <= count && walk[n-1] == "" {
				walk[n-1] = node
			} else if field != "–" {
				t.Errorf("%s, %s: %q is no number of a request, or there twice", node, door, field)
			}
		}
	}
	return walk
}

// TestBrowserWalksOverNodes: the compare page says which node answered each request, with and without scripts, in
// both languages; a node that is stopped there answers none until it is started again.
func TestBrowserWalksOverNodes(t *testing.T) {
	server := bootNodes(t)
	browser := browsertest.Open(t, server.url)
	for _, look := range []struct {
		language, scheme string
		width, height    int
		script           bool
	}{
		{"en", "light", 1280, 720, true}, {"ko", "dark", 360, 740, true},
		{"ko", "light", 1280, 720, false}, {"en", "dark", 390, 844, false},
	} {
		at := look.language + "-" + look.scheme + "-" + strconv.FormatBool(look.script)
		tab := browser.Tab()
		browser.ClearCookies()
		tab.SetLanguage(look.language)
		tab.EmulateColorScheme(look.scheme)
		tab.SetViewport(look.width, look.height, look.width < 500)
		if !look.script {
			tab.DisableJavaScript()
		}
		tab.Goto("/compare")
		if look.script {
			tab.Click(`form[action="/compare/demo"] button[value="member"]`)
			tab.WaitTrue(`document.querySelector('[data-column="jwt"] [data-num]').textContent.trim() === "0"`)
			tab.Click(`form[data-compare] button[value="20"]`)
			tab.WaitTrue(`document.querySelector('[data-total-count]').textContent === "20" && document.querySelector("[data-compare-progress]").hidden`)
		} else {
			tab.ClickThrough(`form[action="/compare/demo"] button[value="member"]`)
			tab.ClickThrough(`form[data-compare] button[value="20"]`)
		}
		for _, door := range []string{"session", "jwt"} {
			walk := walked(t, tab, door, 20)
			for _, node := range []string{"node-1", "node-2", "node-3"} {
				if n := len(slices.DeleteFunc(slices.Clone(walk), func(s string) bool { return s != node })); n < 6 {
					t.Errorf("%s: %s answered %d of 20 requests through %s", at, node, n, door)
				}
			}
			if said := tab.Text(`[data-column="` + door + `"] .took`); !strings.Contains(said, walk[19]) {
				t.Errorf("%s: the last record through %s says %q, the table %s", at, door, said, walk[19])
			}
		}
		if look.script { // which axe is
			tab.Axe()
		}
		if wide := browsertest.Eval[int](tab, "document.documentElement.scrollWidth"); wide > look.width {
			t.Errorf("%s: %d px wide in a window of %d", at, wide, look.width)
		}
		keepPicture(tab, "nodes-"+at)
		tab.ClickThrough(`[data-node="node-2"] button[name=stop]`)
		if look.script {
			tab.WaitTrue(`document.querySelector('[data-column="jwt"] [data-num]').textContent.trim() === "0"`)
			tab.Click(`form[data-compare] button[value="20"]`)
			tab.WaitTrue(`document.querySelector('[data-total-count]').textContent === "20" && document.querySelector("[data-compare-progress]").hidden`)
		} else {
			tab.ClickThrough(`form[data-compare] button[value="20"]`)
		}
		for _, door := range []string{"session", "jwt"} {
			if walk := walked(t, tab, door, 20); slices.Contains(walk, "node-2") || slices.Contains(walk, "") {
				t.Errorf("%s: after node-2 was stopped, requests through %s were answered by %q", at, door, walk)
			}
		}
		keepPicture(tab, "nodes-stopped-"+at)
		tab.ClickThrough(`[data-node="node-2"] button[name=start]`)
		tab.WaitFor(`[data-node="node-2"] button[name=stop]`)
		tab.Close()
	}
}

// keepPicture keeps a screenshot of the whole page where TWODOORS_PICTURES names a folder.
func keepPicture(tab *browsertest.Tab, name string) {
	if dir := os.Getenv("TWODOORS_PICTURES"); dir != "" {
		tab.FullScreenshot(filepath.Join(dir, name+".png"))
	}
}
