// Package trace keeps the record of one request: what arrived, what was checked, which lookups were made,
// what was set. The record lives as long as the request and travels inside its own response; nothing of it
// is kept on the server.
package trace
