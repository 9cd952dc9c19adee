package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
)

// Sealer encrypts what a browser keeps for us and is neither to read nor to change (AES-256-GCM), under keys that are
// derived for one use from the cookie keys in force.
type Sealer struct{ ciphers *rotating[[]cipher.AEAD] }

// NewSealer makes a sealer for one use.
func NewSealer(keys *KeyRing, use string) (*Sealer, error) {
	ciphers, err := follow(keys, func(secrets [][]byte) ([]cipher.AEAD, error) {
		derived, err := derive(secrets, use, 32)
		if err != nil {
			return nil, err
		}
		made := make([]cipher.AEAD, len(derived))
		for i, key := range derived {
			block, err := aes.NewCipher(key)
			if err != nil {
				return nil, err
			}
			if made[i], err = cipher.NewGCMWithRandomNonce(block); err != nil {
				return nil, err
			}
		}
		return made, nil
	})
	return &Sealer{ciphers}, err
}

// Seal encrypts text, as a value that a cookie may have.
func (s *Sealer) Seal(text []byte) string {
	return base64.RawURLEncoding.EncodeToString(s.ciphers.get()[0].Seal(nil, nil, text, nil))
}

// Open decrypts what Seal returned. ok is false for anything else.
func (s *Sealer) Open(value string) (text []byte, ok bool) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(value)
	if err != nil {
		return nil, false
	}
	for _, c := range s.ciphers.get() {
		if text, err := c.Open(nil, nil, sealed, nil); err == nil {
			return text, true
		}
	}
	return nil, false
}
