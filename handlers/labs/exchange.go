package labs

import (
	"time"

	"twodoors/handlers/trace"
	"twodoors/models/sqltrace"
)

// Exchange is one request and its answer, as the node read and wrote them.
type Exchange struct {
	Actor       Actor
	Environment int // the environment's number within the run, from 1
	Node        int // the node's number within the environment, from 1; 0: another service answered
	At          time.Time
	Method      string
	Target      string
	Status      int
	// Request and Response are the bytes of HTTP/1.1 that were read and written.
	Request, Response []byte
	// Left is how many bytes at the end of the response were not kept.
	Left    int
	Steps   []trace.Step
	Lookups []sqltrace.Statement
	Counts  sqltrace.Counts
	Took    time.Duration
	// CheapPassword says that passwords were hashed with cheap settings: the time of their check is not the server's.
	CheapPassword bool
	Refusal       string // why the node refused it, as it counts that; "" where it did not
}

// Step is one sentence of a run's story, with what was sent meanwhile.
type Step struct {
	Says Words
	// Events are what happened in the step beside requests: the clock moved, the database went away.
	Events    []Words
	Exchanges []Exchange
	// More is how many exchanges there were beyond those that were kept.
	More int
}

// keptExchanges bounds what a step keeps: a day of requests is counted, and its first ones are shown.
const keptExchanges = 12

func (s *Step) add(x Exchange) {
	if len(s.Exchanges) < keptExchanges {
		s.Exchanges = append(s.Exchanges, x)
	} else {
		s.More++
	}
}
