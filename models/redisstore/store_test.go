package redisstore_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"twodoors/models"
	"twodoors/models/modelstest"
	"twodoors/models/redisstore"
	"twodoors/models/sqltrace"
)

var now = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)

// database is the id of the database whose users the sessions are of.
const database = "0123456789abcdef"

// bed is a store on a Redis of the test's own, and a client that looks at what is there.
type bed struct {
	*redisstore.Store
	t   *testing.T
	url string
	raw *redis.Client
}

func newBed(t *testing.T) *bed {
	t.Helper()
	b := &bed{t: t, url: modelstest.Redis(t)}
	var err error
	b.Store, err = redisstore.Open(t.Context(), redisstore.Options{Database: database, URL: b.url, Orphan: func(_ context.Context, text string) {
		t.Errorf("a command without a request: %s", text)
	}})
	b.must(err)
	t.Cleanup(func() { b.Close() })
	o, err := redis.ParseURL(b.url)
	b.must(err)
	b.raw = redis.NewClient(o)
	t.Cleanup(func() { b.raw.Close() })
	return b
}

func (b *bed) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// request is the context of a request, and its record.
func request(t testing.TB) (context.Context, *sqltrace.Recorder) {
	rec := sqltrace.NewRecorder(time.Now())
	return sqltrace.For(sqltrace.With(t.Context(), rec), sqltrace.Auth), rec
}

func hash(id string) [32]byte { return sha256.Sum256([]byte(id)) }

func key(id string) string {
	h := hash(id)
	return "twodoors:session:" + database + ":" + hex.EncodeToString(h[:])
}

func session(id string, device int64) models.Session {
	return models.Session{
		IDHash: hash(id), DeviceID: device, UserID: 7, CreatedAt: models.At(now), LastSeen: models.At(now),
		Idle: 30 * time.Minute, ExpiresAt: models.At(now.Add(8 * time.Hour)), UserAgent: "Firefox", Address: "192.0.2.1",
	}
}

var ada = models.User{ID: 7, Name: "ada", Role: models.RoleMember, Active: true, PasswordHash: "argon2 of a password"}

// create makes a session.
func (b *bed) create(id string, device int64) {
	b.t.Helper()
	ctx, _ := request(b.t)
	b.must(b.CreateSession(ctx, session(id, device), ada))
}

// left is how long Redis keeps a key, by its own clock.
func (b *bed) left(key string) time.Duration {
	b.t.Helper()
	d, err := b.raw.PTTL(b.t.Context(), key).Result()
	b.must(err)
	return d
}

// about reports whether Redis keeps a key for so long, less what has passed since.
func (b *bed) about(what, key string, want time.Duration) {
	b.t.Helper()
	if got := b.left(key); got > want || got < want-20*time.Second {
		b.t.Errorf("%s: Redis keeps it for %v, want %v", what, got, want)
	}
}

// TestRedisExpires: Redis deletes by itself, at the moment that follows from our clock, which is five years
// ahead of its own here.
func TestRedisExpires(t *testing.T) {
	b := newBed(t)
	ctx, _ := request(t)
	b.create("one", 1)
	b.about("made", key("one"), 30*time.Minute)
	b.about("the user's list", "twodoors:sessions-of:"+database+":7", 8*time.Hour)
	b.must(b.TouchSession(ctx, hash("one"), now.Add(20*time.Minute)))
	b.about("touched", key("one"), 30*time.Minute)
	b.must(b.TouchSession(ctx, hash("one"), now.Add(7*time.Hour+50*time.Minute)))
	b.about("near its end", key("one"), 10*time.Minute)
	b.must(b.RenameSession(ctx, hash("one"), hash("two"), now.Add(7*time.Hour+55*time.Minute)))
	b.about("renamed", key("two"), 5*time.Minute)

	remembered := session("three", 3)
	remembered.Idle, remembered.ExpiresAt = 0, models.At(now.Add(336*time.Hour))
	b.must(b.CreateSession(ctx, remembered, ada))
	b.about("remembered", key("three"), 336*time.Hour)
	b.about("the user's list, longer now", "twodoors:sessions-of:"+database+":7", 336*time.Hour)
	b.create("four", 4)
	b.about("the user's list, not shorter", "twodoors:sessions-of:"+database+":7", 336*time.Hour)

	demo := ada
	demo.ID, demo.ExpiresAt = 8, models.At(now.Add(10*time.Minute))
	s := session("five", 5)
	s.UserID = 8
	b.must(b.CreateSession(ctx, s, demo))
	b.about("of a demo account", key("five"), 10*time.Minute)
	b.about("its list", "twodoors:sessions-of:"+database+":8", 10*time.Minute)
}

// TestRedisDeleted: a session that Redis has deleted is gone from every answer, and its name from the list.
func TestRedisDeleted(t *testing.T) {
	b := newBed(t)
	ctx, _ := request(t)
	b.create("one", 1)
	b.create("two", 2)
	b.must(b.raw.Del(ctx, key("one")).Err())
	if list, err := b.SessionsOfUser(ctx, 7, now); err != nil || len(list) != 1 || list[0].DeviceID != 2 {
		t.Errorf("listed: %+v, %v", list, err)
	}
	names := func() []string { return b.raw.HKeys(ctx, "twodoors:sessions-of:"+database+":7").Val() }
	if diff := cmp.Diff([]string{"2"}, names()); diff != "" {
		t.Error(diff)
	}
	b.must(b.raw.Del(ctx, key("two")).Err())
	if err := b.EndSession(ctx, 7, 2); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("ending it: %v", err)
	}
	b.create("three", 3)
	b.must(b.raw.Del(ctx, key("three")).Err())
	b.create("four", 4) // a sign-in clears the list, or it would grow for ever
	if diff := cmp.Diff([]string{"4"}, names()); diff != "" {
		t.Error(diff)
	}
	b.must(b.TouchSession(ctx, hash("three"), now.Add(time.Minute)))
	if n := b.raw.Exists(ctx, key("three")).Val(); n != 0 {
		t.Error("touching a session that is gone brought something back")
	}
}

// TestSignInsOfOne: however many sign-ins a user has, one more asks Redis for no more than a few things, and what is gone
// of them is forgotten in time.
func TestSignInsOfOne(t *testing.T) {
	b := newBed(t)
	for i := range 200 {
		b.create(fmt.Sprint("old-", i), int64(i+1))
	}
	calls := func() (sum int) {
		for _, line := range strings.Split(b.raw.Info(t.Context(), "commandstats").Val(), "\r\n") {
			if _, counted, found := strings.Cut(line, ":calls="); found && !strings.HasPrefix(line, "cmdstat_info") {
				text, _, _ := strings.Cut(counted, ",")
				n, err := strconv.Atoi(text)
				b.must(err)
				sum += n
			}
		}
		return sum
	}
	before := calls()
	b.create("new", 1000)
	if got := calls() - before; got > 30 {
		t.Errorf("%d commands for one sign-in beside 200", got)
	}
	for i := range 200 {
		b.must(b.raw.Del(t.Context(), key(fmt.Sprint("old-", i))).Err())
	}
	for i := range 100 {
		b.create(fmt.Sprint("more-", i), int64(2000+i))
	}
	if n := b.raw.HLen(t.Context(), "twodoors:sessions-of:"+database+":7").Val(); n > 200 { // 101 are there
		t.Errorf("the user's list names %d sessions", n)
	}
}

// TestDemoSessionsAreBounded: one more takes the place of the one that is over first; those of others stay, one that
// ends or gets a new id is counted right, and nothing stays for ever.
func TestDemoSessionsAreBounded(t *testing.T) {
	b := newBed(t)
	b.create("ada's", 1)
	visitor := ada
	visitor.ID, visitor.TeamID, visitor.ExpiresAt = 8, 9, models.At(now.Add(24*time.Hour))
	ctx, _ := request(t)
	small, err := redisstore.Open(ctx, redisstore.Options{Database: database, URL: b.url, DemoSessions: 3})
	b.must(err)
	t.Cleanup(func() { small.Close() })
	keep := func(id string, device int64) {
		t.Helper()
		s := session(id, device)
		s.UserID, s.ExpiresAt = 8, models.At(now.Add(time.Duration(device)*time.Minute))
		b.must(small.CreateSession(ctx, s, visitor))
	}
	left := func() (ids string) {
		for _, id := range []string{"ada's", "demo-1", "demo-2", "demo-3", "renamed", "demo-4", "demo-5", "demo-6"} {
			if b.raw.Exists(t.Context(), key(id)).Val() == 1 {
				ids += " " + id
			}
		}
		return ids
	}
	for device := range int64(4) {
		keep(fmt.Sprint("demo-", device+1), device+11)
	}
	if got := left(); got != " ada's demo-2 demo-3 demo-4" {
		t.Errorf("kept:%s", got)
	}
	b.must(small.EndSession(ctx, 8, 12))
	b.must(small.RenameSession(ctx, hash("demo-3"), hash("renamed"), now))
	keep("demo-5", 15)
	if got := left(); got != " ada's renamed demo-4 demo-5" {
		t.Errorf("after one has ended:%s", got)
	}
	keep("demo-6", 16)
	if got := left(); got != " ada's demo-4 demo-5 demo-6" {
		t.Errorf("after one got a new id:%s", got)
	}
	for _, name := range b.raw.Keys(t.Context(), "*").Val() {
		if b.left(name) <= 0 {
			t.Errorf("Redis keeps %s for ever", name)
		}
	}
}

// TestOnlyHashes: nothing in Redis is a session id, or a password's hash.
func TestOnlyHashes(t *testing.T) {
	b := newBed(t)
	const secret = "0123456789abcdef0123456789abcdef"
	b.create(secret, 1)
	for _, k := range b.raw.Keys(t.Context(), "*").Val() {
		text := k + " " + strings.Join(b.raw.HVals(t.Context(), k).Val(), " ") + strings.Join(b.raw.HKeys(t.Context(), k).Val(), " ")
		if strings.Contains(text, secret) || strings.Contains(text, hex.EncodeToString([]byte(secret))) || strings.Contains(text, "argon2") {
			t.Errorf("Redis holds a secret: %s", text)
		}
	}
}

// TestRecord: each command is a lookup of its own kind, with its purpose and name and without values.
func TestRecord(t *testing.T) {
	b := newBed(t)
	ctx, rec := request(t)
	b.must(b.CreateSession(ctx, session("one", 1), ada))
	_, _, err := b.FindSession(ctx, hash("one"), now)
	b.must(err)
	_, _, _ = b.FindSession(ctx, hash("unknown"), now)
	b.must(b.TouchSession(ctx, hash("one"), now.Add(time.Minute)))
	_, err = b.SessionsOfUser(sqltrace.For(ctx, sqltrace.Data), 7, now)
	b.must(err)
	_, err = b.SessionRow(sqltrace.For(ctx, sqltrace.Display), hash("one"))
	b.must(err)
	_, err = b.EndOtherSessions(ctx, 7, 0)
	b.must(err)
	b.must(b.Ping(ctx)) // nobody's
	var got []sqltrace.Statement
	for _, s := range rec.Statements() {
		if s.Took <= 0 || s.At < 0 || !s.Counted() {
			t.Errorf("%+v", s)
		}
		s.At, s.Took = 0, 0
		got = append(got, s)
	}
	command := func(p sqltrace.Purpose, label, text string, entries int64) sqltrace.Statement {
		return sqltrace.Statement{Kind: sqltrace.KindCommand, Purpose: p, Label: label, SQL: text, Rows: entries}
	}
	want := []sqltrace.Statement{
		command(sqltrace.Auth, "create-session", "EVALSHA create-session 2 twodoors:session:? twodoors:sessions-of:? ? ? ? …", 1),
		command(sqltrace.Auth, "find-session", "HGETALL twodoors:session:?", 1),
		command(sqltrace.Auth, "find-session", "HGETALL twodoors:session:?", 0),
		command(sqltrace.Auth, "touch-session", "EVALSHA touch-session 1 twodoors:session:? ?", 1),
		command(sqltrace.Data, "list-sessions", "EVALSHA list-sessions 1 twodoors:sessions-of:?", 1),
		command(sqltrace.Display, "show-session", "EVALSHA show-session 1 twodoors:session:?", 1),
		command(sqltrace.Auth, "end-other-sessions", "EVALSHA end-other-sessions 1 twodoors:sessions-of:? ?", 1),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got)\n%s", diff)
	}
	if c := rec.Counts(); c != (sqltrace.Counts{Auth: 5, Data: 1, Display: 1}) {
		t.Errorf("counts %+v", c)
	}
}

// TestOrphan: a command without a request is reported, background work is not.
func TestOrphan(t *testing.T) {
	var told []string
	s, err := redisstore.Open(t.Context(), redisstore.Options{Database: database, URL: modelstest.Redis(t), Orphan: func(_ context.Context, text string) { told = append(told, text) }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, _, _ = s.FindSession(sqltrace.Background(t.Context()), hash("x"), now)
	_, _, _ = s.FindSession(t.Context(), hash("x"), now)
	if diff := cmp.Diff([]string{"HGETALL twodoors:session:?"}, told); diff != "" {
		t.Error(diff)
	}
}

// TestScriptsLost: a Redis that was started anew gets the scripts again, which the record does not hide.
func TestScriptsLost(t *testing.T) {
	b := newBed(t)
	b.create("one", 1)
	b.must(b.raw.ScriptFlush(t.Context()).Err())
	ctx, rec := request(t)
	b.must(b.EndSession(ctx, 7, 1))
	var texts []string
	for _, s := range rec.Statements() {
		texts = append(texts, s.SQL)
	}
	want := []string{"EVALSHA end-session 1 twodoors:sessions-of:? ?", "EVAL end-session 1 twodoors:sessions-of:? ?"}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Error(diff)
	}
}
