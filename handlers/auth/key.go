package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Algorithms lists the signature algorithms that tokens may be signed with, the default first.
func Algorithms() []string { return []string{"EdDSA", "HS256", "RS256", "ES256"} }

// minSecret is the least length of an HMAC key in bytes (RFC 7518, section 3.2): the library takes an empty one.
const minSecret = 32

// Key is one signing key. The algorithm belongs to the key and is never taken from a token (RFC 8725,
// section 3.1).
type Key struct {
	ID      string // kid
	Alg     string
	Created time.Time
	// From is when the key begins to sign. Where others sign already that is a moment after it was made, so that
	// every node knows it by then.
	From time.Time
	// Retires is when tokens signed with the key are no longer accepted; zero for the key in use.
	Retires time.Time

	method jwt.SigningMethod
	sign   any // what Sign takes: a private key, or the secret
	verify any // what Verify takes: a public key, or the secret
}

func newSecret() []byte {
	b := make([]byte, 64)
	rand.Read(b) // never fails
	return b
}

func newKey(alg string, now time.Time) (*Key, error) {
	var material any
	var err error
	switch alg {
	case "EdDSA":
		_, material, err = ed25519.GenerateKey(nil)
	case "ES256":
		material, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "RS256":
		material, err = rsa.GenerateKey(rand.Reader, 2048)
	case "HS256":
		material = newSecret()
	default:
		return nil, fmt.Errorf("unknown algorithm %q: use EdDSA, HS256, RS256 or ES256", alg)
	}
	if err != nil {
		return nil, err
	}
	return keyOf(alg, material, keyTimes{created: now, from: now})
}

// keyTimes are the dates of a key, of either kind.
type keyTimes struct {
	created, from time.Time
	retires       time.Time // zero: not yet known
}

func (t keyTimes) retired(now time.Time) bool { return !t.retires.IsZero() && !now.Before(t.retires) }

// keyOf makes a Key of key material, and refuses what does not fit its algorithm.
func keyOf(alg string, material any, t keyTimes) (*Key, error) {
	k := &Key{Alg: alg, Created: t.created, From: t.from, Retires: t.retires, sign: material, method: jwt.GetSigningMethod(alg)}
	switch m := material.(type) {
	case ed25519.PrivateKey:
		if alg != "EdDSA" {
			return nil, fmt.Errorf("an Ed25519 key cannot sign %s", alg)
		}
		k.verify = m.Public()
	case *ecdsa.PrivateKey:
		if alg != "ES256" || m.Curve != elliptic.P256() {
			return nil, fmt.Errorf("an EC key on %s cannot sign %s", m.Curve.Params().Name, alg)
		}
		k.verify = &m.PublicKey
	case *rsa.PrivateKey:
		if alg != "RS256" {
			return nil, fmt.Errorf("an RSA key cannot sign %s", alg)
		}
		if m.N.BitLen() < 2048 {
			return nil, fmt.Errorf("the RSA key has %d bits: at least 2048 are needed", m.N.BitLen())
		}
		k.verify = &m.PublicKey
	case []byte:
		if alg != "HS256" {
			return nil, fmt.Errorf("a secret cannot sign %s", alg)
		}
		if len(m) < minSecret {
			return nil, fmt.Errorf("the HS256 secret has %d bytes: at least %d are needed", len(m), minSecret)
		}
		k.verify = m
	default:
		return nil, fmt.Errorf("a %T cannot sign %s", material, alg)
	}
	k.ID = k.thumbprint()
	return k, nil
}

// thumbprint names a key by what it is (RFC 7638), so that the same key has the same kid on every node. A
// secret is named by a hash that does not help to guess it, for it is random.
func (k *Key) thumbprint() string {
	h := crypto.SHA256.New()
	if secret, ok := k.sign.([]byte); ok {
		h.Write([]byte("twodoors kid\x00"))
		h.Write(secret)
	} else {
		canonical, _ := json.Marshal(k.jwk()) // a map's keys come in lexical order, as RFC 7638 wants them
		h.Write(canonical)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

// jwk is the key's public part with the members that RFC 7638 requires, or nil for a secret.
func (k *Key) jwk() map[string]string {
	b64 := base64.RawURLEncoding.EncodeToString
	switch public := k.verify.(type) {
	case ed25519.PublicKey:
		return map[string]string{"kty": "OKP", "crv": "Ed25519", "x": b64(public)}
	case *ecdsa.PublicKey:
		point, err := public.Bytes() // 0x04, x, y
		if err != nil {
			return nil
		}
		return map[string]string{"kty": "EC", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:])}
	case *rsa.PublicKey:
		e := []byte{byte(public.E >> 16), byte(public.E >> 8), byte(public.E)}
		for len(e) > 1 && e[0] == 0 {
			e = e[1:]
		}
		return map[string]string{"kty": "RSA", "n": b64(public.N.Bytes()), "e": b64(e)}
	}
	return nil
}
