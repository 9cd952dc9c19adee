// Package views renders the pages. A view gets plain values and nothing else: it never sees a request,
// a database row or a context value, computes nothing that the page's view-model does not say, and holds
// no sentence of its own (all text comes from the message catalogues).
package views

//go:generate go tool templ generate
