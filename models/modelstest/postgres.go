package modelstest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// prepareAndServe runs as the user that PostgreSQL accepts (it refuses root): makes the cluster,
// unless it is there, then becomes the server. Nothing is synced to the disk: the data does not outlive the process.
//
// Arguments: folder of the binaries, folder of the server, port, log_line_prefix.
const prepareAndServe = `
set -e
umask 077
[ -e "$2/data/PG_VERSION" ] || "$1/initdb" --pgdata="$2/data" --username=twodoors --pwfile="$2/password" --auth=password \
  --no-locale --encoding=UTF8 --no-sync --no-instructions >/dev/null
exec "$1/postgres" -D "$2/data" -p "$3" \
  -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 \
  -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off \
  -c log_destination=stderr -c logging_collector=off -c log_line_prefix="$4" \
  -c log_statement=all -c log_parameter_max_length=0 -c log_checkpoints=off -c log_min_messages=warning
`

// postgresServer is the one server of this process. It is package state because every test of the process
// shares it while Postgres is called from any of them.
var postgresServer = sync.OnceValues(func() (*server, error) { return startTwice(startPostgres) })

// Postgres returns the URL of an empty database of the test's own, dropped when the test ends. The server
// logs every statement (PostgresLog) and accepts 200 connections. Without PostgreSQL on the machine the test
// is skipped (Missing), and with -short.
func Postgres(t testing.TB) string {
	t.Helper()
	return PostgresWith(t, "")
}

// PostgresWith is Postgres for a database with options of CREATE DATABASE, such as its encoding.
func PostgresWith(t testing.TB, options string) string {
	t.Helper()
	needsServer(t)
	s, err := postgresServer()
	if errors.Is(err, errNotInstalled) {
		Missing(t, err.Error())
	}
	if err != nil {
		t.Fatalf("PostgreSQL did not start: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text()) // letters that need no quoting
	execPostgres(t, s, "CREATE DATABASE "+name+" "+options)
	t.Cleanup(func() { execPostgres(t, s, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return s.postgresURL(name)
}

// postgresURL returns the address of one database of the server.
func (s *server) postgresURL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword("twodoors", s.password), Host: s.address,
		Path: "/" + database, RawQuery: "sslmode=disable"}
	return u.String()
}

// execPostgres runs one statement in the server's own database, on a connection of its own.
func execPostgres(t testing.TB, s *server, sql string) {
	t.Helper()
	ctx := context.Background() // a test's own context has ended when its clean-up runs
	conn, err := pgx.Connect(ctx, s.postgresURL("postgres"))
	if err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		t.Fatalf("PostgreSQL: %s: %v", sql, err)
	}
}

// startPostgres makes a cluster and starts its server.
func startPostgres() (*server, error) {
	s, command, err := preparePostgres()
	if err != nil {
		return nil, err
	}
	return s, s.startPostgres("QUIT", command) // an immediate shutdown: there is nothing to keep
}

// preparePostgres makes the folder of a cluster, and the command that makes the cluster and serves it.
func preparePostgres() (s *server, command []string, err error) {
	binaries, err := findPostgres()
	if err != nil {
		return nil, nil, err
	}
	if os.Geteuid() == 0 {
		if _, err := exec.LookPath("setpriv"); err != nil {
			return nil, nil, fmt.Errorf("PostgreSQL does not run as root and setpriv is not installed: %w (Debian: apt-get install util-linux)", errNotInstalled)
		}
		command = []string{"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"}
	}
	if s, err = newServer("postgres"); err != nil {
		return nil, nil, err
	}
	if err := s.writePassword(); err != nil {
		os.RemoveAll(s.folder)
		return nil, nil, err
	}
	return s, append(command, "sh", "-c", prepareAndServe, "postgres", binaries, s.folder, s.port(), logLinePrefix), nil
}

// startPostgres starts the server, which ends by the signal, and waits until it answers.
func (s *server) startPostgres(signal string, command []string) error {
	return s.start(signal, command, func() error {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, s.postgresURL("postgres"))
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	})
}

// writePassword leaves the password for initdb and, as root, gives the folder to PostgreSQL's user.
func (s *server) writePassword() error {
	file := filepath.Join(s.folder, "password")
	if err := os.WriteFile(file, []byte(s.password), 0o600); err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return nil
	}
	out, err := exec.Command("chown", "-R", "postgres", s.folder).CombinedOutput()
	if err != nil {
		return fmt.Errorf("chown to user postgres: %w: %s", err, out)
	}
	return nil
}

// findPostgres returns the folder of the newest server binaries: Debian keeps them off the PATH, by version.
func findPostgres() (string, error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	version := func(folder string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
		return n
	}
	slices.SortFunc(folders, func(a, b string) int { return version(b) - version(a) })
	if initdb, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(initdb))
	}
	for _, folder := range folders {
		_, noInitdb := exec.LookPath(filepath.Join(folder, "initdb"))
		_, noServer := exec.LookPath(filepath.Join(folder, "postgres"))
		if noInitdb == nil && noServer == nil {
			return folder, nil
		}
	}
	return "", fmt.Errorf("PostgreSQL is not installed: %w (Debian: apt-get install postgresql)", errNotInstalled)
}
