// Package handlers answers the requests: the one route table, the pages and the API, for all modes alike.
// The web framework is known here and nowhere else.
package handlers
