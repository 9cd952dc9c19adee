package auth

import "slices"

// Ability is something that not every mode can do. A mode says which it has; what it lacks is said on the
// devices page, and the contract suite tries whether it is true.
type Ability string

// The abilities: message keys below "lacks.".
const (
	AbilityOwn     Ability = "own"      // each sign-in has a credential of its own
	AbilityList    Ability = "list"     // the server can say where a user is signed in
	AbilityEndOne  Ability = "end-one"  // one sign-in can be ended, and the others stand
	AbilityEndAll  Ability = "end-all"  // the server can end all of a user's sign-ins
	AbilityAtOnce  Ability = "at-once"  // what the server ended is refused at its next request
	AbilitySignOut Ability = "sign-out" // signing out reaches a copy of the credential too
	AbilityUser    Ability = "user"     // the user is read at each request: is active, and the role as it is now
	AbilityExpire  Ability = "expire"   // the credential itself ends by a date
)

// Abilities lists all there are.
func Abilities() []Ability {
	return []Ability{AbilityOwn, AbilityList, AbilityEndOne, AbilityEndAll, AbilityAtOnce, AbilitySignOut, AbilityUser, AbilityExpire}
}

// Can reports whether a mode has an ability at a level.
func Can(m Exhibit, l Level, a Ability) bool { return slices.Contains(m.Abilities(l), a) }

// Lacks lists what a mode cannot do at a level.
func Lacks(m Exhibit, l Level) []Ability {
	has := m.Abilities(l)
	return slices.DeleteFunc(Abilities(), func(a Ability) bool { return slices.Contains(has, a) })
}

// OwnDevice is for modes that keep no list of sign-ins and know of one alone: the one that is asking.
type OwnDevice interface {
	Device(p Principal) Device
}
