package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"twodoors/models"
)

// aboutCommand begins the answers of Redis that are about a command and not about the server: a key that holds
// something else than it should. What this store sends is fixed but for hashes and numbers, so there are no others:
// where Redis refuses it, Redis is loading, full, a replica, fails to save, lets nobody in, is of another kind.
const aboutCommand = "WRONGTYPE "

// fault gives an error its kind: whatever Redis says of itself, the network, the pool and the limit of time are
// models.Away.
func fault(err error) error {
	var (
		reply redis.Error
		away  *models.Away
	)
	switch {
	case err == nil, errors.Is(err, redis.Nil), errors.Is(err, context.Canceled), errors.As(err, &away):
		return err
	case errors.As(err, &reply) && strings.Contains(reply.Error(), aboutCommand): // a script puts words of its own before it
		return err
	}
	return &models.Away{Err: fmt.Errorf("redis: %w", err)}
}
