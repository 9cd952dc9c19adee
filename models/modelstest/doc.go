// Package modelstest starts the machine's own PostgreSQL and Redis for tests.
//
// Each kind of server is started at most once per test process, at the first call that needs it, on a free
// port of 127.0.0.1 and in a folder of its own. It ends with the test process, also when that is killed, and
// takes its folder with it. Every test gets a database of its own on that server.
package modelstest
