package main

import (
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

func fetched(t *testing.T, url string) (status int, body string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// freeAddress is one that nobody listens at.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// TestMetricsAddress: metrics are shown at an address of their own, never at the visitors', and end with the program.
func TestMetricsAddress(t *testing.T) {
	addr := freeAddress(t)
	server := boot(t, "--database=sqlite:"+filepath.Join(t.TempDir(), "twodoors.db"), "--metrics-addr="+addr)
	fetched(t, server.url+"/session/login")
	for _, path := range []string{"/metrics", "/debug/metrics"} {
		if status, body := fetched(t, server.url+path); status != http.StatusNotFound || strings.Contains(body, "twodoors_") {
			t.Errorf("visitors get %s: status %d", path, status)
		}
	}
	status, body := fetched(t, "http://"+addr+"/metrics")
	for _, want := range []string{
		`twodoors_requests_total{method="GET",mode="session",node="",route="/session/login",status="2xx"} 1`,
		`twodoors_requests_total{method="other",mode="none",node="",route="unmatched",status="4xx"} 2`,
		`twodoors_queue_waiting{queue="passwords"} 0`, "twodoors_build_info{version=", "go_goroutines", "go_gc_duration_seconds",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("status %d, no %s", status, want)
		}
	}
	if status, _ := fetched(t, "http://"+addr+"/session/login"); status != http.StatusNotFound {
		t.Errorf("the app itself at the metrics' address: status %d", status)
	}
	if code := server.stop(); code != 0 {
		t.Errorf("exit code %d: %s", code, server.log)
	}
	if _, err := http.Get("http://" + addr + "/metrics"); err == nil {
		t.Error("metrics are still served")
	}
}

func TestMetricsAddressTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Chdir(t.TempDir())
	got := invoke(t, "", "--addr=127.0.0.1:0", "--metrics-addr="+listener.Addr().String())
	if got.code != 1 || !strings.Contains(got.errors, "--metrics-addr") {
		t.Errorf("code %d: %s", got.code, got.errors)
	}
}
