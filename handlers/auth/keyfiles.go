package auth

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// A keys folder holds one PEM file a key, numbered in the order in which they were made: jwt-0001.pem for
// signing keys (PKCS #8, or a shared secret) and cookie-0001.pem for cookie keys. Headers inside say the
// algorithm and the times. Other files in it are let alone.
const (
	pemPrivate = "PRIVATE KEY"
	pemSecret  = "TWODOORS SECRET"

	headerAlg     = "Algorithm"
	headerCreated = "Created"
	headerFrom    = "From"
	headerRetires = "Retires"

	prefixSigning = "jwt-"
	prefixCookie  = "cookie-"
)

// keyFileName is a number of ours, or a word that somebody chose.
var keyFileName = regexp.MustCompile(`^(?:jwt|cookie)-(?:[0-9]+|[A-Za-z][A-Za-z0-9_-]*)\.pem$`)

func isKeyFile(name string) bool { return keyFileName.MatchString(name) }

// isLikeKeyFile reports whether a name is nearly one of a key, such as "jwt-0002 (copy).pem".
func isLikeKeyFile(name string) bool {
	return filepath.Ext(name) == ".pem" && (strings.HasPrefix(name, prefixSigning) || strings.HasPrefix(name, prefixCookie)) && !isKeyFile(name)
}

func readPEM(path string, access KeyAccess) (*pem.Block, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", path, errors.Unwrap(err))
	}
	if err := CheckPrivate(filepath.Dir(path), path, info, access); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return nil, fmt.Errorf("key %s cannot be read: permission denied", path)
		}
		return nil, fmt.Errorf("key %s: %w", path, errors.Unwrap(err))
	}
	block, rest := pem.Decode(text)
	if block == nil || len(strings.TrimSpace(string(rest))) > 0 {
		return nil, fmt.Errorf("key %s is not one PEM block", path)
	}
	return block, nil
}

func timesOf(block *pem.Block) (t keyTimes, err error) {
	for _, h := range []struct {
		name string
		into *time.Time
	}{{headerCreated, &t.created}, {headerFrom, &t.from}, {headerRetires, &t.retires}} {
		text, ok := block.Headers[h.name]
		if !ok && h.name != headerCreated {
			continue
		}
		if *h.into, err = time.Parse(time.RFC3339, text); err != nil {
			return t, fmt.Errorf("its header %s is not a time", h.name)
		}
	}
	if t.from.IsZero() {
		t.from = t.created
	}
	return t, nil
}

func (t keyTimes) headers() map[string]string {
	h := map[string]string{headerCreated: t.created.UTC().Format(time.RFC3339Nano)}
	if !t.from.Equal(t.created) {
		h[headerFrom] = t.from.UTC().Format(time.RFC3339Nano)
	}
	if !t.retires.IsZero() {
		h[headerRetires] = t.retires.UTC().Format(time.RFC3339Nano)
	}
	return h
}

func parseKey(block *pem.Block, t keyTimes) (*Key, error) {
	alg := block.Headers[headerAlg]
	switch block.Type {
	case pemSecret:
		return keyOf(alg, block.Bytes, t)
	case pemPrivate:
		material, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("not a PKCS #8 private key")
		}
		return keyOf(alg, material, t)
	default:
		return nil, fmt.Errorf("a PEM block %q is not a key of this app", block.Type)
	}
}

// pem is the key as its file has it.
func (k *Key) pem() (*pem.Block, error) {
	block := &pem.Block{Type: pemSecret, Headers: keyTimes{k.Created, k.From, k.Retires}.headers()}
	block.Headers[headerAlg] = k.Alg
	if secret, ok := k.sign.([]byte); ok {
		block.Bytes = secret
		return block, nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(k.sign)
	block.Type, block.Bytes = pemPrivate, der
	return block, err
}

func (c cookieKey) pem() *pem.Block {
	return &pem.Block{Type: pemSecret, Headers: c.headers(), Bytes: c.secret}
}

// putPEM writes a file that is whole or not there at all: it gets its name when it has been written. A new file
// never takes the place of one that has the name: of several nodes that want it only one has it, and the others
// fail with fs.ErrExist. (The system's own locks are not to be had on every network file system; links are.)
func putPEM(path string, block *pem.Block, isNew bool) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("keys folder %s cannot be written: %w", filepath.Dir(path), errors.Unwrap(err))
	}
	defer os.Remove(file.Name())
	if err := errors.Join(pem.Encode(file, block), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("key %s: %w", path, err)
	}
	put := os.Rename
	if isNew {
		put = putNew
	}
	if err := put(file.Name(), path); err != nil {
		if cause := errors.Unwrap(err); cause != nil {
			err = cause
		}
		return fmt.Errorf("key %s: %w", path, err)
	}
	return nil
}

// link is os.Link.
var link = os.Link

// putNew gives a file the name of one that must not be there yet. File systems without hard links (FAT, some network
// drives) get a copy, which several nodes should not share: one of them could read it half written.
func putNew(from, path string) error {
	err := link(from, path)
	if err == nil || errors.Is(err, fs.ErrExist) || !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}
