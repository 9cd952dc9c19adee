package auth

import (
	"slices"
	"strings"
)

// The scopes of a limited access token (RFC 6749, section 3.3; the claim is RFC 9068, section 2.2.3). A token without
// the claim belongs to a sign-in and is not limited.
const (
	ScopeNotesRead  = "notes:read"
	ScopeNotesWrite = "notes:write"
	ScopeProfile    = "profile"
)

// Scopes lists all there are.
func Scopes() []string { return []string{ScopeNotesRead, ScopeNotesWrite, ScopeProfile} }

// ParseScope reads a scope: one or more of ours, each once, separated by single spaces. It returns them in the order
// of Scopes, and ok false for anything else: nothing at all must never come to mean everything.
func ParseScope(text string) (scope string, ok bool) {
	asked := strings.Split(text, " ")
	var found []string
	for _, known := range Scopes() {
		if slices.Contains(asked, known) {
			found = append(found, known)
		}
	}
	return strings.Join(found, " "), len(found) > 0 && len(found) == len(asked)
}

// Limited reports whether the principal's credential may do only what its scope says.
func (p Principal) Limited() bool { return p.Scope != "" }

// Allows reports whether the principal's credential opens what a scope opens. scope "" is what no scope opens.
func (p Principal) Allows(scope string) bool {
	return !p.Limited() || scope != "" && slices.Contains(strings.Fields(p.Scope), scope)
}

// ScopeError is a limited token that does not reach as far as was asked.
type ScopeError struct {
	Needs string // the scope that would; "" where none does
}

func (e *ScopeError) Error() string { return "the token's scope does not reach this far" }
