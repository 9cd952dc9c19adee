// Package contract tries from outside, over HTTP, what every mode promises: the same pages and API in each, what each can know, the lookups
// of every route, and on PostgreSQL the server's own log as their judge.
package contract
