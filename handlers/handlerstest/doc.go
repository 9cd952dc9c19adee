// Package handlerstest makes whole nodes of the app for tests, and clients for them.
//
// A Node has a clock and stores of its own, and its Clients call its handler directly; all that passes is checked against
// the rules that hold for every answer (rules.go). Serve puts one behind a real port, for tests that need one: browsers,
// shells, streams, and many clients at once. A Way is one of the ways of being signed in, all of which a suite goes
// through.
package handlerstest
