package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"twodoors/handlers/auth"
)

// Dates of a certificate of our own. It is kept long, since every browser of a class has to be told again to
// accept a new one.
const (
	selfSignedLife  = 365 * 24 * time.Hour
	selfSignedRenew = 30 * 24 * time.Hour // before its end
	selfSignedSlack = 24 * time.Hour      // it is good from before it was made, for clocks that are behind
)

// selfSigned is the certificate that the program makes for itself. It vouches for nobody: it keeps those on the
// network from reading along, and its fingerprint can be compared by eye.
type selfSigned struct {
	folder    string // the keys folder
	access    auth.KeyAccess
	host      string // the base URL's
	addresses func() []net.IP
	now       func() time.Time
}

// path is the one file that certificate and key are in, so that there is never one without the other.
func (s selfSigned) path() string { return filepath.Join(s.folder, "tls-self-signed.pem") }

// open returns the certificate that is kept, or a new one where that does not name the host or is near its end.
func (s selfSigned) open() (*tls.Certificate, error) {
	cert, err := s.read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case s.serves(cert.Leaf):
		return cert, nil
	}
	text, err := s.make(cert)
	if err != nil {
		return nil, err
	}
	if cert == nil { // of several nodes that start at once one makes it, and the others take that
		err = createFile(s.path(), text)
	} else {
		err = replaceFile(s.path(), text, 0o600)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("--tls-self-signed: %w", err)
	}
	return s.read()
}

func (s selfSigned) read() (*tls.Certificate, error) {
	info, err := os.Stat(s.path())
	if err != nil {
		return nil, err
	}
	if err := auth.CheckPrivate(s.folder, s.path(), info, s.access); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(s.path())
	if err != nil {
		return nil, err
	}
	cert, err := tls.X509KeyPair(text, text)
	if err != nil {
		return nil, fmt.Errorf("certificate %s cannot be used (%w): remove it, and a new one is made", s.path(), err)
	}
	return &cert, nil
}

// serves reports whether a certificate is good for the host, and for some time to come.
func (s selfSigned) serves(leaf *x509.Certificate) bool {
	now := s.now()
	return !now.Before(leaf.NotBefore) && now.Before(leaf.NotAfter.Add(-selfSignedRenew)) && leaf.VerifyHostname(s.host) == nil
}

// make writes a new certificate and its key. Names and addresses of the one before stay in it: a laptop that moves
// between networks does not change its certificate each time.
func (s selfSigned) make(before *tls.Certificate) (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return "", err
	}
	now := s.now()
	leaf := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: s.host, Organization: []string{"Two Doors (self-signed)"}},
		NotBefore:    now.Add(-selfSignedSlack), NotAfter: now.Add(selfSignedLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, // it is no authority: whoever trusts it trusts nothing else
	}
	names := map[string]bool{}
	add := func(name string) {
		if name = strings.ToLower(name); names[name] {
			return
		}
		names[name] = true
		if ip := net.ParseIP(name); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, name)
		}
	}
	for _, name := range []string{s.host, "localhost", "127.0.0.1", "::1"} {
		add(name)
	}
	for _, ip := range s.addresses() {
		add(ip.String())
	}
	if before != nil {
		for _, ip := range before.Leaf.IPAddresses[:min(len(before.Leaf.IPAddresses), 30)] {
			add(ip.String())
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	if err != nil {
		return "", fmt.Errorf("--tls-self-signed: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	err = errors.Join(
		pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.Encode(&text, &pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	)
	return text.String(), err
}

// createFile writes a file whole, with mode 0600. It fails with fs.ErrExist where there is one of that name.
func createFile(path, content string) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.WriteString(content)
	if err := errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	return os.Link(temporary.Name(), path)
}
