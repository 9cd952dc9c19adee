// Package security attacks nodes over HTTP: each file begins with the promises that it tries.
package security
