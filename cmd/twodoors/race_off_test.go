//go:build !race

package main

// raced is whether the race detector watches, which takes several times the memory.
const raced = false
