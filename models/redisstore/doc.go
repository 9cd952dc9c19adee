// Package redisstore keeps sessions in Redis: one hash for each session, under the SHA-256 of its id, and
// one hash for each user that says which sessions are that user's. Redis deletes by itself what is over; how
// long that is comes from the caller's clock, and is checked once more inside, so that a clock which a test
// has moved, or a server's that is wrong, opens nothing.
//
// What belongs together changes in one script, which Redis runs as a whole or not at all. Scripts find a
// user's sessions by themselves, so this is for one Redis (with replicas, if you like), not for a cluster.
package redisstore
