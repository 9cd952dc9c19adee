package auth

import "sync"

// Slots are places for what goes on for a while: a bounded number in all, and for each client address. It is safe for
// concurrent use.
type Slots struct {
	all, each int

	mu    sync.Mutex
	taken map[string]int // by address
	total int
}

// NewSlots makes so many places in all, and so many for each address.
func NewSlots(all, each int) *Slots { return &Slots{all: all, each: each, taken: map[string]int{}} }

// Take takes a place until giveBack is called, once. Where there is none for the address, ok is false.
func (s *Slots) Take(address string) (giveBack func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := Network(address)
	if s.total >= s.all || s.taken[name] >= s.each {
		return nil, false
	}
	s.total++
	s.taken[name]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.total--
		if s.taken[name]--; s.taken[name] == 0 {
			delete(s.taken, name)
		}
	}, true
}

// Taken is how many places are taken.
func (s *Slots) Taken() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}
