// Package memorystore keeps sessions in the memory of this process: nothing is asked of any server, and
// nothing outlives the process or is known to another one.
package memorystore
