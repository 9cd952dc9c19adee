// Package reports is a second service, which accepts access tokens of an app that it has no part in. It knows the
// app's address and the keys that the app publishes (RFC 7517), and nothing else: no database, no session store, no
// package of the app. What it can say about a user is what a token says (RFC 9068, section 4).
package reports
