package main

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCertificateOfFiles: a certificate from elsewhere is served, and its renewal is taken up without a restart.
func TestCertificateOfFiles(t *testing.T) {
	s, now := made(t, "localhost")
	mustOpenCertificate(t, s)
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	copyOut := func() {
		t.Helper()
		text, err := os.ReadFile(s.path())
		if err != nil {
			t.Fatal(err)
		}
		cert, key := pem.Decode(text)
		for name, content := range map[string][]byte{certFile: pem.EncodeToMemory(cert), keyFile: key} {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	copyOut()
	p := &program{Settings: Settings{TLSCert: certFile, TLSKey: keyFile}, now: func() time.Time { return *now }}
	base := &url.URL{Scheme: "https", Host: "localhost:8443"}
	c, err := p.certificate(base)
	if err != nil {
		t.Fatal(err)
	}
	first := c.fingerprint()

	tick, log := make(chan time.Time), &lockedBuffer{}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.follow(ctx, tick, slog.New(slog.NewTextHandler(log, nil)))
	}()
	look := func() { // the second one is taken when the first has been dealt with
		tick <- *now
		tick <- *now
	}
	look()
	if c.fingerprint() != first || log.String() != "" {
		t.Errorf("nothing has changed, and yet: %s", log)
	}
	if err := os.WriteFile(keyFile, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	look()
	if c.fingerprint() != first || strings.Count(log.String(), "could not be read again") != 1 {
		t.Errorf("a broken file is told once, and the old certificate stays: %s", log)
	}
	s.host = "127.0.0.3"
	mustOpenCertificate(t, s) // another one
	copyOut()
	look()
	if c.fingerprint() == first || !strings.Contains(log.String(), "new certificate") {
		t.Errorf("the renewed certificate is not shown: %s", log)
	}
	cancel()
	<-ended

	base.Host = "doors.example.kr"
	if _, err := p.certificate(base); err == nil || !strings.Contains(err.Error(), "not for the base URL's host") {
		t.Errorf("for another host: %v", err)
	}
	base.Host = "localhost"
	*now = now.Add(2 * selfSignedLife)
	if _, err := p.certificate(base); err == nil || !strings.Contains(err.Error(), "it ended on") {
		t.Errorf("after its end: %v", err)
	}
}

// TestCertificateChangedWhileRead: a new certificate that comes just when the old one has been read is found the next
// time.
func TestCertificateChangedWhileRead(t *testing.T) {
	s, now := made(t, "localhost")
	mustOpenCertificate(t, s)
	meanwhile := func() {
		s.host = "127.0.0.3"
		mustOpenCertificate(t, s) // another one
	}
	c := &serverCertificate{files: []string{s.path()}, load: func() (*tls.Certificate, error) {
		cert, err := s.read()
		meanwhile()
		return cert, err
	}}
	if _, err := c.refresh(); err != nil {
		t.Fatal(err)
	}
	meanwhile = func() {}
	old, tick := c.fingerprint(), make(chan time.Time, 1)
	tick <- *now
	ctx, cancel := context.WithCancel(t.Context())
	log := &lockedBuffer{}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.follow(ctx, tick, slog.New(slog.NewTextHandler(log, nil)))
	}()
	tick <- *now // there is room for it once the first one is taken
	tick <- *now // and for this one once that has been dealt with
	cancel()
	<-ended
	if c.fingerprint() == old || c.fingerprint() != fingerprintOf(t, s.path()) {
		t.Errorf("the certificate stays the old one: %s", log)
	}
}
