package auth

import (
	"encoding/json"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gorilla/securecookie"
)

// KeyRing holds the signing keys by kid and the cookie keys. Those in force change as a whole: whoever asks reads
// one pointer, and never sees half of a change.
type KeyRing struct {
	state  atomic.Pointer[ringState]
	folder *keyFolder // where the keys lie; nil: in memory alone
}

// ringState is the keys as they are in force at one time. It does not change after it was made.
type ringState struct {
	signing   *Key
	byID      map[string]*Key
	published []*Key // those with a public part, the oldest first
	jwks      []byte
	jwksUntil time.Time // when the first of the published keys retires; zero: none does
	cookie    [][]byte  // the first one signs, all verify
	codecs    []securecookie.Codec
	until     time.Time // when a key begins or retires, and all this is another; zero: never
}

// cookieKey is a secret that cookies are signed with.
type cookieKey struct {
	secret []byte
	keyTimes
}

// NewKeyRing makes a ring of new keys that live in memory alone: for tests, measurements and labs.
func NewKeyRing(alg string, now time.Time) (*KeyRing, error) {
	key, err := newKey(alg, now)
	if err != nil {
		return nil, err
	}
	ring := &KeyRing{}
	ring.state.Store(assemble([]*Key{key}, []cookieKey{{newSecret(), keyTimes{created: now, from: now}}}, now))
	return ring, nil
}

// RotateInMemory replaces the signing key of a ring that lives in memory alone by a new one of the same algorithm. The
// old one is good until retires. Keys in a folder are rotated there (RotateKeys).
func (k *KeyRing) RotateInMemory(now, retires time.Time) error {
	if k.folder != nil {
		return errors.New("the keys lie in a folder: rotate them there")
	}
	before := k.state.Load()
	fresh, err := newKey(before.signing.Alg, now)
	if err != nil {
		return err
	}
	keys := []*Key{fresh}
	for _, known := range before.byID {
		if known == before.signing {
			old := *known
			old.Retires = retires
			known = &old
		}
		keys = append(keys, known)
	}
	slices.SortStableFunc(keys, func(a, b *Key) int { return a.From.Compare(b.From) })
	var cookies []cookieKey
	for _, secret := range slices.Backward(before.cookie) { // assemble takes the oldest first
		cookies = append(cookies, cookieKey{secret, keyTimes{created: now, from: now}})
	}
	k.state.Store(assemble(keys, cookies, now))
	return nil
}

// assemble makes the state of some keys, at least one of each kind, the oldest first.
func assemble(keys []*Key, cookies []cookieKey, now time.Time) *ringState {
	s := &ringState{signing: signingKey(keys, now), byID: make(map[string]*Key, len(keys))}
	for _, k := range keys {
		s.changes(now, k.From, k.Retires)
		s.byID[k.ID] = k
		if k.jwk() != nil {
			s.published = append(s.published, k)
			if !k.Retires.IsZero() && (s.jwksUntil.IsZero() || k.Retires.Before(s.jwksUntil)) {
				s.jwksUntil = k.Retires
			}
		}
	}
	// The key that began last signs. One that is to begin verifies already: another node may be ahead.
	inOrder := slices.Clone(cookies)
	slices.Reverse(inOrder)
	slices.SortStableFunc(inOrder, func(a, b cookieKey) int {
		if begunA, begunB := !a.from.After(now), !b.from.After(now); begunA != begunB {
			if begunA {
				return -1
			}
			return 1
		}
		return b.from.Compare(a.from)
	})
	for _, c := range inOrder {
		if c.retired(now) {
			continue
		}
		s.changes(now, c.from, c.retires)
		s.cookie = append(s.cookie, c.secret)
		s.codecs = append(s.codecs, securecookie.New(c.secret, nil).MaxAge(0).SetSerializer(securecookie.NopEncoder{}))
	}
	s.jwks = keySet(s.published, now)
	return s
}

// changes notes that the state is another from the first of these times that is still to come.
func (s *ringState) changes(now time.Time, times ...time.Time) {
	for _, t := range times {
		if t.After(now) && (s.until.IsZero() || t.Before(s.until)) {
			s.until = t
		}
	}
}

// signingKey chooses the key that signs: the one that began last. A key that is to retire signs only until its
// successor begins. Without any key it is nil.
func signingKey(keys []*Key, now time.Time) *Key {
	var best *Key
	rank := func(k *Key) int {
		switch {
		case k.From.After(now):
			return 0
		case !k.Retires.IsZero():
			return 1
		default:
			return 2
		}
	}
	for _, k := range keys {
		if (keyTimes{retires: k.Retires}).retired(now) {
			continue
		}
		switch {
		case best == nil, rank(k) > rank(best), rank(k) == rank(best) && !k.From.Before(best.From):
			best = k
		}
	}
	return best
}

func keySet(keys []*Key, now time.Time) []byte {
	set := struct {
		Keys []map[string]string `json:"keys"`
	}{Keys: []map[string]string{}}
	for _, k := range keys {
		if (keyTimes{retires: k.Retires}).retired(now) {
			continue
		}
		public := k.jwk()
		public["kid"], public["alg"], public["use"] = k.ID, k.Alg, "sig"
		set.Keys = append(set.Keys, public)
	}
	text, _ := json.Marshal(set) // maps of strings: there is nothing that could fail
	return text
}

// Signing is the key in use.
func (k *KeyRing) Signing() *Key { return k.state.Load().signing }

// ByID returns the key of a kid as long as it is good, or nil. A kid that is not known may be that of a key which
// another node has begun to use: the folder is looked at once more, at most once a second.
func (k *KeyRing) ByID(kid string, now time.Time) *Key {
	key := k.state.Load().byID[kid]
	if key == nil && k.folder != nil {
		k.lookFor(kid, now)
		key = k.state.Load().byID[kid]
	}
	if key == nil || (keyTimes{retires: key.Retires}).retired(now) {
		return nil
	}
	return key
}

// JWKS is the public part of the ring as a JWK set (RFC 7517): every key that is good at the time, the one that
// signs, those that have signed, and one that is to begin. A shared secret has no public part.
func (k *KeyRing) JWKS(now time.Time) []byte {
	s := k.state.Load()
	if s.jwksUntil.IsZero() || now.Before(s.jwksUntil) {
		return s.jwks
	}
	return keySet(s.published, now)
}

// CookieCodecs sign and verify cookie values, always with the keys in force. They set no age of their own: when a
// session ends lies in our rows and is decided by our clock.
func (k *KeyRing) CookieCodecs() []securecookie.Codec {
	return []securecookie.Codec{ringCodec(func() []securecookie.Codec { return k.state.Load().codecs })}
}

// ringCodec is the codecs of the keys in force as one: the first signs, all verify.
type ringCodec func() []securecookie.Codec

var _ securecookie.Codec = ringCodec(nil)

// Encode signs a value for the cookie of that name.
func (c ringCodec) Encode(name string, value any) (string, error) {
	return securecookie.EncodeMulti(name, value, c()...)
}

// Decode verifies a value and reads it into dst.
func (c ringCodec) Decode(name, value string, dst any) error {
	return securecookie.DecodeMulti(name, value, dst, c()...)
}
