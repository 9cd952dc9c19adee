package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// A refresh token is 32 random bytes in base64url: it says nothing, since it is looked up anyway. The
// database keeps its SHA-256. refreshTokenLength is its length as text.
const refreshTokenLength = 43

func newRefreshToken() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hashRefreshToken returns the hash under which a token is stored; ok is false for what cannot be a token
// of ours, so that it costs no lookup.
func hashRefreshToken(token string) (hash [32]byte, ok bool) {
	if len(token) != refreshTokenLength {
		return hash, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 32 {
		return hash, false
	}
	return sha256.Sum256(raw), true
}

// sealSuccessor encrypts a token's successor under a key that only the token itself yields: a client whose
// answer was lost may ask again and gets the same successor, and the database alone yields nothing.
func sealSuccessor(token, successor string) ([]byte, error) {
	aead, err := successorCipher(token)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, []byte(successor), nil), nil
}

// openSuccessor decrypts what sealSuccessor made.
func openSuccessor(token string, sealed []byte) (string, error) {
	aead, err := successorCipher(token)
	if err != nil {
		return "", err
	}
	successor, err := aead.Open(nil, nil, sealed, nil)
	if err != nil {
		return "", errors.New("the sealed successor does not open")
	}
	return string(successor), nil
}

func successorCipher(token string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(token), nil, "twodoors refresh successor", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
