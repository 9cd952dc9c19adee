package auth

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"time"
)

// A keys folder holds one PEM file a key: jwt-<kid>.pem for signing keys (PKCS #8, or a shared secret) and
// cookie-<time>.pem for cookie keys. Headers inside say the algorithm and the times.
const (
	pemPrivate = "PRIVATE KEY"
	pemSecret  = "TWODOORS SECRET"

	headerAlg     = "Algorithm"
	headerCreated = "Created"
	headerRetires = "Retires"
)

// OpenKeyRing reads the keys in a folder. A folder that is missing or holds no key for what is asked gets
// one, in files that only their owner can read. Each fault is an error of one line that names the file.
func OpenKeyRing(dir, alg string, now time.Time) (*KeyRing, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("keys folder %s: %w", dir, errors.Unwrap(err))
	}
	entries, err := os.ReadDir(dir) // by name; a pattern would read the folder's own name as one
	if err != nil {
		return nil, fmt.Errorf("keys folder %s: %w", dir, errors.Unwrap(err))
	}
	var keys []*Key
	type cookieKey struct {
		secret  []byte
		created time.Time
	}
	var cookies []cookieKey
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".pem" {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		block, err := readPEM(path)
		if err != nil {
			return nil, err
		}
		created, retires, err := timesOf(block)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", path, err)
		}
		if !retires.IsZero() && !now.Before(retires) {
			continue
		}
		if strings.HasPrefix(filepath.Base(path), "cookie-") {
			if len(block.Bytes) < minSecret {
				return nil, fmt.Errorf("key %s: the cookie key has %d bytes: at least %d are needed", path, len(block.Bytes), minSecret)
			}
			cookies = append(cookies, cookieKey{block.Bytes, created})
			continue
		}
		key, err := parseKey(block, created, retires)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", path, err)
		}
		keys = append(keys, key)
	}
	signing := newest(keys, alg)
	if signing == nil {
		if signing, err = newKey(alg, now); err != nil {
			return nil, err
		}
		if err := writeKey(dir, signing); err != nil {
			return nil, err
		}
		keys = append(keys, signing)
	}
	if len(cookies) == 0 {
		cookies = []cookieKey{{newSecret(), now}}
		name := filepath.Join(dir, "cookie-"+now.UTC().Format("20060102T150405Z")+".pem")
		if err := writePEM(name, &pem.Block{Type: pemSecret, Headers: headers("", now, time.Time{}), Bytes: cookies[0].secret}); err != nil {
			return nil, err
		}
	}
	sort.SliceStable(cookies, func(i, j int) bool { return cookies[i].created.After(cookies[j].created) })
	secrets := make([][]byte, len(cookies))
	for i, c := range cookies {
		secrets[i] = c.secret
	}
	return assemble(signing, keys, secrets)
}

// newest returns the latest key of the algorithm that is not to retire.
func newest(keys []*Key, alg string) *Key {
	var best *Key
	for _, k := range keys {
		if k.Alg == alg && k.Retires.IsZero() && (best == nil || k.Created.After(best.Created)) {
			best = k
		}
	}
	return best
}

func readPEM(path string) (*pem.Block, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", path, errors.Unwrap(err))
	}
	// Windows has no such modes: its files report what the system makes up.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("key %s can be read by others (mode %04o): run chmod 600 on it", path, info.Mode().Perm())
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

func timesOf(block *pem.Block) (created, retires time.Time, err error) {
	if created, err = time.Parse(time.RFC3339, block.Headers[headerCreated]); err != nil {
		return created, retires, fmt.Errorf("its header %s is not a time", headerCreated)
	}
	if text, ok := block.Headers[headerRetires]; ok {
		if retires, err = time.Parse(time.RFC3339, text); err != nil {
			return created, retires, fmt.Errorf("its header %s is not a time", headerRetires)
		}
	}
	return created, retires, nil
}

func parseKey(block *pem.Block, created, retires time.Time) (*Key, error) {
	alg := block.Headers[headerAlg]
	switch block.Type {
	case pemSecret:
		return keyOf(alg, block.Bytes, created, retires)
	case pemPrivate:
		material, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("not a PKCS #8 private key")
		}
		return keyOf(alg, material, created, retires)
	default:
		return nil, fmt.Errorf("a PEM block %q is not a key of this app", block.Type)
	}
}

func writeKey(dir string, k *Key) error {
	block := &pem.Block{Type: pemSecret, Headers: headers(k.Alg, k.Created, k.Retires)}
	if secret, ok := k.sign.([]byte); ok {
		block.Bytes = secret
	} else {
		der, err := x509.MarshalPKCS8PrivateKey(k.sign)
		if err != nil {
			return err
		}
		block.Type, block.Bytes = pemPrivate, der
	}
	return writePEM(filepath.Join(dir, "jwt-"+k.ID+".pem"), block)
}

func headers(alg string, created, retires time.Time) map[string]string {
	h := map[string]string{headerCreated: created.UTC().Format(time.RFC3339Nano)}
	if alg != "" {
		h[headerAlg] = alg
	}
	if !retires.IsZero() {
		h[headerRetires] = retires.UTC().Format(time.RFC3339Nano)
	}
	return h
}

// writePEM writes a file that is whole or not there at all: it appears under its name by a rename.
func writePEM(path string, block *pem.Block) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("keys folder %s cannot be written: %w", filepath.Dir(path), errors.Unwrap(err))
	}
	defer os.Remove(file.Name())
	if err := errors.Join(pem.Encode(file, block), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("key %s: %w", path, err)
	}
	return os.Rename(file.Name(), path)
}
