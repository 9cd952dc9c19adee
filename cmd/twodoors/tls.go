package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// certificateEvery is how often the certificate is looked at while the server runs: whether its files have
// changed, and whether one of our own has to be renewed.
const certificateEvery = time.Minute

// serverCertificate is the certificate that the server shows, and can be changed while it runs.
type serverCertificate struct {
	current atomic.Pointer[tls.Certificate]
	load    func() (*tls.Certificate, error) // reads it, and makes or renews one of our own
	own     bool                             // self-signed: it is looked at for its dates, too
	files   []string
	stamp   string // the files as they were when it was loaded
}

// hasTLS says whether this program itself serves https.
func (s Settings) hasTLS() bool { return s.TLSCert != "" || bool(s.TLSSelfSigned) }

// checkTLS looks at the settings of TLS, together with the base URL, which may be nil.
func (s Settings) checkTLS(base *url.URL) error {
	switch {
	case (s.TLSCert == "") != (s.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key: one needs the other")
	case s.TLSCert != "" && bool(s.TLSSelfSigned):
		return errors.New("--tls-self-signed: there is a certificate already, by --tls-cert")
	case s.hasTLS() && base != nil && base.Scheme != "https":
		return fmt.Errorf("--base-url %s: with TLS it has to begin with https://", base)
	case s.hasTLS() && bool(s.InsecureLAN):
		return errors.New("--insecure-lan: allows plain http, and with TLS there is none")
	}
	return nil
}

// certificate opens the certificate that the settings name: nil for none.
func (p *program) certificate(base *url.URL) (*serverCertificate, error) {
	c := &serverCertificate{}
	switch {
	case p.TLSCert != "":
		c.files = []string{p.TLSCert, p.TLSKey}
		c.load = func() (*tls.Certificate, error) { return certificateOfFiles(p.TLSCert, p.TLSKey, base, p.now()) }
	case bool(p.TLSSelfSigned):
		made := selfSigned{folder: p.Keys, access: p.keyAccess(), host: base.Hostname(), addresses: lanAddresses, now: p.now}
		c.files = []string{made.path()}
		c.load, c.own = made.open, true
	default:
		return nil, nil
	}
	_, err := c.refresh()
	return c, err
}

// certificateOfFiles reads what somebody else has made. A fault is one line that names the setting.
func certificateOfFiles(certFile, keyFile string, base *url.URL, now time.Time) (*tls.Certificate, error) {
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	var path *fs.PathError
	switch {
	case errors.As(err, &path) && path.Path == keyFile:
		return nil, fmt.Errorf("--tls-key %s: %w", keyFile, path.Err)
	case errors.As(err, &path):
		return nil, fmt.Errorf("--tls-cert %s: %w", certFile, path.Err)
	case err != nil:
		return nil, fmt.Errorf("--tls-cert %s, --tls-key %s: %w", certFile, keyFile, err)
	}
	if err := cert.Leaf.VerifyHostname(base.Hostname()); err != nil {
		return nil, fmt.Errorf("--tls-cert %s: not for the base URL's host %s", certFile, base.Hostname())
	}
	if now.After(cert.Leaf.NotAfter) {
		return nil, fmt.Errorf("--tls-cert %s: it ended on %s", certFile, cert.Leaf.NotAfter.UTC().Format(time.DateOnly))
	}
	return &cert, nil
}

// config is how the server speaks TLS: 1.2 or later, with the suites that the standard library takes for safe.
func (c *serverCertificate) config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil },
	}
}

// over wraps a listener.
func (c *serverCertificate) over(l net.Listener) net.Listener { return tls.NewListener(l, c.config()) }

// fingerprint is the SHA-256 of the certificate, as browsers show it.
func (c *serverCertificate) fingerprint() string {
	sum := sha256.Sum256(c.current.Load().Certificate[0])
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(parts, ":")
}

// refresh loads the certificate again, and reports whether it is another.
func (c *serverCertificate) refresh() (changed bool, err error) {
	stamp := stampOf(c.files) // before it is read: what changes meanwhile is read the next time
	cert, err := c.load()
	if err != nil {
		return false, err
	}
	c.stamp = stamp
	old := c.current.Swap(cert)
	return old != nil && !old.Leaf.Equal(cert.Leaf), nil
}

// follow keeps the certificate as its files are, until ctx ends. After a fault the old one goes on being shown.
func (c *serverCertificate) follow(ctx context.Context, tick <-chan time.Time, log *slog.Logger) {
	told := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		if !c.own && stampOf(c.files) == c.stamp {
			continue
		}
		changed, err := c.refresh()
		switch {
		case err != nil && err.Error() != told:
			told = err.Error()
			log.Warn("the certificate could not be read again; the old one stays", "error", err)
		case err == nil:
			told = ""
		}
		if changed {
			log.Info("new certificate", "sha256", c.fingerprint(), "until", c.current.Load().Leaf.NotAfter)
		}
	}
}

// stampOf differs as soon as one of the files does.
func stampOf(files []string) string {
	var b strings.Builder
	for _, name := range files {
		if info, err := os.Stat(name); err == nil {
			fmt.Fprintf(&b, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}
