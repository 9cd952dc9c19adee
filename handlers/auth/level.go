package auth

import (
	"fmt"
	"sync"
	"time"
)

// Level is how much JWT mode checks on each request. Each level includes those before it; everything above
// signature is one joined lookup.
type Level string

// The levels.
const (
	LevelSignature Level = "signature" // signature, issuer, audience, dates: no lookup
	LevelUser      Level = "user"      // + the user is active; role as it is now
	LevelDenylist  Level = "denylist"  // + this sign-in was not ended
	LevelVersion   Level = "version"   // + issued since the last password change
)

// Levels lists the levels in order.
func Levels() []Level { return []Level{LevelSignature, LevelUser, LevelDenylist, LevelVersion} }

// ParseLevel reads a level's name.
func ParseLevel(s string) (Level, error) {
	for _, l := range Levels() {
		if s == string(l) {
			return l, nil
		}
	}
	return "", fmt.Errorf("unknown level %q: use signature, user, denylist or version", s)
}

func (l Level) rank() int {
	for i, known := range Levels() {
		if l == known {
			return i
		}
	}
	return 0
}

// AtLeast reports whether l checks everything that o checks.
func (l Level) AtLeast(o Level) bool { return l.rank() >= o.rank() }

// LevelChoice is the level that a demo team has chosen for its own accounts.
type LevelChoice struct {
	Team  int64
	Level Level
	// Number orders a team's choices: the highest is the one that holds.
	Number int64
	// Expires is when the team ends, and its choice can be forgotten.
	Expires time.Time
}

// LevelChoices says how much is checked for whose accounts: what the server is set to, or what a demo team has
// chosen for its own. The choices lie in the database; this is a node's copy in memory, so that reading the level
// costs no lookup. It is safe for concurrent use.
type LevelChoices struct {
	set    Level
	mu     sync.RWMutex
	chosen map[int64]LevelChoice
}

// NewLevelChoices knows the server's setting and no choice.
func NewLevelChoices(set Level) *LevelChoices {
	return &LevelChoices{set: set, chosen: map[int64]LevelChoice{}}
}

// For is the level for the accounts of a demo team. Team 0, whose accounts are the installation's own, never chooses.
func (l *LevelChoices) For(team int64) Level {
	if team == 0 {
		return l.set
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if choice, has := l.chosen[team]; has {
		return choice.Level
	}
	return l.set
}

// Learn takes choices that were made, by whichever node. One that is older than what is known changes nothing.
func (l *LevelChoices) Learn(choices ...LevelChoice) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range choices {
		if c.Team != 0 && c.Number > l.chosen[c.Team].Number {
			l.chosen[c.Team] = c
		}
	}
}

// Forget drops the choices of teams that have ended.
func (l *LevelChoices) Forget(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for team, c := range l.chosen {
		if !now.Before(c.Expires) {
			delete(l.chosen, team)
		}
	}
}
