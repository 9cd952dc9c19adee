package views

import "time"

// FamilyTree is what happened to the refresh tokens of one JWT sign-in.
type FamilyTree struct {
	Browser, Carrier string
	Since, Expires   time.Time // Expires is the absolute end
	Ended            time.Time // zero while it stands
	EndKey           string    // why it ended: a message key
	// Earlier is how many older tokens are left out.
	Earlier int
	Tokens  []TreeToken
	Open    bool // not folded away
}

// TreeToken is one refresh token.
type TreeToken struct {
	Number int    // the first one of the sign-in is 1
	Hash   string // of the stored hash the first and last characters
	// State is "good", "used", "void" or "ended".
	State  string
	Events []TreeEvent
}

// TreeEvent is something that happened to a token.
type TreeEvent struct {
	Kind  string // "issued", "renewed", "used", "void", "retried", "reused", "ended", "good"
	Count int    // retried: how often
	Next  int    // used: the successor's number
	At    time.Time
}

// Reused reports whether a token of the family was presented after it had been used.
func (f FamilyTree) Reused() bool {
	for _, t := range f.Tokens {
		for _, e := range t.Events {
			if e.Kind == "reused" {
				return true
			}
		}
	}
	return false
}

// aside reports whether an event branches off the line from parent to successor.
func (e TreeEvent) aside() bool { return e.Kind == "retried" || e.Kind == "reused" }

func (e TreeEvent) values() map[string]any {
	return map[string]any{"Count": e.Count, "Next": e.Next}
}
