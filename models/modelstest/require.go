package modelstest

import (
	"os"
	"testing"
)

// requireVariable names the environment variable that turns skipping into failing, so that a complete
// machine (such as the one of the continuous integration) cannot pass by testing less.
const requireVariable = "TWODOORS_TEST_REQUIRE"

// clockedVariable names the environment variable that has tests compare times. Times are a matter of the machine and of
// what else it does, so everywhere else a test proves what happens, and not how quickly.
const clockedVariable = "TWODOORS_TEST_CLOCKED"

// Clocked reports whether tests may fail for a time that took too long: only on a machine that does nothing else.
func Clocked() bool { return os.Getenv(clockedVariable) == "1" }

// Complete reports whether nothing may be left out, as in the continuous integration.
func Complete() bool { return os.Getenv(requireVariable) == "1" }

// needsServer skips the test with -short, which starts no other process, unless nothing may be left out.
func needsServer(t testing.TB) {
	t.Helper()
	if testing.Short() && !Complete() {
		t.Skip("needs a server: skipped with -short")
	}
}

// Missing skips the test with the reason, one line that says what to install. With TWODOORS_TEST_REQUIRE=1
// in the environment it fails the test instead.
func Missing(t testing.TB, reason string) {
	t.Helper()
	if Complete() {
		t.Fatalf("%s (%s=1 allows no skipping)", reason, requireVariable)
	}
	t.Skip(reason)
}
