package redisstore

import (
	"errors"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"twodoors/models"
)

// away are the first words of Redis's own errors that say nothing about the request and everything about the
// server.
var away = []string{
	"LOADING", "BUSY", "MASTERDOWN", "READONLY", "NOREPLICAS", "MISCONF", "OOM", "TRYAGAIN", "CLUSTERDOWN",
	"NOAUTH", "WRONGPASS", "NOPERM", "UNKILLABLE", "ERR max number of clients reached",
}

// Away is a Redis that does not answer, or answers that it cannot: models.Unavailable recognises it.
type Away struct{ err error }

// Error says what happened.
func (a *Away) Error() string { return "redis: " + a.err.Error() }

// Unwrap is what happened.
func (a *Away) Unwrap() error { return a.err }

// Unavailable is true.
func (*Away) Unavailable() bool { return true }

// fault gives an error its kind: what Redis says of itself, and what the network and the pool say.
func fault(err error) error {
	if err == nil || errors.Is(err, redis.Nil) {
		return err
	}
	var reply redis.Error
	switch {
	case errors.Is(err, redis.ErrPoolTimeout), errors.Is(err, redis.ErrPoolExhausted), errors.Is(err, redis.ErrClosed):
		return &Away{err}
	case errors.As(err, &reply):
		if slices.ContainsFunc(away, func(word string) bool { return strings.HasPrefix(reply.Error(), word) }) {
			return &Away{err}
		}
		return err
	case models.Unavailable(err):
		return &Away{err}
	}
	return err
}
