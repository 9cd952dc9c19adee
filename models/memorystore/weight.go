package memorystore

import (
	"context"

	"github.com/DmitriyVTitov/size"
)

// Weight is how many bytes of this process's memory the sessions take, with their places in the maps and in the queue.
func (s *Store) Weight(context.Context) (bytes int64, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return int64(size.Of(s)), nil
}
