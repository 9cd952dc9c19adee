package handlerstest

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"twodoors/handlers/metrics"
)

// Series is one line of what is shown for Prometheus.
type Series struct {
	Name   string
	Labels map[string]string
	Value  float64
}

var (
	seriesLine = regexp.MustCompile(`^([a-z_]+)(?:\{(.*)\})? (\S+)$`)
	labelPair  = regexp.MustCompile(`([a-z_]+)="((?:[^"\\]|\\.)*)"`)
)

// Shown reads what a set of metrics shows: the app's own.
func Shown(t testing.TB, set *metrics.Set) []Series {
	t.Helper()
	w := httptest.NewRecorder()
	set.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	var list []Series
	for lines := bufio.NewScanner(w.Body); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "twodoors_") {
			continue
		}
		m := seriesLine.FindStringSubmatch(lines.Text())
		if m == nil {
			t.Fatalf("cannot read %q", lines.Text())
		}
		s := Series{Name: m[1], Labels: map[string]string{}}
		for _, pair := range labelPair.FindAllStringSubmatch(m[2], -1) {
			s.Labels[pair[1]] = pair[2]
		}
		var err error
		if s.Value, err = strconv.ParseFloat(m[3], 64); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}

// Sum adds up the series of a name whose labels have these values: names and values in turn.
func Sum(list []Series, name string, labels ...string) (total float64) {
	for _, s := range list {
		fits := s.Name == name
		for i := 0; i < len(labels); i += 2 {
			fits = fits && s.Labels[labels[i]] == labels[i+1]
		}
		if fits {
			total += s.Value
		}
	}
	return total
}
