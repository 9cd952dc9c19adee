package modelstest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// startLimit is how long a server may take until it answers.
const startLimit = 3 * time.Minute

// guard runs a server as its child, waits until its own standard input ends, stops the server and removes
// its folder. The other end of that input is held by the test process alone, so the kernel closes it however
// the process ends: by returning, by a panic, by a time limit, by SIGKILL. A parent-death signal would not
// do: it follows the thread and not the process, and PostgreSQL's change of user clears it.
//
// A file named keep in the folder has the folder stay, for a server that is started again.
//
// Arguments: the signal that stops the server, its folder, its command line.
const guard = `
trap '' INT TERM HUP
signal=$1 folder=$2
shift 2
exec 3<&0
"$@" >>"$folder/log" 2>&1 </dev/null 3<&- &
server=$!
{ cat <&3 >/dev/null; kill -s "$signal" "$server"; } 2>/dev/null &
waiter=$!
wait "$server"
kill -s KILL "$waiter" 2>/dev/null
[ -e "$folder/keep" ] || rm -rf "$folder"
`

// errNotInstalled is wrapped by the reasons for which a test is skipped.
var errNotInstalled = errors.New("skipped")

// server is a running child and what a test needs to reach it.
type server struct {
	folder   string         // holds its data and its output, the file log
	address  string         // 127.0.0.1:port
	password string         // random, so that no other user of the machine gets in
	hold     io.WriteCloser // the end of the guard's input: closing it ends the server
	ended    chan struct{}  // closed when the server is gone
}

// newServer makes the folder and chooses the password and a port that was free a moment ago.
func newServer(kind string) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	folder, err := os.MkdirTemp("", "twodoors-"+kind+"-")
	if err != nil {
		return nil, err
	}
	return &server{folder: folder, address: listener.Addr().String(), password: rand.Text(), ended: make(chan struct{})}, nil
}

// port returns the port as the command line of a server wants it.
func (s *server) port() string {
	_, port, _ := net.SplitHostPort(s.address)
	return port
}

// logFile returns the path of the server's output.
func (s *server) logFile() string { return filepath.Join(s.folder, "log") }

// start runs the command under the guard and returns when ready answers nil. On an error nothing is left behind.
func (s *server) start(signal string, command []string, ready func() error) error {
	shell, err := exec.LookPath("sh")
	if err != nil {
		os.RemoveAll(s.folder)
		return fmt.Errorf("no POSIX shell: %w", errNotInstalled)
	}
	cmd := exec.Command(shell, append([]string{"-c", guard, "guard", signal, s.folder}, command...)...)
	if s.hold, err = cmd.StdinPipe(); err == nil {
		err = cmd.Start()
	}
	if err != nil {
		os.RemoveAll(s.folder)
		return err
	}
	go func() {
		_ = cmd.Wait()
		close(s.ended)
	}()
	return s.await(ready)
}

// await asks until the server answers, ends or takes too long.
func (s *server) await(ready func() error) error {
	limit := time.NewTimer(startLimit)
	defer limit.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	output := ""
	for {
		err := ready()
		if err == nil {
			return nil
		}
		if text, readErr := os.ReadFile(s.logFile()); readErr == nil {
			output = strings.TrimSpace(string(text))
		}
		select {
		case <-s.ended:
			return fmt.Errorf("the server ended at once: %w\n%s", err, output)
		case <-limit.C:
			s.stop()
			return fmt.Errorf("no answer within %v: %w\n%s", startLimit, err, output)
		case <-again.C:
		}
	}
}

// stop ends the server and returns when its folder is gone.
func (s *server) stop() {
	s.hold.Close()
	<-s.ended
}

// startTwice starts a server and, when that fails, another one on another port: between choosing a free port
// and listening on it, another process may have taken it.
func startTwice(start func() (*server, error)) (*server, error) {
	s, err := start()
	if err != nil && !errors.Is(err, errNotInstalled) {
		return start()
	}
	return s, err
}
