package bench

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Target is a server to be measured, and what to ask it for.
type Target struct {
	Addr string
	// Requests are sent as they are; each connection begins at another one and takes them in turn.
	Requests [][]byte
	// Usage asks the server's process what it has used so far.
	Usage func() (Usage, error)
}

// Sample is what one stretch of load on one target gave.
type Sample struct {
	Requests int
	Failed   int
	Failure  string // the first of them
	Elapsed  time.Duration
	Lookups  int
	Bytes    int64 // of all answers
	Used     Usage
	took     *hdrhistogram.Histogram // nanoseconds
}

// PerSecond is how many requests were answered well in a second.
func (s Sample) PerSecond() float64 {
	return float64(s.Requests-s.Failed) / s.Elapsed.Seconds()
}

// newHistogram counts from a microsecond to a minute with three digits.
func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1000, int64(time.Minute), 3)
}

// crowd is the connections that put load on a target. They stay open from one stretch to the next; crowds of one
// server may have them in common, as long as they take turns.
type crowd struct {
	target  Target
	members []*member
}

type member struct {
	*connection
	next                      int
	requests, failed, lookups int
	bytes                     int64
	failure                   error
	took                      *hdrhistogram.Histogram
}

func newCrowd(target Target, connections []*connection) *crowd {
	c := &crowd{target: target}
	for i, connection := range connections {
		c.members = append(c.members, &member{connection: connection, next: i, took: newHistogram()})
	}
	return c
}

// newConnections makes so many connections to a server, none of them open yet.
func newConnections(addr string, size int) []*connection {
	list := make([]*connection, size)
	for i := range list {
		list[i] = newConnection(addr)
	}
	return list
}

func (c *crowd) close() {
	for _, m := range c.members {
		m.connection.close()
	}
}

// load sends requests on every connection at once, each the next one when it has its answer, for as long as is
// asked.
func (c *crowd) load(ctx context.Context, length time.Duration) (Sample, error) {
	for _, m := range c.members {
		m.reset()
		if err := m.limit(time.Now().Add(length + answerTime)); err != nil {
			m.connection.close() // the server has gone: the first request will tell
		}
	}
	before, err := c.target.Usage()
	if err != nil {
		return Sample{}, err
	}
	var (
		over atomic.Bool
		wait sync.WaitGroup
	)
	start := time.Now()
	for _, m := range c.members {
		wait.Go(func() { m.run(c.target.Requests, start, func() bool { return !over.Load() }) })
	}
	select {
	case <-ctx.Done():
	case <-time.After(length):
	}
	over.Store(true)
	wait.Wait()
	s := Sample{Elapsed: time.Since(start), took: newHistogram()}
	after, err := c.target.Usage()
	if err != nil {
		return s, err
	}
	s.Used = after.since(before)
	for _, m := range c.members {
		m.addTo(&s)
	}
	return s, ctx.Err()
}

// Client sends a request a counted number of times, where load sends for as long as is asked. Its connections stay
// open until Close.
type Client struct{ crowd *crowd }

// NewClient makes a client of a server at addr.
func NewClient(addr string, request []byte, connections int) *Client {
	return &Client{newCrowd(Target{Addr: addr, Requests: [][]byte{request}}, newConnections(addr, connections))}
}

// Send sends the request so many times in all, on every connection at once. It ends early with ctx.
func (c *Client) Send(ctx context.Context, times int) (Sample, error) {
	var (
		left atomic.Int64
		wait sync.WaitGroup
	)
	left.Store(int64(times))
	start := time.Now()
	for _, m := range c.crowd.members {
		m.reset()
		if err := m.limit(start.Add(answerTime)); err != nil {
			m.connection.close()
		}
		wait.Go(func() {
			m.run(c.crowd.target.Requests, start, func() bool { return left.Add(-1) >= 0 && ctx.Err() == nil })
		})
	}
	wait.Wait()
	s := Sample{Elapsed: time.Since(start), took: newHistogram()}
	for _, m := range c.crowd.members {
		m.addTo(&s)
	}
	return s, ctx.Err()
}

// Close closes the connections.
func (c *Client) Close() { c.crowd.close() }

// Took is the time within which so many in a hundred requests were answered.
func (s Sample) Took(percentile float64) time.Duration {
	return time.Duration(s.took.ValueAtPercentile(percentile))
}

// And is two samples of one target as one.
func (s Sample) And(o Sample) Sample {
	took := newHistogram()
	for _, h := range []*hdrhistogram.Histogram{s.took, o.took} {
		if h != nil {
			took.Merge(h)
		}
	}
	s.Requests, s.Failed, s.Lookups, s.Bytes = s.Requests+o.Requests, s.Failed+o.Failed, s.Lookups+o.Lookups, s.Bytes+o.Bytes
	s.Elapsed, s.took = s.Elapsed+o.Elapsed, took
	if s.Failure == "" {
		s.Failure = o.Failure
	}
	return s
}

func (m *member) reset() {
	m.requests, m.failed, m.lookups, m.bytes, m.failure = 0, 0, 0, 0, nil
	m.took.Reset()
}

// run sends one request after the other. One clock reading between two requests ends the first and begins the
// second.
func (m *member) run(requests [][]byte, start time.Time, more func() bool) {
	began := time.Since(start)
	for more() {
		answered := m.ask(requests)
		ended := time.Since(start)
		if answered {
			m.record(ended - began)
		}
		began = ended
	}
}

// ask sends the next request and counts it. It reports whether it was answered as it should.
func (m *member) ask(requests [][]byte) bool {
	a, err := m.do(requests[m.next%len(requests)])
	m.next++
	m.requests++
	if err == nil && a.Status != 200 {
		err = fmt.Errorf("status %d", a.Status)
	}
	if err != nil {
		m.fail(err)
		return false
	}
	m.lookups += a.Lookups
	m.bytes += int64(a.Bytes)
	return true
}

// record keeps how long a request took. One beyond a minute, which cannot be kept, has failed already.
func (m *member) record(took time.Duration) { _ = m.took.RecordValue(int64(took)) }

func (m *member) fail(err error) {
	m.failed++
	if m.failure == nil {
		m.failure = err
	}
	if m.failed > 10 {
		time.Sleep(time.Millisecond) // a server that refuses at once is not to be hammered
	}
}

func (m *member) addTo(s *Sample) {
	s.Requests += m.requests
	s.Failed += m.failed
	s.Lookups += m.lookups
	s.Bytes += m.bytes
	s.took.Merge(m.took)
	if s.Failure == "" && m.failure != nil {
		s.Failure = m.failure.Error()
	}
}
