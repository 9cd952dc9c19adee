package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	mathrand "math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/securecookie"

	"twodoors/handlers/auth"
	"twodoors/models"
	"twodoors/models/sqltrace"
)

// grower fills a node's database with sessions, to show what grows with them.
type grower struct {
	*benchNode
	grown int    // sessions stored so far
	user  int64  // whose the next ones are
	mark  string // keeps the names of two runs apart
}

// growStep is how many sessions are stored in one transaction, growUsers how many of them each user has.
const (
	growStep  = 10_000
	growUsers = 10
)

// growID is the session id of a number, so that any of them can be asked for later without keeping all.
func growID(number int) [32]byte {
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte("bench"), uint64(number)))
}

// populate brings the sessions of the benchmark up to count, spread over their users, and returns the cookies of
// some of them, chosen at random.
func (g *grower) populate(ctx context.Context, count, sample int) (cookies []string, size int64, err error) {
	ctx = sqltrace.Background(ctx)
	now := g.now()
	for g.grown < count {
		upTo := min(count, g.grown+growStep)
		var p models.Population
		for ; g.grown < upTo; g.grown++ {
			if g.grown%growUsers == 0 {
				name := "b" + g.suffix() + "-" + strconv.Itoa(g.grown/growUsers)
				u, err := g.db.CreateUser(ctx, models.NewUser{Name: name, Role: models.RoleMember, Now: now})
				if err != nil {
					return nil, 0, err
				}
				g.user = u.ID
			}
			id := growID(g.grown)
			p.Sessions = append(p.Sessions, models.Session{
				IDHash: sha256.Sum256(id[:]), DeviceID: int64(1)<<52 + int64(g.grown), UserID: g.user, CreatedAt: models.At(now),
				LastSeen: models.At(now.Add(time.Hour)), Idle: 4 * time.Hour, ExpiresAt: models.At(now.Add(8 * time.Hour)), UserAgent: benchAgent, Address: "127.0.0.1",
			})
		}
		if err := g.db.Populate(ctx, p); err != nil {
			return nil, 0, err
		}
	}
	if err := g.db.Settle(ctx); err != nil {
		return nil, 0, err
	}
	name := auth.Cookies{}.Name("twodoors-session", "/")
	for range sample {
		id := growID(mathrand.IntN(count))
		value, err := securecookie.EncodeMulti(name, id[:], g.keys.CookieCodecs()...)
		if err != nil {
			return nil, 0, err
		}
		cookies = append(cookies, name+"="+value)
	}
	sizes, err := g.db.Sizes(ctx)
	for _, s := range sizes {
		if s.Table == "sessions" {
			size = s.Bytes
		}
	}
	return cookies, size, err
}

// lookup measures session mode's joined lookup, recorder included, of sessions at random, one after the other.
func (g *grower) lookup(ctx context.Context, times int) (micros float64, err error) {
	if g.grown == 0 {
		return 0, errors.New("there are no sessions yet")
	}
	hashes := make([][32]byte, times)
	for i := range hashes {
		id := growID(mathrand.IntN(g.grown))
		hashes[i] = sha256.Sum256(id[:])
	}
	ctx = sqltrace.For(ctx, sqltrace.Auth)
	began := time.Now()
	for _, hash := range hashes {
		if _, _, err := g.db.FindSession(sqltrace.With(ctx, sqltrace.NewRecorder(time.Now())), hash, g.now()); err != nil {
			return 0, err
		}
	}
	return float64(time.Since(began).Nanoseconds()) / 1000 / float64(times), nil
}

func (g *grower) suffix() string {
	if g.mark == "" {
		g.mark = strings.ToLower(rand.Text()[:6])
	}
	return g.mark
}
