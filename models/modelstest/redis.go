package modelstest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"
)

// redisDatabases is how many tests of one process get a database of their own.
const redisDatabases = 10_000

// redisServer is the one server of this process, and redisUsed the number of its databases given away: package
// state for the reason that postgresServer has.
var (
	redisServer = sync.OnceValues(func() (*server, error) { return startTwice(startRedis) })
	redisUsed   atomic.Int64
)

// Redis returns the URL of an empty database of the test's own, emptied when the test ends. Nothing is written
// to the disk. Without Redis on the machine the test is skipped (Missing), and with -short.
func Redis(t testing.TB) string {
	t.Helper()
	needsServer(t)
	s, err := redisServer()
	if errors.Is(err, errNotInstalled) {
		Missing(t, err.Error())
	}
	if err != nil {
		t.Fatalf("Redis did not start: %v", err)
	}
	database := int(redisUsed.Add(1))
	if database >= redisDatabases {
		t.Fatalf("Redis: more than %d databases asked for", redisDatabases)
	}
	t.Cleanup(func() {
		client := s.redisClient(database)
		defer client.Close()
		if err := client.FlushDB(context.Background()).Err(); err != nil {
			t.Errorf("Redis: %v", err)
		}
	})
	return "redis://:" + s.password + "@" + s.address + "/" + strconv.Itoa(database)
}

// RedisAlone returns the URL of a server that no other test uses and whose settings may be changed. It ends with the
// test. Without Redis on the machine the test is skipped (Missing), and with -short.
func RedisAlone(t testing.TB) string {
	t.Helper()
	needsServer(t)
	s, err := startTwice(startRedis)
	if errors.Is(err, errNotInstalled) {
		Missing(t, err.Error())
	}
	if err != nil {
		t.Fatalf("Redis did not start: %v", err)
	}
	t.Cleanup(s.stop)
	return "redis://:" + s.password + "@" + s.address + "/0"
}

// redisClient returns a client of one database.
func (s *server) redisClient(database int) *redis.Client {
	return redis.NewClient(&redis.Options{Addr: s.address, Password: s.password, DB: database})
}

// startRedis starts a server that keeps everything in memory.
func startRedis() (*server, error) {
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("Redis is not installed: %w (Debian: apt-get install redis-server)", errNotInstalled)
	}
	s, err := newServer("redis")
	if err != nil {
		return nil, err
	}
	// The password stands in a file: other users of the machine can read a command line.
	settings := fmt.Sprintf("bind 127.0.0.1\nport %s\nrequirepass %s\ndatabases %d\nsave \"\"\nappendonly no\ndir %q\n",
		s.port(), s.password, redisDatabases, s.folder)
	file := filepath.Join(s.folder, "redis.conf")
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		os.RemoveAll(s.folder)
		return nil, err
	}
	client := s.redisClient(0)
	defer client.Close()
	err = s.start("KILL", []string{binary, file}, func() error { return client.Ping(context.Background()).Err() })
	return s, err
}
