package memorystore

import (
	"container/heap"

	"twodoors/models"
)

// entry is a session in its three places: by hash, by user and device, and in the queue.
type entry struct {
	models.SessionCopy
	place int // in the queue
}

// demo says that the session is a demo account's, and not somebody's who has signed up.
func (e *entry) demo() bool { return e.User.TeamID != 0 }

// queue is the one that a session stands in.
func (s *Store) queue(e *entry) *queue {
	if e.demo() {
		return &s.demos
	}
	return &s.members
}

func (s *Store) put(e *entry) {
	s.byHash[e.IDHash] = e
	devices := s.byUser[e.UserID]
	if devices == nil {
		devices = map[int64]*entry{}
		s.byUser[e.UserID] = devices
	}
	devices[e.DeviceID] = e
	heap.Push(s.queue(e), e)
}

func (s *Store) drop(e *entry) {
	delete(s.byHash, e.IDHash)
	delete(s.byUser[e.UserID], e.DeviceID)
	if len(s.byUser[e.UserID]) == 0 {
		delete(s.byUser, e.UserID)
	}
	heap.Remove(s.queue(e), e.place)
}

// queue is a heap of sessions by when they end.
type queue []*entry

var _ heap.Interface = (*queue)(nil)

// Len is how many there are.
func (q queue) Len() int { return len(q) }

// Less orders by when they end.
func (q queue) Less(i, j int) bool { return q[i].Ends().Before(q[j].Ends()) }

// Swap exchanges two places.
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

// Push adds at the end.
func (q *queue) Push(x any) {
	e := x.(*entry)
	e.place = len(*q)
	*q = append(*q, e)
}

// Pop takes the last away.
func (q *queue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	(*q)[last] = nil // or the memory would never be given back
	*q = (*q)[:last]
	return e
}

// moved puts an entry in its place again after its end has changed.
func (q *queue) moved(e *entry) { heap.Fix(q, e.place) }
