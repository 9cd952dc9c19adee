package metrics_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/metrics"
	"twodoors/models/sqltrace"
)

func shown(t *testing.T, s *metrics.Set) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// TestNodes: nodes of one process share what is shown and are told apart; one that is started anew goes on counting. Queues
// are the process's.
func TestNodes(t *testing.T) {
	s := metrics.New("test")
	ask := func(name string, waiting int) {
		n := s.Node(name)
		s.Queue("passwords", func() int { return waiting }, nil)
		n.Route("jwt", "GET", "/jwt/member").Answered(200, 3*time.Millisecond, sqltrace.Counts{Auth: 1, Data: 2})
		n.SignedIn("jwt")
		n.Cleared(5)
	}
	ask("a", 1)
	ask("b", 2)
	ask("b", 7)
	got := shown(t, s)
	for _, want := range []string{
		`twodoors_requests_total{method="GET",mode="jwt",node="a",route="/jwt/member",status="2xx"} 1`,
		`twodoors_requests_total{method="GET",mode="jwt",node="b",route="/jwt/member",status="2xx"} 2`,
		`twodoors_lookups_total{method="GET",mode="jwt",node="b",purpose="auth",route="/jwt/member"} 2`,
		`twodoors_lookups_total{method="GET",mode="jwt",node="b",purpose="data",route="/jwt/member"} 4`,
		`twodoors_lookups_total{method="GET",mode="jwt",node="b",purpose="display",route="/jwt/member"} 0`,
		`twodoors_request_duration_seconds_bucket{method="GET",mode="jwt",node="b",route="/jwt/member",le="0.0025"} 0`,
		`twodoors_request_duration_seconds_bucket{method="GET",mode="jwt",node="b",route="/jwt/member",le="0.005"} 2`,
		`twodoors_sign_ins_total{mode="jwt",node="b"} 2`, `twodoors_cleared_rows_total{node="a"} 5`,
		`twodoors_queue_waiting{queue="passwords"} 7`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("no %s", want)
		}
	}
}

// TestStatuses: whatever a handler answers falls into a class.
func TestStatuses(t *testing.T) {
	s := metrics.New("test")
	r := s.Node("").Route(metrics.None, "GET", "/")
	for _, status := range []int{0, 101, 204, 303, 404, 503, 999} {
		r.Answered(status, 0, sqltrace.Counts{})
	}
	got := shown(t, s)
	for class, want := range map[string]string{"1xx": "2", "2xx": "1", "3xx": "1", "4xx": "1", "5xx": "2"} {
		if !strings.Contains(got, `status="`+class+`"} `+want+"\n") {
			t.Errorf("%s: not %s", class, want)
		}
	}
}

// TestOff: where nothing is counted, nothing fails.
func TestOff(t *testing.T) {
	var s *metrics.Set
	n := s.Node("a")
	n.SignedIn("jwt")
	n.Cleared(1)
}

// TestAllocations: counting a request allocates nothing after the first.
func TestAllocations(t *testing.T) {
	r := metrics.New("test").Node("").Route("jwt", "GET", "/jwt/member")
	got := testing.AllocsPerRun(100, func() { r.Answered(200, time.Millisecond, sqltrace.Counts{Auth: 1}) })
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}

// BenchmarkAnswered is what counting adds to a request, beside two readings of the clock.
func BenchmarkAnswered(b *testing.B) {
	r := metrics.New("test").Node("").Route("jwt", "GET", "/jwt/member")
	b.ReportAllocs()
	for b.Loop() {
		r.Answered(200, 300*time.Microsecond, sqltrace.Counts{Auth: 1})
	}
}
