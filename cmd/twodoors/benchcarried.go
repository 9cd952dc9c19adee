package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/bench"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// carriedUsers is how many are signed in where it is measured what is carried.
const carriedUsers = 10_000

// carrying are the servers whose places of sign-ins differ.
var carrying = []string{"sqlite", "postgres", "memory", "redis"}

// carried asks every server with another place of sign-ins what that carries.
func (bed *benchBed) carried(report *bench.Report) error {
	for _, c := range bed.children {
		if !slices.Contains(carrying, c.name) {
			continue
		}
		a, err := c.question(benchQuestion{Do: "carry", Sessions: carriedUsers})
		if err != nil {
			return err
		}
		if a.Carried == nil {
			return fmt.Errorf("server %s: nothing was carried", c.name)
		}
		report.Carried = append(report.Carried, *a.Carried)
	}
	return nil
}

// carrier measures what the place where a node keeps its sign-ins carries.
type carrier struct {
	*benchNode
	users   []models.User
	renewed atomic.Int64 // refresh tokens exchanged
}

const (
	carriedAtOnce = 16
	carriedTime   = 2 * time.Second
)

// carriedHash is the hash of a session, a refresh token or an opaque token, by a number.
func carriedHash(kind string, number, step int) [32]byte {
	return sha256.Sum256(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64([]byte(kind), uint64(number)), uint64(step)))
}

// carry stores a session, a family and an opaque token for each of so many users, weighs them, and has them used.
func (c *carrier) carry(ctx context.Context, count int) (bench.Carried, error) {
	ctx = sqltrace.Background(ctx)
	for i := range count {
		u, err := c.db.CreateUser(ctx, models.NewUser{Name: "carried-" + strconv.Itoa(i), Role: models.RoleMember, Now: c.now()})
		if err != nil {
			return bench.Carried{}, err
		}
		c.users = append(c.users, u)
	}
	got := bench.Carried{Place: c.sessions.Kind()}
	inDatabase := got.Place == auth.StoreDatabase
	if inDatabase {
		got.Place = c.db.Dialect()
	}
	var err error
	if got.Session, err = c.weighed(ctx, func() error { return c.storeSessions(ctx) }); err != nil {
		return got, err
	}
	now := func() time.Time { return c.now().Add(2 * time.Hour) } // later than anything was seen
	got.Finds, err = c.often(func(n int) error {
		_, _, err := c.sessions.FindSession(ctx, carriedHash("session", n, 0), c.now())
		return err
	})
	if err != nil {
		return got, err
	}
	got.Touches, err = c.often(func(n int) error { return c.sessions.TouchSession(ctx, carriedHash("session", n, 0), now()) })
	if err != nil {
		return got, err
	}
	if !inDatabase { // which may be somebody's Redis, and goes on living
		return got, c.endSessions(ctx)
	}
	if got.Token, err = c.weighed(ctx, func() error { return c.stored(ctx, models.Population{Tokens: c.tokens()}) }); err != nil {
		return got, err
	}
	if got.Family, err = c.weighed(ctx, func() error { return c.storeFamilies(ctx) }); err != nil {
		return got, err
	}
	got.Renewal, err = c.weighed(ctx, func() (err error) { got.Renewals, err = c.renew(ctx); return err })
	got.Renewal *= float64(count) / float64(max(1, c.renewed.Load()))
	return got, err
}

// weighed is by how much the place grew for each user while something was stored.
func (c *carrier) weighed(ctx context.Context, store func() error) (float64, error) {
	before, err := c.weight(ctx)
	if err != nil {
		return 0, err
	}
	if err := store(); err != nil {
		return 0, err
	}
	after, err := c.weight(ctx)
	return float64(after-before) / float64(len(c.users)), err
}

// weight is what the place holds, in bytes: on disk, in Redis, or of this process's heap.
func (c *carrier) weight(ctx context.Context) (int64, error) {
	if store, ok := c.sessions.(interface {
		Weight(ctx context.Context) (int64, error)
	}); ok {
		return store.Weight(ctx)
	}
	if c.sessions.Kind() == auth.StoreMemory {
		runtime.GC()
		return int64(bench.OwnUsage().Live), nil
	}
	return c.db.Weight(ctx)
}

func (c *carrier) session(n int) models.Session {
	now := c.now()
	return models.Session{
		IDHash: carriedHash("session", n, 0), DeviceID: int64(1)<<51 + int64(n), UserID: c.users[n].ID, CreatedAt: models.At(now), LastSeen: models.At(now),
		Idle: 4 * time.Hour, ExpiresAt: models.At(now.Add(8 * time.Hour)), UserAgent: benchAgent, Address: "127.0.0.1",
	}
}

func (c *carrier) storeSessions(ctx context.Context) error {
	if c.sessions.Kind() != auth.StoreDatabase {
		for n, u := range c.users {
			if err := c.sessions.CreateSession(ctx, c.session(n), u); err != nil {
				return err
			}
		}
		return nil
	}
	var p models.Population
	for n := range c.users {
		p.Sessions = append(p.Sessions, c.session(n))
	}
	return c.stored(ctx, p)
}

// stored stores it, and lets the database take note of it.
func (c *carrier) stored(ctx context.Context, p models.Population) error {
	if err := c.db.Populate(ctx, p); err != nil {
		return err
	}
	return c.db.Settle(ctx)
}

func (c *carrier) endSessions(ctx context.Context) error {
	for _, u := range c.users {
		if _, err := c.sessions.EndOtherSessions(ctx, u.ID, 0); err != nil {
			return err
		}
	}
	return nil
}

func (c *carrier) storeFamilies(ctx context.Context) error {
	var p models.Population
	now := c.now()
	for n, u := range c.users {
		p.Families = append(p.Families, models.Family{
			ID: int64(1)<<52 + int64(n), UserID: u.ID, CreatedAt: models.At(now), LastSeen: models.At(now), ExpiresAt: models.At(now.Add(8 * time.Hour)),
			Carrier: string(auth.CarrierCookie), UserAgent: benchAgent, Address: "127.0.0.1",
		})
		p.Refresh = append(p.Refresh, carriedHash("refresh", n, 0))
	}
	return c.stored(ctx, p)
}

func (c *carrier) tokens() (list []models.UserToken) {
	for n, u := range c.users {
		hash := carriedHash("token", n, 0)
		list = append(list, models.UserToken{UserID: u.ID, Version: 1, Hash: hash[:], CreatedAt: models.At(c.now())})
	}
	return list
}

// renew exchanges each family's token for the next one, over and over.
func (c *carrier) renew(ctx context.Context) (perSecond float64, err error) {
	steps := make([]int, len(c.users))
	var locks [64]sync.Mutex // of families: a token has one successor
	return c.often(func(n int) error {
		lock := &locks[n%len(locks)]
		lock.Lock()
		defer lock.Unlock()
		now := c.now()
		_, err := c.db.Rotate(ctx, models.Rotation{
			Presented: carriedHash("refresh", n, steps[n]), Successor: carriedHash("refresh", n, steps[n]+1), Sealed: make([]byte, 64),
			Now: now, Grace: 10 * time.Second, AccessEnds: now.Add(time.Hour),
		})
		steps[n]++
		c.renewed.Add(1)
		return err
	})
}

// often does something for users at random, several at once, and returns how often in a second.
func (c *carrier) often(do func(n int) error) (perSecond float64, err error) {
	var (
		wait  sync.WaitGroup
		done  atomic.Int64
		fault atomic.Pointer[error]
	)
	began := time.Now()
	for range carriedAtOnce {
		wait.Go(func() {
			for time.Since(began) < carriedTime && fault.Load() == nil {
				if err := do(rand.IntN(len(c.users))); err != nil {
					fault.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	wait.Wait()
	if failed := fault.Load(); failed != nil {
		return 0, *failed
	}
	return float64(done.Load()) / time.Since(began).Seconds(), nil
}
