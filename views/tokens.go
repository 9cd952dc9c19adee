package views

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// Tokens is the page of the member's limited access tokens.
type Tokens struct {
	Member
	Form
	Name   string
	Scopes []ScopeChoice
	Lives  []time.Duration // to choose from; the last one is the longest that is allowed
	Life   time.Duration   // the chosen one
	List   []LimitedToken  // the newest first
	Most   int             // how many may stand at a time
	// Issued is the token that was made just now; nil for none. It is shown this once.
	Issued *IssuedToken
	Done   Note
	// Asked says that at the level in force each request asks whether a token was revoked.
	Asked       bool
	DemoAccount bool
}

// ScopeChoice is one scope in the form.
type ScopeChoice struct {
	Name    string
	Checked bool
}

// IssuedToken is a token as it is given to its owner.
type IssuedToken struct {
	Name, Value, Curl string
	Expires           time.Time
}

// LimitedToken is one that was issued.
type LimitedToken struct {
	ID             int64
	Name, Scope    string
	Since, Expires time.Time
	Revoked        time.Time // zero: it stands
	// WorksUntil is until when it is accepted all the same once it is revoked; zero: it is refused at once.
	WorksUntil time.Time
}

func tokenPath(d Door, id int64) templ.SafeURL {
	return memberPath(d, "tokens/"+strconv.FormatInt(id, 10)+"/revoke")
}

// scopeKey is a scope's message key: a colon is not one of its characters.
func scopeKey(scope string) string { return "scope." + strings.ReplaceAll(scope, ":", "-") }
