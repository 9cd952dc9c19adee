package auth

import (
	"crypto/hkdf"
	"crypto/sha256"
	"sync/atomic"

	"github.com/gorilla/securecookie"
)

// rotating is something that is made of the cookie keys, and made again when others come into force.
type rotating[T any] struct {
	ring *KeyRing
	make func(secrets [][]byte) (T, error)
	last atomic.Pointer[followed[T]]
}

type followed[T any] struct {
	of    *ringState
	value T
}

func follow[T any](ring *KeyRing, make func(secrets [][]byte) (T, error)) (*rotating[T], error) {
	f := &rotating[T]{ring: ring, make: make}
	of := ring.state.Load()
	value, err := make(of.cookie)
	f.last.Store(&followed[T]{of, value})
	return f, err
}

// get returns what belongs to the keys in force.
func (f *rotating[T]) get() T {
	last, of := f.last.Load(), f.ring.state.Load()
	if last.of == of {
		return last.value
	}
	value, err := f.make(of.cookie)
	if err != nil { // what could be made of one secret can be made of the next
		return last.value
	}
	f.last.Store(&followed[T]{of, value})
	return value
}

// derived makes keys for one use out of the cookie keys, the one in use first. A key of its own for each use
// keeps what was made for one from being good for another (NIST SP 800-108).
func (k *KeyRing) derived(use string, length int) (*rotating[[][]byte], error) {
	return follow(k, func(secrets [][]byte) ([][]byte, error) { return derive(secrets, use, length) })
}

func derive(secrets [][]byte, use string, length int) ([][]byte, error) {
	keys := make([][]byte, len(secrets))
	for i, secret := range secrets {
		var err error
		if keys[i], err = hkdf.Key(sha256.New, secret, nil, "twodoors "+use, length); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// contentCodecs sign whole values, and encrypt them too if asked, always with the keys in force. What they sign is about
// the users of one database: their keys are derived with its id, so that it is good with no other. They set no age,
// which the library would measure by a clock of its own, and no length: what a cookie may hold is checked with its
// name.
func (k *KeyRing) contentCodecs(database string, encrypt bool, s securecookie.Serializer) ([]securecookie.Codec, error) {
	codecs, err := follow(k, func(secrets [][]byte) ([]securecookie.Codec, error) {
		signing, err := derive(secrets, "content signature for database "+database, 32)
		if err != nil {
			return nil, err
		}
		encryption, err := derive(secrets, "content encryption for database "+database, 32)
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
	})
	if err != nil {
		return nil, err
	}
	return []securecookie.Codec{ringCodec(codecs.get)}, nil
}
