package auth

import (
	"crypto/hkdf"
	"crypto/sha256"

	"github.com/gorilla/securecookie"
)

// derived makes keys for one use out of the cookie keys, the one in use first. A key of its own for each use
// keeps what was made for one from being good for another (NIST SP 800-108).
func (k *KeyRing) derived(use string, length int) ([][]byte, error) {
	keys := make([][]byte, len(k.cookie))
	for i, secret := range k.cookie {
		var err error
		if keys[i], err = hkdf.Key(sha256.New, secret, nil, "twodoors "+use, length); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// contentCodecs sign whole values, and encrypt them too if asked. They set no age, which the library would
// measure by a clock of its own, and no length: what a cookie may hold is checked with its name.
func (k *KeyRing) contentCodecs(encrypt bool, s securecookie.Serializer) ([]securecookie.Codec, error) {
	signing, err := k.derived("content signature", 32)
	if err != nil {
		return nil, err
	}
	encryption, err := k.derived("content encryption", 32)
	if err != nil {
		return nil, err
	}
	codecs := make([]securecookie.Codec, len(signing))
	for i := range signing {
		if !encrypt {
			encryption[i] = nil
		}
		codecs[i] = securecookie.New(signing[i], encryption[i]).MaxAge(0).MaxLength(0).SetSerializer(s)
	}
	return codecs, nil
}
