// Package auth holds the ways of authenticating, side by side: session.go and jwt.go have the same methods
// in the same order, and reading them next to each other is the lesson. What only one of them needs stands beside
// it: the session's cookie in session_cookie.go, how tokens travel in jwt_carrier.go, the refresh token's exchange in
// jwt_refresh.go; and what only shows a mode's state, in session_exhibit.go and jwt_exhibit.go. Nothing here knows a
// page, a template or a web framework: a mode reads a *http.Request and writes to a http.ResponseWriter.
package auth
