package views

import "strings"

// nodes are the rows of the walk: the nodes that are known, and whoever else answered.
func (p Compare) nodes() []NodeState {
	list := p.Nodes
	if p.Totals == nil {
		return list
	}
	seen := map[string]bool{"": true}
	for _, n := range list {
		seen[n.Name] = true
	}
	for _, door := range p.doors() {
		for _, v := range p.Totals.Walk[door] {
			if !seen[v.Node] {
				seen[v.Node] = true
				list = append(list[:len(list):len(list)], NodeState{Name: v.Node, Runs: true})
			}
		}
	}
	return list
}

// walked lists the requests through a door that a node answered, by their numbers, and those of them that it
// refused; a dash where it answered none.
func (p Compare) walked(node string, d Door) string {
	if p.Totals == nil {
		return "–"
	}
	var known, refused []string
	for i, v := range p.Totals.Walk[d] {
		switch {
		case v.Node != node:
		case v.Refused:
			refused = append(refused, itoa(i+1))
		default:
			known = append(known, itoa(i+1))
		}
	}
	text := strings.Join(known, " ")
	if len(refused) > 0 {
		text = strings.TrimSpace(text + " " + p.Msg.F("nodes.refused", map[string]any{"Requests": strings.Join(refused, " ")}))
	}
	if text == "" {
		return "–"
	}
	return text
}

// lastNode is whether only one is left to answer.
func (p Compare) lastNode() bool {
	n := 0
	for _, node := range p.Nodes {
		if node.Runs {
			n++
		}
	}
	return n < 2
}
