package modelstest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
)

// PgBouncer puts a pooler before a database of Postgres and returns the database's URL through it. mode is pgbouncer's
// pool_mode. Where connections are shared it holds two, so that whoever goes through it meets more than one. It ends with
// the test. Without pgbouncer on the machine the test is skipped (Missing).
func PgBouncer(t testing.TB, database, mode string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	s, err := startTwice(func() (*server, error) { return startPgBouncer(u, mode) })
	if errors.Is(err, errNotInstalled) {
		Missing(t, err.Error())
	}
	if err != nil {
		t.Fatalf("pgbouncer did not start: %v", err)
	}
	t.Cleanup(s.stop)
	through := *u
	through.Host = s.address
	return through.String()
}

func startPgBouncer(u *url.URL, mode string) (*server, error) {
	binary, err := exec.LookPath("pgbouncer")
	if err != nil {
		binary, err = exec.LookPath("/usr/sbin/pgbouncer") // not on everybody's path
	}
	if err != nil {
		return nil, fmt.Errorf("pgbouncer is not installed: %w (Debian: apt-get install pgbouncer)", errNotInstalled)
	}
	command := []string{binary}
	if os.Geteuid() == 0 { // it refuses to run as root, as PostgreSQL does
		command = []string{"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", binary}
	}
	s, err := newServer("pgbouncer")
	if err != nil {
		return nil, err
	}
	password, _ := u.User.Password()
	size := 2
	if mode == "session" { // a client keeps its connection
		size = 20
	}
	settings := fmt.Sprintf("[databases]\n* = host=%s port=%s\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %s\nunix_socket_dir =\n"+
		"auth_type = plain\nauth_file = %s\npool_mode = %s\ndefault_pool_size = %d\nmin_pool_size = 2\nserver_round_robin = 1\n",
		u.Hostname(), u.Port(), s.port(), filepath.Join(s.folder, "users"), mode, size)
	users := fmt.Sprintf("%q %q\n", u.User.Username(), password)
	file := filepath.Join(s.folder, "pgbouncer.ini")
	err = errors.Join(os.WriteFile(file, []byte(settings), 0o600), os.WriteFile(filepath.Join(s.folder, "users"), []byte(users), 0o600))
	if err == nil {
		err = s.writePassword() // and the folder is its user's
	}
	if err != nil {
		os.RemoveAll(s.folder)
		return nil, err
	}
	through := *u
	through.Host = s.address
	return s, s.start("INT", append(command, "-q", file), func() error {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, through.String())
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	})
}
