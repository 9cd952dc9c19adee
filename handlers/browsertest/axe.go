package browsertest

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed testdata/axe.min.js
var axeSource string

// Violation is a rule of axe-core that the page breaks.
type Violation struct {
	ID     string // such as color-contrast
	Impact string // minor, moderate, serious, critical
	Help   string // what the rule asks for
	Nodes  []struct {
		Target         []string // selectors
		HTML           string
		FailureSummary string
	}
}

// String gives the rule and each place that breaks it, with what to do.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s  %.200s\n    %s", strings.Join(n.Target, " "), n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n    "))
	}
	return b.String()
}

// Violations runs all rules of axe-core (WCAG 2 to level AA, and good practice) on the page as it stands,
// without those named.
func (tab *Tab) Violations(without ...string) []Violation {
	tab.t.Helper()
	if !Eval[bool](tab, `typeof window.axe === "object"`) {
		tab.Run(axeSource + "\n;undefined")
	}
	var rules []string
	for _, id := range without {
		rules = append(rules, quote(id)+": {enabled: false}")
	}
	return Eval[[]Violation](tab, `axe.run(document, {resultTypes: ["violations"], rules: {`+strings.Join(rules, ", ")+`}}).then(r => r.violations)`)
}

// Axe fails the test for each rule of axe-core that the page breaks, without those named, and goes on.
func (tab *Tab) Axe(without ...string) {
	tab.t.Helper()
	for _, v := range tab.Violations(without...) {
		tab.t.Errorf("%s: axe: %s", tab.URL(), v)
	}
}
