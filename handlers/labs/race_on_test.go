//go:build race

package labs_test

// raced is whether the race detector watches, which makes everything several times slower.
const raced = true
