package handlers

import (
	"net/http"

	"twodoors/handlers/auth"
)

// scopeFor is the table of what a limited token opens: the scope that a route asks for, by method and by path as it
// stands in routes.go. A route that is not in it is for sign-ins alone, and so is every route that is new: passwords,
// sign-ins, tokens, and the pages' forms, whose answers show more than they change.
func scopeFor(method, route string) string {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	switch method + " " + route {
	case "GET /jwt/member", "GET /api/jwt/me":
		return auth.ScopeProfile
	case "GET /jwt/member/notes", "GET /api/jwt/notes":
		return auth.ScopeNotesRead
	case "POST /api/jwt/notes", "DELETE /api/jwt/notes/:id":
		return auth.ScopeNotesWrite
	}
	return ""
}

// insufficientScope tells a client which scope it lacks (RFC 6750, section 3.1).
func insufficientScope(h http.Header, e *auth.ScopeError) {
	value := `Bearer error="insufficient_scope"`
	if e.Needs != "" {
		value += `, scope="` + e.Needs + `"`
	}
	h.Set("WWW-Authenticate", value)
}
