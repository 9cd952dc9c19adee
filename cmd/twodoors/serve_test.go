package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"twodoors/handlers"
	"twodoors/models/modelstest"
)

// lockedBuffer takes the log of a server that is still running.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// booted is the real program, serving.
type booted struct {
	url  string
	log  *lockedBuffer
	stop func() int // ends it and returns its exit code
}

// boot starts the program on a free port and returns when it has printed its address.
func boot(t *testing.T, args ...string) booted {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	log := &lockedBuffer{}
	ended := make(chan int, 1)
	all := append([]string{"--addr=127.0.0.1:0", "--keys=" + filepath.Join(t.TempDir(), "keys"), "--log-format=json"}, args...)
	go func() {
		ended <- run(ctx, all, strings.NewReader(""), write, log)
		write.Close()
	}()
	stop := sync.OnceValue(func() int {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { stop() })
	lines := bufio.NewReader(read)
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatalf("no address printed (%v): %s", err, log)
	}
	go io.Copy(io.Discard, lines)
	url, found := strings.CutPrefix(strings.TrimSpace(line), "Two Doors: ")
	if !found {
		t.Fatalf("printed %q", line)
	}
	return booted{url, log, stop}
}

// inMemory is a database that ends with the program.
func inMemory(testing.TB) string { return "sqlite::memory:" }

func TestServe(t *testing.T) {
	for name, database := range map[string]func(testing.TB) string{
		"SQLite":     func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "twodoors.db") },
		"memory":     inMemory,
		"PostgreSQL": modelstest.Postgres,
	} {
		t.Run(name, func(t *testing.T) {
			url := database(t)
			server := boot(t, "--database", url)
			for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/version": 200, "/": 200, "/session/login": 200, "/nowhere": 404} {
				response, err := http.Get(server.url + path)
				if err != nil {
					t.Fatal(err)
				}
				response.Body.Close()
				if response.StatusCode != want {
					t.Errorf("%s: %s, want %d", path, response.Status, want)
				}
			}
			if got := invoke(t, "", "healthcheck", "--addr", strings.TrimPrefix(server.url, "http://")); got.code != 0 {
				t.Errorf("health check: %+v", got)
			}
			if code := server.stop(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			for line := range strings.Lines(server.log.String()) {
				if !json.Valid([]byte(line)) {
					t.Errorf("the log has a line that is no JSON: %s", line)
				}
				if strings.Contains(line, `"msg":"request"`) && !regexp.MustCompile(`"took":"[0-9.]+(ns|µs|ms|s)"`).MatchString(line) {
					t.Errorf("how long it took has no unit: %s", line)
				}
				if strings.Contains(line, `"level":"ERROR"`) || strings.Contains(line, "without a request") {
					t.Errorf("logged: %s", line)
				}
			}
			if _, err := http.Get(server.url + "/healthz"); err == nil {
				t.Error("still answers")
			}
		})
	}
}

func TestGreeting(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	base := defaultBaseURL(listener)
	port := strings.TrimPrefix(base.Host, "localhost:")
	var out bytes.Buffer
	greet(&out, handlers.Config{BaseURL: base}, listener, "192.168.1.20")
	want := "Two Doors: http://localhost:" + port + "\nFor a class on this LAN: " + invocation() +
		" --insecure-lan --addr 0.0.0.0:" + port + " --base-url http://192.168.1.20:" + port + "\n" +
		"The same encrypted, with a warning in each browser: " + invocation() +
		" --tls-self-signed --addr 0.0.0.0:" + port + " --base-url https://192.168.1.20:" + port + "\n"
	if out.String() != want {
		t.Errorf("printed %q\nwant    %q", out.String(), want)
	}
	// The command that is printed is one that starts.
	_, flags, _ := strings.Cut(out.String(), " --insecure-lan ")
	flags, _, _ = strings.Cut(flags, "\n")
	server := boot(t, append([]string{"--database=sqlite::memory:", "--insecure-lan"}, strings.Fields(strings.Replace(flags, "0.0.0.0:"+port, "0.0.0.0:0", 1))...)...)
	if server.url != "http://192.168.1.20:"+port {
		t.Errorf("serves as %s", server.url)
	}
}

func TestStopFinishesWhatIsInFlight(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	arrived, finish := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-finish
		if r.Context().Err() != nil {
			t.Error("the request in flight was cancelled")
		}
		io.WriteString(w, "finished")
	})
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- serve(ctx, handler, listener, slog.New(slog.DiscardHandler), stopLimit) }()
	answer := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answer <- string(body)
	}()
	<-arrived
	cancel()
	for { // accepts no more
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			break
		}
		conn.Close()
	}
	select {
	case err := <-stopped:
		t.Fatalf("stopped before the request was finished: %v", err)
	default:
	}
	close(finish)
	if got := <-answer; got != "finished" {
		t.Errorf("answer %q", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// programVariable makes this test binary the program itself.
const programVariable = "TWODOORS_TEST_PROGRAM"

func TestMain(m *testing.M) {
	// A benchmark starts its servers without the program's own variables.
	if os.Getenv(programVariable) != "" || len(os.Args) > 1 && os.Args[1] == "bench-server" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestSignalStopsTheProcess(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "--addr=127.0.0.1:0", "--database=sqlite::memory:", "--keys="+filepath.Join(t.TempDir(), "keys"))
			cmd.Env = append(os.Environ(), programVariable+"=1")
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = cmd.Process.Kill() })
			if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			asked := time.Now()
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("exit: %v", err)
			}
			if took := time.Since(asked); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
