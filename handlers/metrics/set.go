package metrics

import (
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// durations are the bounds of the histogram, in seconds: a home page takes a tenth of a millisecond, a password check
// takes twenty-six, and what waits in a queue takes longer.
var durations = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// Set is the metrics of a process, over all of its nodes. It is safe for concurrent use.
type Set struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	lookups  *prometheus.CounterVec
	signIns  *prometheus.CounterVec
	refusals *prometheus.CounterVec
	cleared  *prometheus.CounterVec
	waiting  *prometheus.Desc
	running  *prometheus.Desc
	throttle *prometheus.Desc

	mu     sync.Mutex
	gauges map[gauge]func() int
}

// New makes the metrics of a process of the given version, in a registry of their own: beside the app's, those of
// Go's runtime and of the process.
func New(version string) *Set {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, append([]string{"node"}, labels...))
	}
	s := &Set{
		registry: prometheus.NewRegistry(),
		requests: counter("twodoors_requests_total", "Requests answered, by what the status begins with.", "mode", "method", "route", "status"),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "twodoors_request_duration_seconds", Help: "Time from a request's arrival to the end of its answer.", Buckets: durations,
		}, []string{"node", "mode", "method", "route"}),
		lookups: counter("twodoors_lookups_total", "Lookups of requests, as their DB-Lookups headers said: statements to the database, commands to Redis.",
			"mode", "method", "route", "purpose"),
		signIns:  counter("twodoors_sign_ins_total", "Sign-ins that were let in, demo accounts included.", "mode"),
		refusals: counter("twodoors_refusals_total", "Requests refused because of who asked, or how.", "mode", "reason"),
		cleared:  counter("twodoors_cleared_rows_total", "Expired rows that background work removed. Its statements are no request's lookups."),
		waiting:  prometheus.NewDesc("twodoors_queue_waiting", "How many wait for their turn.", []string{"queue"}, nil),
		running:  prometheus.NewDesc("twodoors_queue_running", "How many have their turn.", []string{"queue"}, nil),
		throttle: prometheus.NewDesc("twodoors_throttle_entries", "Accounts, devices and addresses with wrong passwords not long ago.", []string{"of"}, nil),
		gauges:   map[gauge]func() int{},
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "twodoors_build_info", Help: "Always 1; the label is what matters.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	s.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		build, s.requests, s.latency, s.lookups, s.signIns, s.refusals, s.cleared, queues{s},
	)
	return s
}

// Handler answers with all metrics.
func (s *Set) Handler() http.Handler { return promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{}) }

// Node returns the metrics of a node. The name is the value of the label node; "", for the only one, leaves the label
// out. A node that was started anew under its name goes on counting where the one before it ended. A nil Set has nil
// Nodes.
func (s *Set) Node(name string) *Node {
	if s == nil {
		return nil
	}
	return &Node{set: s, name: name}
}

// gauge is what is read whenever the metrics are asked for. The nodes of a process share their queues.
type gauge struct {
	of   *prometheus.Desc
	name string
}

// Queue has a queue's lengths read whenever the metrics are asked for: how many wait, and how many have their turn (nil:
// nobody knows). A queue of the same name takes its place.
func (s *Set) Queue(name string, waiting, running func() int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gauges[gauge{s.waiting, name}] = waiting
	if running != nil {
		s.gauges[gauge{s.running, name}] = running
	}
}

// Throttle has the number of those whose wrong passwords are remembered read likewise.
func (s *Set) Throttle(of string, entries func() int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gauges[gauge{s.throttle, of}] = entries
}

// queues reads the lengths of all queues when they are asked for.
type queues struct{ *Set }

// Describe names the metrics.
func (q queues) Describe(to chan<- *prometheus.Desc) {
	to <- q.waiting
	to <- q.running
	to <- q.throttle
}

// Collect reads every queue.
func (q queues) Collect(to chan<- prometheus.Metric) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for g, read := range q.gauges {
		to <- prometheus.MustNewConstMetric(g.of, prometheus.GaugeValue, float64(read()), g.name)
	}
}
