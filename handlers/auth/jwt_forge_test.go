package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/models"
)

const issuer = "http://localhost:8080"

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// forge makes tokens by hand, with the private key that the ring wrote to its folder: everything that a
// library would not let anyone sign.
type forge struct {
	t     testing.TB
	alg   string
	ring  *auth.KeyRing
	key   any // the private key, or the secret
	clock time.Time
	db    *models.DB
	jwt   *auth.JWT
	// remembers is the same mode with a cache of verified tokens: it has to answer alike, always.
	remembers *auth.JWT
}

// newForge makes a JWT mode at level signature, which asks no database, and a forge that has its key.
func newForge(t testing.TB, alg string) *forge {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	ring, err := auth.OpenKeyRing(dir, alg, 15*time.Minute, start)
	if err != nil {
		t.Fatal(err)
	}
	f := &forge{t: t, alg: alg, ring: ring, key: readSigningKey(t, dir), clock: start, db: unreachable(t)}
	mode := func(verified int) *auth.JWT {
		return auth.NewJWT(f.db, ring, auth.Cookies{}, issuer, auth.TokenLimits{Access: 15 * time.Minute, Verified: verified},
			auth.NewLevelChoices(auth.LevelSignature), func() time.Time { return f.clock })
	}
	f.jwt, f.remembers = mode(0), mode(3)
	return f
}

func readSigningKey(t testing.TB, dir string) any {
	t.Helper()
	block, _ := pem.Decode(mustRead(t, onlyFile(t, dir, "jwt-*.pem")))
	if block.Type == "TWODOORS SECRET" {
		return block.Bytes
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func onlyFile(t testing.TB, dir, pattern string) string {
	t.Helper()
	names, err := fs.Glob(os.DirFS(dir), pattern)
	if err != nil || len(names) != 1 {
		t.Fatalf("%s in the keys folder: %v, %v", pattern, names, err)
	}
	return filepath.Join(dir, names[0])
}

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// header is the genuine header's JSON, with the members of changes replaced or added; "" takes one away.
func (f *forge) header(changes ...string) string {
	return object([]string{"alg", quote(f.alg), "typ", `"at+jwt"`, "kid", quote(f.ring.Signing().ID)}, changes)
}

// payload is the genuine payload's JSON, changed in the same way.
func (f *forge) payload(changes ...string) string {
	return object([]string{
		"iss", quote(issuer), "aud", quote(issuer), "db", quote(f.db.ID()), "sub", `"7"`, "jti", `"AAAA"`, "sid", `"17"`, "name", `"mina"`,
		"role", `"member"`, "ver", "1", "auth_time", number(start), "iat", number(start), "exp", number(start.Add(15 * time.Minute)),
	}, changes)
}

func object(members, changes []string) string {
	var b strings.Builder
	add := func(name, value string) {
		if value == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quote(name) + ":" + value)
	}
	changed := map[string]string{}
	for i := 0; i < len(changes); i += 2 {
		changed[changes[i]] = changes[i+1]
	}
	for i := 0; i < len(members); i += 2 {
		if value, ok := changed[members[i]]; ok {
			add(members[i], value)
			delete(changed, members[i])
		} else {
			add(members[i], members[i+1])
		}
	}
	for i := 0; i < len(changes); i += 2 {
		if _, left := changed[changes[i]]; left {
			add(changes[i], changes[i+1])
		}
	}
	return "{" + b.String() + "}"
}

func quote(s string) string { text, _ := json.Marshal(s); return string(text) }

func number(t time.Time) string { text, _ := json.Marshal(t.Unix()); return string(text) }

var encode = base64.RawURLEncoding.EncodeToString

// token signs header and payload with the ring's own key.
func (f *forge) token(header, payload string) string { return f.signed(f.key, header, payload) }

func (f *forge) signed(key any, header, payload string) string {
	return f.signedText(key, encode([]byte(header))+"."+encode([]byte(payload)))
}

// signedText signs the text as it is and appends the signature.
func (f *forge) signedText(key any, text string) string {
	f.t.Helper()
	hash := sha256.Sum256([]byte(text))
	var signature []byte
	var err error
	switch k := key.(type) {
	case ed25519.PrivateKey:
		signature = ed25519.Sign(k, []byte(text))
	case *ecdsa.PrivateKey:
		r, s, signErr := ecdsa.Sign(rand.Reader, k, hash[:])
		if err = signErr; err == nil {
			signature = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		}
	case *rsa.PrivateKey:
		signature, err = rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, hash[:])
	case []byte:
		mac := hmac.New(sha256.New, k)
		mac.Write([]byte(text))
		signature = mac.Sum(nil)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return text + "." + encode(signature)
}

// accepts presents the token in an Authorization header and returns why it was refused, "" where it was not.
func (f *forge) accepts(token string) auth.Reason {
	r := httptest.NewRequest(http.MethodGet, issuer+"/jwt/member", nil)
	r.Header["Authorization"] = []string{"Bearer " + token}
	return f.reason(r)
}

func (f *forge) reason(r *http.Request) auth.Reason {
	reason := f.reasonOf(f.jwt, r)
	for range 2 {
		if again := f.reasonOf(f.remembers, r); again != reason {
			f.t.Fatalf("with a cache of verified tokens: reason %q, without: %q", again, reason)
		}
	}
	return reason
}

func (f *forge) reasonOf(m *auth.JWT, r *http.Request) auth.Reason {
	p, err := m.Authenticate(httptest.NewRecorder(), r, auth.LevelSignature)
	var refused *auth.RejectedError
	switch {
	case err == nil && (p.UserID != 7 || p.Name != "mina" || p.Role != "member" || p.DeviceID != 17):
		f.t.Fatalf("accepted as %+v", p)
	case errors.As(err, &refused):
		if p.UserID != 0 {
			f.t.Fatalf("refused with a principal: %+v", p)
		}
		return refused.Reason
	case err != nil:
		f.t.Fatalf("neither accepted nor refused: %v", err)
	}
	return ""
}
