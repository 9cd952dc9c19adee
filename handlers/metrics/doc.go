// Package metrics counts what nodes do, in the form that Prometheus reads: requests, latency and lookups by mode,
// route and purpose; sign-ins; refusals by reason; queues. The values of labels come from the program (its route table,
// its modes, its reasons) and never from a request, so that nothing personal can get into one and their number is
// bounded.
package metrics
