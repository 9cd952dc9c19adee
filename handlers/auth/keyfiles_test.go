package auth_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
)

func mustOpenRing(t testing.TB, dir, alg string) *auth.KeyRing {
	t.Helper()
	ring, err := auth.OpenKeyRing(dir, alg, 15*time.Minute, start)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// keysDir is an empty folder as a ring would make it: the test's own temporary one is open to others.
func keysDir(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// writeKeyFile puts one PEM block into a file as the ring would.
func writeKeyFile(t testing.TB, path, kind, alg string, body []byte) {
	t.Helper()
	block := &pem.Block{Type: kind, Bytes: body, Headers: map[string]string{"Created": start.Format(time.RFC3339)}}
	if alg != "" {
		block.Headers["Algorithm"] = alg
	}
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
}

// retire gives the folder's one signing key an end.
func retire(t testing.TB, dir string, at time.Time) {
	t.Helper()
	path := onlyFile(t, dir, "jwt-*.pem")
	block, _ := pem.Decode(mustRead(t, path))
	block.Headers["Retires"] = at.Format(time.RFC3339)
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestKeyFolder(t *testing.T) {
	for _, alg := range auth.Algorithms() {
		t.Run(alg, func(t *testing.T) {
			// A folder whose name means something to a pattern is a folder like any other.
			dir := filepath.Join(t.TempDir(), "a [class]", "keys*")
			first := mustOpenRing(t, dir, alg)
			again := mustOpenRing(t, dir, alg)
			if first.Signing().Alg != alg || again.Signing().ID != first.Signing().ID {
				t.Errorf("keys %s %s, and %s when opened again", first.Signing().Alg, first.Signing().ID, again.Signing().ID)
			}
			value, err := first.CookieCodecs()[0].Encode("name", []byte("value"))
			if err != nil {
				t.Fatal(err)
			}
			var got []byte
			if err := again.CookieCodecs()[0].Decode("name", value, &got); err != nil || string(got) != "value" {
				t.Errorf("a cookie of before the restart: %q, %v", got, err)
			}
			files, err := os.ReadDir(dir)
			if err != nil || len(files) != 2 {
				t.Fatalf("%d files, %v", len(files), err)
			}
			for _, file := range files {
				info, err := file.Info()
				if err != nil {
					t.Fatal(err)
				}
				if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
					t.Errorf("%s has mode %v", file.Name(), info.Mode())
				}
			}
			if info, err := os.Stat(dir); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
				t.Errorf("the folder: %v, %v", info.Mode(), err)
			}
		})
	}
}

// TestJWKS: the set has the public part of each asymmetric key, and nothing that is secret.
func TestJWKS(t *testing.T) {
	dir := keysDir(t)
	var ring *auth.KeyRing
	for _, alg := range auth.Algorithms() {
		ring = mustOpenRing(t, dir, alg)
	}
	var set struct{ Keys []map[string]string }
	if err := json.Unmarshal(ring.JWKS(start), &set); err != nil {
		t.Fatal(err)
	}
	members := map[string]string{"EdDSA": "alg crv kid kty use x", "ES256": "alg crv kid kty use x y", "RS256": "alg e kid kty n use"}
	if len(set.Keys) != len(members) {
		t.Errorf("%d keys, want %d: a shared secret is never published", len(set.Keys), len(members))
	}
	for _, key := range set.Keys {
		var names []string
		for _, name := range []string{"alg", "crv", "d", "e", "k", "kid", "kty", "n", "use", "x", "y"} {
			if key[name] != "" {
				names = append(names, name)
			}
		}
		if got := strings.Join(names, " "); got != members[key["alg"]] || len(names) != len(key) {
			t.Errorf("%s has members %s (%d), want %s", key["alg"], got, len(key), members[key["alg"]])
		}
		if found := ring.ByID(key["kid"], start); found == nil || found.Alg != key["alg"] {
			t.Errorf("kid %s is not a key of %s", key["kid"], key["alg"])
		}
	}
}

func pkcs8(t testing.TB, key any, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestKeyFaults: a key that cannot be used stops the start, with one line that names the file.
func TestKeyFaults(t *testing.T) {
	_, edKey, err := ed25519.GenerateKey(nil)
	ed := pkcs8(t, edKey, err)
	p384Key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	p384 := pkcs8(t, p384Key, err)
	// The standard library makes no key as short as this; reading one must be refused all the same.
	t.Setenv("GODEBUG", "rsa1024min=0")
	shortKey, err := rsa.GenerateKey(rand.Reader, 1024)
	short := pkcs8(t, shortKey, err)
	secret := make([]byte, 31)
	for name, c := range map[string]struct {
		file, kind, alg string
		body            []byte
		want            string
	}{
		"a short secret":       {"jwt-x.pem", "TWODOORS SECRET", "HS256", secret, "at least 32"},
		"an empty secret":      {"jwt-x.pem", "TWODOORS SECRET", "HS256", nil, "at least 32"},
		"a short cookie key":   {"cookie-x.pem", "TWODOORS SECRET", "", secret, "at least 32"},
		"a secret for EdDSA":   {"jwt-x.pem", "TWODOORS SECRET", "EdDSA", make([]byte, 64), "cannot sign EdDSA"},
		"Ed25519 for ES256":    {"jwt-x.pem", "PRIVATE KEY", "ES256", ed, "cannot sign ES256"},
		"Ed25519 for HS256":    {"jwt-x.pem", "PRIVATE KEY", "HS256", ed, "cannot sign HS256"},
		"Ed25519 without alg":  {"jwt-x.pem", "PRIVATE KEY", "", ed, "cannot sign"},
		"Ed25519 for none":     {"jwt-x.pem", "PRIVATE KEY", "none", ed, "cannot sign none"},
		"P-384 for ES256":      {"jwt-x.pem", "PRIVATE KEY", "ES256", p384, "P-384"},
		"RSA of 1024 bits":     {"jwt-x.pem", "PRIVATE KEY", "RS256", short, "at least 2048"},
		"not PKCS #8":          {"jwt-x.pem", "PRIVATE KEY", "EdDSA", []byte("nonsense"), "PKCS #8"},
		"a certificate":        {"jwt-x.pem", "CERTIFICATE", "EdDSA", ed, "CERTIFICATE"},
		"an SSH or PKCS 1 key": {"jwt-x.pem", "RSA PRIVATE KEY", "RS256", short, "RSA PRIVATE KEY"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := keysDir(t)
			path := filepath.Join(dir, c.file)
			writeKeyFile(t, path, c.kind, c.alg, c.body)
			refusedStart(t, dir, path, c.want)
		})
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":           {"", "PEM"},
		"no PEM":          {"hello", "PEM"},
		"cut off":         {"-----BEGIN PRIVATE KEY-----\nAAAA\n", "PEM"},
		"two blocks":      {"-----BEGIN X-----\nA: b\n\nAAAA\n-----END X-----\n-----BEGIN X-----\nAAAA\n-----END X-----\n", "PEM"},
		"no time":         {"-----BEGIN X-----\nAlgorithm: EdDSA\n\nAAAA\n-----END X-----\n", "Created"},
		"no time of end":  {"-----BEGIN X-----\nCreated: 2026-01-01T00:00:00Z\nRetires: soon\n\nAAAA\n-----END X-----\n", "Retires"},
		"another's block": {"-----BEGIN X-----\nCreated: 2026-01-01T00:00:00Z\n\nAAAA\n-----END X-----\n", `"X"`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := keysDir(t)
			path := filepath.Join(dir, "jwt-x.pem")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			refusedStart(t, dir, path, c.want)
		})
	}
}

func refusedStart(t testing.TB, dir, path, want string) {
	t.Helper()
	_, err := auth.OpenKeyRing(dir, "EdDSA", 15*time.Minute, start)
	if err == nil {
		t.Fatal("accepted")
	}
	if text := err.Error(); !strings.Contains(text, path) || !strings.Contains(text, want) || strings.Contains(text, "\n") || strings.Contains(text, "%!") {
		t.Errorf("error %q: want one line with %q and the file", text, want)
	}
}

func TestKeyPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o610, 0o660, 0o644, 0o777} {
		dir := keysDir(t)
		mustOpenRing(t, dir, "EdDSA")
		for _, pattern := range []string{"jwt-*.pem", "cookie-*.pem"} {
			path := onlyFile(t, dir, pattern)
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			refusedStart(t, dir, path, "chmod 600")
			if err := os.Chmod(path, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestKeyFolderFaults(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refusedStart(t, file, file, "not a directory")
	refusedStart(t, filepath.Join(file, "keys"), file, "not a directory")
	dangling := keysDir(t)
	link := filepath.Join(dangling, "jwt-gone.pem")
	if err := os.Symlink(filepath.Join(dangling, "nowhere"), link); err == nil {
		refusedStart(t, dangling, link, "no such file")
	}
	if _, err := auth.OpenKeyRing(keysDir(t), "none", 15*time.Minute, start); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("algorithm none: %v", err)
	}
	if _, err := auth.NewKeyRing("HS1", start); err == nil {
		t.Error("algorithm HS1 accepted")
	}
}
