package auth

import (
	"context"
	"fmt"
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

type levelKey struct{}
type floorKey struct{}

// WithLevel sets the level for one request, in place of the mode's own.
func WithLevel(ctx context.Context, l Level) context.Context {
	return context.WithValue(ctx, levelKey{}, l)
}

// WithFloor asks for at least this level for one request, whatever is set: a page that acts on a role must
// know the role as it is now.
func WithFloor(ctx context.Context, l Level) context.Context {
	return context.WithValue(ctx, floorKey{}, l)
}

// usualLevel is the level of this client's requests in general: what a credential is worth elsewhere does not follow
// from what one page asks for.
func usualLevel(ctx context.Context, set Level) Level {
	if chosen, ok := ctx.Value(levelKey{}).(Level); ok {
		return chosen
	}
	return set
}

// levelOf returns the level in force, and whether it was raised to a floor.
func levelOf(ctx context.Context, set Level) (l Level, raised bool) {
	l = usualLevel(ctx, set)
	if floor, ok := ctx.Value(floorKey{}).(Level); ok && !l.AtLeast(floor) {
		return floor, true
	}
	return l, false
}
