package reports

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Bounds of the cache: the keys are fetched again when they are this old, so that a retired key is good no longer, and
// for a key id that is not among them, so that a new key is good at once. There is one request in fetchPause at most,
// whatever ids are made up.
const (
	keysKept   = 5 * time.Minute
	fetchPause = 10 * time.Second
	maxKeySet  = 64 << 10 // bytes
)

// keyCache has the issuer's keys by id, as they were last fetched.
type keyCache struct {
	config Config

	mu      sync.Mutex
	keys    map[string]*jose.JSONWebKey
	fetched time.Time // zero: never
	tried   time.Time // the last request, whatever came of it
	err     error     // of the last request
}

// find returns the key of an id, nil where the issuer publishes none, and how many requests that took. It fails where
// the keys are needed and cannot be had.
func (c *keyCache) find(ctx context.Context, id string) (key *jose.JSONWebKey, asked int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.config.Now()
	if key = c.keys[id]; key != nil && now.Sub(c.fetched) < keysKept {
		return key, 0, nil
	}
	if now.Sub(c.tried) < fetchPause {
		return nil, 0, c.err
	}
	c.tried = now
	keys, err := c.fetch(context.WithoutCancel(ctx)) // others need them, though this client may have gone
	if c.err = err; err != nil {
		return nil, 1, err
	}
	c.keys, c.fetched = keys, now
	return keys[id], 1, nil
}

// fetch asks the issuer for its keys. Keys without an id, for another use than signatures, and secrets are left out.
func (c *keyCache) fetch(ctx context.Context) (map[string]*jose.JSONWebKey, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.config.Keys, nil)
	if err != nil {
		return nil, err
	}
	answer, err := c.config.Client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", c.config.Keys, answer.Status)
	}
	var set jose.JSONWebKeySet
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxKeySet)).Decode(&set); err != nil {
		return nil, fmt.Errorf("%s: %w", c.config.Keys, err)
	}
	keys := map[string]*jose.JSONWebKey{}
	for _, k := range set.Keys {
		if k.KeyID != "" && k.Use == "sig" && k.Valid() && k.IsPublic() {
			keys[k.KeyID] = &k
		}
	}
	return keys, nil
}
