package redisstore

import (
	"context"
	"errors"
	"strconv"
	"strings"
)

// Weight is how many bytes Redis has in use, for whoever uses it.
func (s *Store) Weight(ctx context.Context) (bytes int64, err error) {
	ctx, cancel, err := start(ctx, "weigh", limit)
	if err != nil {
		return 0, err
	}
	defer cancel()
	text, err := s.client.Info(ctx, "memory").Result()
	if err != nil {
		return 0, fault(err)
	}
	for line := range strings.Lines(text) {
		if value, found := strings.CutPrefix(line, "used_memory:"); found {
			return strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		}
	}
	return 0, errors.New("redis does not say how much memory it uses")
}
