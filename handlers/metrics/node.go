package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"twodoors/models/sqltrace"
)

// None is the label of what belongs to no mode.
const None = "none"

// Node is the metrics of one node. A nil Node counts nothing.
type Node struct {
	set  *Set
	name string
}

// SignedIn counts a sign-in through a mode.
func (n *Node) SignedIn(mode string) {
	if n != nil {
		n.set.signIns.WithLabelValues(n.name, mode).Inc()
	}
}

// Cleared counts rows that background work removed.
func (n *Node) Cleared(rows int64) {
	if n != nil {
		n.set.cleared.WithLabelValues(n.name).Add(float64(rows))
	}
}

// Route returns what counts the requests of one route: its pattern, never a path.
func (n *Node) Route(mode, method, pattern string) *Route {
	return &Route{node: n, mode: mode, method: method, pattern: pattern}
}

// Route counts the requests of one route. What it counts with is looked up once, at the first request, so that a
// request costs a few additions and no allocation.
type Route struct {
	node                  *Node
	mode, method, pattern string

	first    sync.Once
	latency  prometheus.Observer
	statuses [len(classes)]prometheus.Counter
	// The lookups by purpose.
	auth, data, display prometheus.Counter
}

// classes are the values of the label status.
var classes = [...]string{"1xx", "2xx", "3xx", "4xx", "5xx"}

func (r *Route) begin() {
	s, node := r.node.set, r.node.name
	r.latency = s.latency.WithLabelValues(node, r.mode, r.method, r.pattern)
	for i, class := range classes {
		r.statuses[i] = s.requests.WithLabelValues(node, r.mode, r.method, r.pattern, class)
	}
	purpose := func(p sqltrace.Purpose) prometheus.Counter {
		return s.lookups.WithLabelValues(node, r.mode, r.method, r.pattern, string(p))
	}
	r.auth, r.data, r.display = purpose(sqltrace.Auth), purpose(sqltrace.Data), purpose(sqltrace.Display)
}

// Answered counts a request: its status, how long it took, and the lookups that its headers told of.
func (r *Route) Answered(status int, took time.Duration, told sqltrace.Counts) {
	r.first.Do(r.begin)
	r.statuses[min(max(status/100, 1), len(classes))-1].Inc()
	r.latency.Observe(took.Seconds())
	add(r.auth, told.Auth)
	add(r.data, told.Data)
	add(r.display, told.Display)
}

// add spares most requests a shared counter that does not change.
func add(to prometheus.Counter, n int) {
	if n > 0 {
		to.Add(float64(n))
	}
}

// Refused counts a request of the route that was refused.
func (r *Route) Refused(reason string) {
	r.node.set.refusals.WithLabelValues(r.node.name, r.mode, reason).Inc()
}
