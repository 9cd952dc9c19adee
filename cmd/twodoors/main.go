// Command twodoors serves one member area behind two doors, a cookie session and a JWT, and shows on every page
// what each way of signing in has cost.
package main

import (
	"os"
	"runtime"
)

func main() {
	runtime.MemProfileRate = 0 // nobody reads that profile, and keeping it takes more than a megabyte
	ctx, stop := untilSignal()
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
