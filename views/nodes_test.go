package views_test

import (
	"strings"
	"testing"

	"twodoors/views"
)

// TestWalkOverNodes: each request stands in the row of the node that answered it, one that was refused apart, and a
// node that the page did not know of has a row too.
func TestWalkOverNodes(t *testing.T) {
	for _, language := range []string{"en", "ko"} {
		m := mustCatalogue(t).Match(language, "")
		c := views.Compare{Chrome: chrome(m, "compare"), Page: "home", Count: 4, MayStop: true,
			Nodes: []views.NodeState{{Name: "node-1", Runs: true}, {Name: "node-2"}},
			Totals: &views.Totals{Count: 4, Walk: map[views.Door][]views.Visit{
				views.DoorSession: {{Node: "node-1"}, {Node: "elsewhere", Refused: true}, {Node: "node-1"}, {Node: "elsewhere", Refused: true}},
				views.DoorJWT:     {{Node: "elsewhere"}, {Node: "node-1"}, {Node: "elsewhere"}, {Node: "node-1"}},
			}}}
		doc := parse(t, views.ComparePage(c))
		for at, want := range map[string]string{
			"node-1 session": "1 3", "node-1 jwt": "2 4", "node-2 session": "–", "node-2 jwt": "–",
			"elsewhere session": m.F("nodes.refused", map[string]any{"Requests": "2 4"}), "elsewhere jwt": "1 3",
		} {
			node, door, _ := strings.Cut(at, " ")
			if got := doc.Find("[data-node='" + node + "'] [data-door=" + door + "]").Text(); got != want {
				t.Errorf("%s, %s: %q, want %q", language, at, got, want)
			}
		}
		if got := doc.Find("[data-node=node-2] th .flag").Text(); got != m.T("nodes.stopped") {
			t.Errorf("%s: the stopped node's state is %q", language, got)
		}
		if doc.Find("button[name=stop][value=node-1][disabled]").Length() != 1 || doc.Find("button[name=start][value=node-2]").Length() != 1 {
			t.Errorf("%s: the last node can be stopped, or a stopped one not be started", language)
		}
	}
}

// TestNoNodes: where one alone answers, and has no name, no page speaks of nodes.
func TestNoNodes(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	if doc := parse(t, comparePage(m, true)); doc.Find("[data-nodes], [data-node]").Length() != 0 {
		t.Error("nodes are listed")
	}
}

// TestPanelNamesItsNode, folded or not.
func TestPanelNamesItsNode(t *testing.T) {
	m := mustCatalogue(t).Match("en", "")
	for _, folded := range []bool{false, true} {
		page := memberOf(m, views.DoorSession, "home")
		page.Panel.Folded, page.Panel.Node = folded, "node-2"
		doc := parse(t, views.HomePage(views.Home{Member: page}))
		if got := doc.Find("[data-panel][data-node=node-2] .panel-bar b[title], [data-panel][data-node=node-2] .took b[title]").Text(); got != "node-2" {
			t.Errorf("folded %v: %q", folded, got)
		}
	}
}
