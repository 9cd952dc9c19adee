package labs

// Progress is what somebody who waits for a run is told.
type Progress struct {
	// Ahead is how many runs come before, while this one waits.
	Ahead   int
	Waiting bool
	Event   Event // of a run under way
}

// waiter is somebody who waits for a run.
type waiter struct{ updates chan Progress }

// toldAhead is how many messages wait for a slow listener before one is dropped.
const toldAhead = 64

// tell passes a message to everybody who waits. Who does not listen misses it, and nobody waits for them.
func (j *job) tell(p Progress) {
	for a := range j.waiters {
		select {
		case a.updates <- p:
		default:
		}
	}
}
