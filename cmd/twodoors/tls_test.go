package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"twodoors/handlers"
)

// tlsClient trusts the one certificate that lies in a file, and keeps cookies.
func tlsClient(t *testing.T, file string) *http.Client {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatalf("%s holds no certificate", file)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// tlsAnswer is an answer that was read whole.
type tlsAnswer struct {
	*http.Response
	body string
}

func mustDo(t *testing.T, client *http.Client, r *http.Request) tlsAnswer {
	t.Helper()
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return tlsAnswer{response, string(body)}
}

func mustGet(t *testing.T, client *http.Client, address, language string) tlsAnswer {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Language", language)
	return mustDo(t, client, r)
}

// TestSelfSigned: the program with one flag more serves https, its cookies have their prefixes, and the front page
// and the greeting show what to compare the browser's warning with.
func TestSelfSigned(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys")
	server := boot(t, "--database=sqlite::memory:", "--tls-self-signed", "--keys="+keys)
	if !strings.HasPrefix(server.url, "https://localhost:") {
		t.Fatalf("serves as %s", server.url)
	}
	file := filepath.Join(keys, "tls-self-signed.pem")
	client := tlsClient(t, file)
	front := mustGet(t, client, server.url+"/", "en")
	if front.StatusCode != http.StatusOK || front.ProtoMajor != 2 || front.TLS.Version < tls.VersionTLS12 {
		t.Fatalf("%s over %s and TLS %x", front.Status, front.Proto, front.TLS.Version)
	}
	if front.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS")
	}
	fingerprint := fingerprintOf(t, file)
	for language, want := range map[string]string{"en": "Why your browser warned you", "ko": "브라우저가 경고한 이유"} {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(mustGet(t, client, server.url+"/", language).body))
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Find("#certificate h2").Text(); got != want {
			t.Errorf("%s: heading %q", language, got)
		}
		if got := doc.Find("#certificate [data-fingerprint]").Text(); got != fingerprint {
			t.Errorf("%s: fingerprint %q, want %q", language, got, fingerprint)
		}
	}
	for _, mode := range []string{"session", "jwt"} {
		r, err := http.NewRequest(http.MethodPost, server.url+"/"+mode+"/demo", strings.NewReader(url.Values{"as": {"member"}, "carrier": {"cookie"}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := mustDo(t, client, r)
		if answer.StatusCode != http.StatusSeeOther || len(answer.Cookies()) == 0 {
			t.Fatalf("%s: %s, %d cookies", mode, answer.Status, len(answer.Cookies()))
		}
		for _, c := range answer.Cookies() {
			host := strings.HasPrefix(c.Name, "__Host-") && c.Path == "/" && c.Domain == ""
			if !c.Secure || c.MaxAge >= 0 && !host && !strings.HasPrefix(c.Name, "__Secure-") {
				t.Errorf("%s: cookie %s", mode, c)
			}
		}
		if home := mustGet(t, client, server.url+"/"+mode+"/member", "en"); home.StatusCode != http.StatusOK {
			t.Errorf("%s: the member area: %s", mode, home.Status)
		}
	}
	if got := invoke(t, "", "healthcheck", "--tls-self-signed", "--addr", strings.TrimPrefix(server.url, "https://")); got.code != 0 {
		t.Errorf("health check: %+v", got)
	}

	// TLS before 1.2 and plain http get nothing.
	old := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	if conn, err := tls.Dial("tcp", strings.TrimPrefix(server.url, "https://"), old); err == nil {
		conn.Close()
		t.Error("speaks TLS 1.1")
	}
	plain := mustGet(t, http.DefaultClient, strings.Replace(server.url, "https://", "http://", 1), "en")
	if plain.StatusCode != http.StatusBadRequest || len(plain.Cookies()) > 0 {
		t.Errorf("plain http: %s", plain.Status)
	}

	// A restart keeps the certificate, or every browser would have to be told again.
	server.stop()
	again := boot(t, "--database=sqlite::memory:", "--tls-self-signed", "--keys="+keys)
	mustGet(t, client, again.url+"/healthz", "en")
	if fingerprintOf(t, file) != fingerprint {
		t.Error("a new certificate after a restart")
	}
}

func fingerprintOf(t *testing.T, file string) string {
	t.Helper()
	cert, err := tls.LoadX509KeyPair(file, file)
	if err != nil {
		t.Fatal(err)
	}
	c := &serverCertificate{}
	c.current.Store(&cert)
	return c.fingerprint()
}

func TestGreetingOfSelfSigned(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	base := defaultBaseURL(listener)
	base.Scheme = "https"
	var out bytes.Buffer
	greet(&out, handlers.Config{BaseURL: base, SelfSigned: func() string { return "AB:CD" }}, listener, "")
	for _, want := range []string{"Two Doors: https://localhost:", "browsers warn", "브라우저가 경고", "\n  AB:CD\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in the greeting:\n%s", want, &out)
		}
	}
}

// made is a self-signed certificate on a clock of the test's own.
func made(t *testing.T, host string) (*selfSigned, *time.Time) {
	t.Helper()
	now := time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)
	lan := []net.IP{net.IPv4(192, 168, 1, 20), net.IPv4(10, 0, 0, 7)}
	return &selfSigned{folder: t.TempDir(), host: host, addresses: func() []net.IP { return lan }, now: func() time.Time { return now }}, &now
}

func mustOpenCertificate(t *testing.T, s *selfSigned) *tls.Certificate {
	t.Helper()
	cert, err := s.open()
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestSelfSignedCertificate(t *testing.T) {
	s, now := made(t, "doors.example.kr")
	first := mustOpenCertificate(t, s)
	for _, name := range []string{"doors.example.kr", "localhost", "127.0.0.1", "::1", "192.168.1.20", "10.0.0.7"} {
		if err := first.Leaf.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if first.Leaf.IsCA || first.Leaf.VerifyHostname("example.kr") == nil {
		t.Error("it is good for more than this server")
	}
	if info, err := os.Stat(s.path()); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
	*now = now.Add(selfSignedLife - selfSignedRenew - time.Second)
	if again := mustOpenCertificate(t, s); !again.Leaf.Equal(first.Leaf) {
		t.Error("renewed too early")
	}
	*now = now.Add(time.Second)
	renewed := mustOpenCertificate(t, s)
	if renewed.Leaf.Equal(first.Leaf) || renewed.Leaf.NotAfter.Sub(*now) != selfSignedLife {
		t.Errorf("not renewed before its end: good until %v", renewed.Leaf.NotAfter)
	}
	s.host = "192.168.7.7" // another network
	s.addresses = func() []net.IP { return nil }
	moved := mustOpenCertificate(t, s)
	if moved.Leaf.VerifyHostname("192.168.7.7") != nil || moved.Leaf.VerifyHostname("192.168.1.20") != nil {
		t.Error("the new certificate is not for the new address, or not for the old ones")
	}
}

// TestSelfSignedFaults: a file that cannot be used stops the start with one line that names it.
func TestSelfSignedFaults(t *testing.T) {
	s, _ := made(t, "localhost")
	mustOpenCertificate(t, s)
	for name, spoil := range map[string]func() error{
		"chmod 600": func() error { return os.Chmod(s.path(), 0o640) },
		"remove it": func() error {
			return os.WriteFile(s.path(), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}), 0o600)
		},
	} {
		if runtime.GOOS == "windows" && name == "chmod 600" {
			continue
		}
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.open(); err == nil || !strings.Contains(err.Error(), s.path()) || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.Chmod(s.path(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSelfSignedByManyNodes: those that start in the same moment on one folder show the same certificate.
func TestSelfSignedByManyNodes(t *testing.T) {
	s, _ := made(t, "localhost")
	certs := make([]*tls.Certificate, 8)
	var wg sync.WaitGroup
	for i := range certs {
		wg.Go(func() {
			var err error
			if certs[i], err = s.open(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, cert := range certs {
		if !t.Failed() && !cert.Leaf.Equal(certs[0].Leaf) {
			t.Error("different certificates")
		}
	}
}
