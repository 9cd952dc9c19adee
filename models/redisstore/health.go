package redisstore

import (
	"context"

	"twodoors/models"
	"twodoors/models/sqltrace"
)

// Health asks Redis whether it answers, and whether it would write: SETRANGE with no text is refused wherever a write is
// (a replica, full memory, a disk that snapshots cannot be written to) and changes nothing. It belongs to no request
// and is not recorded.
func (s *Store) Health(ctx context.Context) (h models.Health) {
	if h.Reads = s.Ping(ctx); h.Reads == nil {
		ctx, cancel := context.WithTimeout(sqltrace.Background(ctx), limit)
		defer cancel()
		h.Writes = fault(s.client.SetRange(ctx, sessionPrefix+"none", 0, "").Err())
	}
	return h
}
