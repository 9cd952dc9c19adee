package bench

import (
	"fmt"
	"time"
)

// Report is a whole run.
type Report struct {
	Version     string    `json:"version"`
	Go          string    `json:"go"`
	System      string    `json:"system"`
	Processor   string    `json:"processor,omitempty"`
	Cores       int       `json:"cores"`
	At          time.Time `json:"at"`
	Took        float64   `json:"took_seconds"`
	Connections int       `json:"connections"`
	Rounds      int       `json:"rounds"`
	Stretch     float64   `json:"stretch_seconds"` // of load on one rung in one round
	Rows        []Row     `json:"rows"`
	Starts      []Start   `json:"starts,omitempty"`
	Growth      []Grown   `json:"growth,omitempty"`
	Soak        *Soak     `json:"soak,omitempty"`
	Carried     []Carried `json:"carried,omitempty"`
	// Left names the servers that were not measured, since no address was given: "postgres", "redis".
	Left []string `json:"left_out,omitempty"`
}

// Start is what a server needed to begin, on a database that was there already.
type Start struct {
	Name        string  `json:"name"`
	FirstAnswer float64 `json:"first_answer_ms"`   // from the start of the process
	Idle        float64 `json:"idle_resident_mib"` // before the load; 0: not known
	Loaded      float64 `json:"load_resident_mib"` // the most after a round; 0: not known
}

// Grown is a request of session mode beside a number of stored sessions.
type Grown struct {
	Database string  `json:"database"`
	Sessions int     `json:"sessions"`
	Lookup   float64 `json:"lookup_us"`    // the joined lookup alone, one after the other
	Size     int64   `json:"stored_bytes"` // of the sessions' values, without indexes
}

// Err tells of requests that failed: such a run is no result.
func (r Report) Err() error {
	failed, requests, first := 0, 0, ""
	for _, row := range r.Rows {
		requests += row.Requests
		failed += row.Failed
		if first == "" && row.Failed > 0 {
			first = row.Name + ": " + row.Failure
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d requests failed, so these figures are no result (%s)", failed, requests, first)
	}
	if r.Soak != nil {
		return r.Soak.Err()
	}
	return nil
}

// Total counts all requests that were measured, and those that failed.
func (r Report) Total() (requests, failed int) {
	for _, row := range r.Rows {
		requests += row.Requests
		failed += row.Failed
	}
	if r.Soak != nil {
		requests, failed = requests+r.Soak.Requests, failed+r.Soak.Failed
	}
	return requests, failed
}
