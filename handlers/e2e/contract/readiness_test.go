package contract_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
	"twodoors/models"
	"twodoors/models/modelstest"
)

// logged is a log that several may write to and one reads.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// count is how many lines of the log say something.
func (l *logged) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), what)
}

// logInto is a log of the test's own.
func logInto() (*logged, handlerstest.Option) {
	l := &logged{}
	return l, handlerstest.LogTo(slog.New(slog.NewTextHandler(l, nil)))
}

// askReady asks whether the node is ready, several times, and fails the test unless it says these lines each time.
func askReady(n *handlerstest.Node, when string, lines ...string) {
	n.T.Helper()
	status, want := http.StatusOK, "ok\n"
	if len(lines) > 0 {
		status, want = http.StatusServiceUnavailable, strings.Join(lines, "\n")+"\n"
	}
	for range 3 {
		if a := n.Client().Get("/readyz"); a.Status != status || string(a.Body) != want {
			n.T.Errorf("%s: status %d with %q, want %d with %q", when, a.Status, a.Body, status, want)
		}
	}
	n.Client().Get("/healthz").Want(http.StatusOK)
}

const (
	notRead     = "reads: the database does not answer"
	notWritten  = "writes: the database cannot be written to"
	storeAway   = "store: the session store does not answer"
	storeReads  = "store: the session store cannot be written to"
	noKeys      = "keys: the keys folder cannot be read"
	fileMissing = "file: the database file was removed or replaced"
)

// rawSQLite is another program on the node's database.
func rawSQLite(n *handlerstest.Node) *sql.DB {
	n.T.Helper()
	raw, err := sql.Open("sqlite3", "file:"+strings.TrimPrefix(n.DatabaseURL, "sqlite:"))
	if err != nil {
		n.T.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	n.T.Cleanup(func() { raw.Close() })
	return raw
}

func mustExec(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// TestReadyLeavesNothing: being asked changes no file of the database.
func TestReadyLeavesNothing(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t)
	n.User("minji", models.RoleMember)
	files := func() (sums [3][32]byte) {
		for i, end := range []string{"", "-wal", "-shm"} {
			text, err := os.ReadFile(strings.TrimPrefix(n.DatabaseURL, "sqlite:") + end)
			if err != nil {
				t.Fatal(err)
			}
			sums[i] = sha256.Sum256(text)
		}
		return sums
	}
	askReady(n, "at first")
	before := files()
	for range 30 {
		askReady(n, "again")
	}
	if files()[0] != before[0] || files()[1] != before[1] {
		t.Error("asking has written to the disk")
	}
}

// TestReadySQLite: another program holds the lock; the file is removed, or another is in its place. The log says each
// once, and what to do about the file.
func TestReadySQLite(t *testing.T) {
	t.Parallel()
	log, logs := logInto()
	n := handlerstest.NewNode(t, logs)
	askReady(n, "at first")
	other := rawSQLite(n)
	mustExec(t, other, "BEGIN IMMEDIATE")
	askReady(n, "locked", notWritten)
	mustExec(t, other, "ROLLBACK")
	askReady(n, "unlocked")
	if log.count("cannot be written to") != 2 || log.count("no longer so") != 1 { // the line and that it is over
		t.Errorf("the log: %s", &log.text)
	}
	path := strings.TrimPrefix(n.DatabaseURL, "sqlite:")
	for name, part := range map[string]string{"the database": path, "its log": path + "-wal"} {
		aside := part + "-aside"
		must(t, os.Rename(part, aside))
		askReady(n, name+" removed", fileMissing)
		must(t, os.WriteFile(part, nil, 0o600))
		askReady(n, name+" replaced", fileMissing)
		must(t, os.Remove(part), os.Rename(aside, part))
		askReady(n, name+" put back")
	}
	if log.count("or stop the server and start it again") != 2 {
		t.Errorf("the log does not say what to do, once for each: %s", &log.text)
	}
}

// TestReadyKeys: without its folder the server would begin with new keys at the next start.
func TestReadyKeys(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "keys")
	ring, err := auth.OpenKeyRing(folder, "EdDSA", 15*time.Minute, handlerstest.NewClock().Now())
	must(t, err)
	n := handlerstest.NewNode(t, handlerstest.WithKeys(ring))
	askReady(n, "at first")
	must(t, os.Rename(folder, folder+"-aside"))
	askReady(n, "removed", noKeys)
	must(t, os.Mkdir(folder, 0o700))
	askReady(n, "an empty one in its place", noKeys)
	must(t, os.Remove(folder), os.Rename(folder+"-aside", folder))
	askReady(n, "put back")
}

// TestReadyPostgres: a server that has become a replica answers, and takes no writes.
func TestReadyPostgres(t *testing.T) {
	t.Parallel()
	n := handlerstest.NewNode(t, handlerstest.OnPostgres(t))
	askReady(n, "at first")
	readOnlyPostgres(n, "on")
	askReady(n, "read-only", notWritten)
	readOnlyPostgres(n, "off")
	askReady(n, "as before")
	must(t, n.DB.Close())
	askReady(n, "away", notRead)
}

// readOnlyPostgres makes the database refuse writes, or take them again, for every connection.
func readOnlyPostgres(n *handlerstest.Node, state string) {
	n.T.Helper()
	raw, err := sql.Open("pgx", n.DatabaseURL)
	must(n.T, err)
	defer raw.Close()
	name := handlerstest.MustURL(n.DatabaseURL).Path[1:]
	mustExec(n.T, raw, "SET default_transaction_read_only = off", "ALTER DATABASE "+name+" SET default_transaction_read_only = "+state,
		"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
}

// TestReadyRedis: Redis away, and Redis that has become a replica.
func TestReadyRedis(t *testing.T) {
	t.Parallel()
	n := onRedisAlone(t)
	askReady(n, "at first")
	n.Redis.Off()
	askReady(n, "away", storeAway)
	n.Redis.On()
	replica(n, true)
	askReady(n, "a replica", storeReads)
	replica(n, false)
	askReady(n, "as before")
}

// onRedisAlone is a node with its sessions in a Redis that no other test uses.
func onRedisAlone(t testing.TB, options ...handlerstest.Option) *handlerstest.Node {
	t.Helper()
	url := modelstest.RedisAlone(t)
	return handlerstest.NewNode(t, append(options, handlerstest.OnStore(auth.StoreRedis), func(s *handlerstest.Setup) { s.Redis = url })...)
}

// replica makes the node's Redis a replica of nobody's, or a server of its own again.
func replica(n *handlerstest.Node, is bool) {
	n.T.Helper()
	options, err := goredis.ParseURL(n.RedisURL)
	must(n.T, err)
	client := goredis.NewClient(options)
	defer client.Close()
	if is {
		must(n.T, client.ReplicaOf(n.T.Context(), "127.0.0.1", "1").Err())
	} else {
		must(n.T, client.ReplicaOf(n.T.Context(), "NO", "ONE").Err())
	}
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (l *logged) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Reset()
}
