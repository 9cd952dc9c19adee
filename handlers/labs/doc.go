// Package labs runs what people say about sessions, cookies, tokens and JWT, and computes from what was measured
// whether it is so.
//
// Each statement is one file: what is said, the scenario that measures it, and the rule that turns the measurements
// into a verdict. A scenario plays in environments: whole nodes of the real app with a database, keys and a clock of
// their own, which are gone when the run is. Nothing of an environment touches the app's own users, keys or database.
//
// The nodes come from a Factory that the program hands in: nothing here knows the web framework, a page or a
// route beyond its address.
package labs
