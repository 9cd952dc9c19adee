package modelstest_test

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"twodoors/models/modelstest"
)

func TestPostgresDatabasesAreSeparate(t *testing.T) {
	one, two := mustConnect(t, modelstest.Postgres(t)), mustConnect(t, modelstest.Postgres(t))
	mustExec(t, one, "CREATE TABLE things (id int)")
	mustExec(t, two, "CREATE TABLE things (id int)")
	mustExec(t, one, "INSERT INTO things VALUES (1)")
	var count int
	if err := two.QueryRow(t.Context(), "SELECT count(*) FROM things").Scan(&count); err != nil || count != 0 {
		t.Fatalf("the other database holds %d rows (%v), want 0", count, err)
	}
}

func TestPostgresDatabaseIsDropped(t *testing.T) {
	var url string
	t.Run("inner", func(t *testing.T) {
		url = modelstest.Postgres(t)
		mustConnect(t, url)
	})
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		conn.Close(t.Context())
		t.Fatal("the database outlived its test")
	}
}

func TestStatementLog(t *testing.T) {
	url := modelstest.Postgres(t)
	log := modelstest.PostgresLog(t, url)
	conn, other := mustConnect(t, url), mustConnect(t, modelstest.Postgres(t))
	mustExec(t, conn, "CREATE TABLE before (id int)")

	mark := log.Mark()
	mustExec(t, conn, "SELECT 1")                                         // simple protocol
	mustExec(t, conn, "SELECT $1::text\n  AS \"이름\"", "secret\nSELECT 9") // extended protocol, several lines
	mustExec(t, conn, "SELECT $1::text\n  AS \"이름\"", "secret")           // the same, prepared by now
	mustExec(t, other, "SELECT 2")
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}

	named := "SELECT $1::text\n  AS \"이름\""
	want := []string{"SELECT 1", named, named, "begin", "rollback"}
	if got := log.Since(mark); !slices.Equal(got, want) {
		t.Fatalf("logged %q\nwant   %q", got, want)
	}
	if got := log.Since(log.Mark()); len(got) != 0 {
		t.Fatalf("logged after the mark: %q", got)
	}
}

func TestRedisDatabasesAreSeparate(t *testing.T) {
	one, two := mustRedis(t, modelstest.Redis(t)), mustRedis(t, modelstest.Redis(t))
	if err := one.Set(t.Context(), "key", "value", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := two.Get(t.Context(), "key").Err(); !errors.Is(err, redis.Nil) {
		t.Fatalf("the other database answers %v, want no such key", err)
	}
}

// holdVariable makes TestHoldServers the program that TestServersEndWithTheProcess kills.
const holdVariable = "TWODOORS_TEST_HOLD_SERVERS"

func TestHoldServers(t *testing.T) {
	if os.Getenv(holdVariable) == "" {
		t.Skip("runs inside TestServersEndWithTheProcess")
	}
	modelstest.Postgres(t)
	modelstest.Redis(t)
	os.Stdout.WriteString("started\n")
	<-t.Context().Done()
}

func TestServersEndWithTheProcess(t *testing.T) {
	modelstest.Postgres(t) // skips where there are no servers
	modelstest.Redis(t)
	temp := t.TempDir()
	for parent := temp; len(parent) > len(os.TempDir()); parent = filepath.Dir(parent) {
		if err := os.Chmod(parent, 0o755); err != nil { // PostgreSQL's own user has to reach it
			t.Fatal(err)
		}
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestHoldServers$")
	cmd.Env = append(os.Environ(), holdVariable+"=1", "TMPDIR="+temp)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "started" {
		t.Log(lines.Text())
	}
	if folders := mustGlob(t, temp); len(folders) != 2 {
		t.Fatalf("folders of the two servers: %q", folders)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	limit := time.After(3 * time.Minute)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for len(mustGlob(t, temp)) > 0 {
		select {
		case <-again.C:
		case <-limit:
			t.Fatalf("left behind: %q", mustGlob(t, temp))
		}
	}
	if left := processesNaming(t, temp); len(left) > 0 {
		t.Fatalf("still running: %q", left)
	}
}

// processesNaming returns the command lines that contain text, where the system shows them in /proc.
func processesNaming(t *testing.T, text string) (found []string) {
	t.Helper()
	files, err := fs.Glob(os.DirFS("/proc"), "[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if line, err := os.ReadFile("/proc/" + file); err == nil && strings.Contains(string(line), text) {
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}

func mustGlob(t *testing.T, folder string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "twodoors-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func mustConnect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func mustExec(t *testing.T, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func mustRedis(t *testing.T, url string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { client.Close() })
	return client
}
