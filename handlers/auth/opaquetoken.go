package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// An opaque token is HMAC-SHA256 over the user's id and the token's version, in base64url, with a key for the tokens of
// one database: whoever has the key can make the same one again at every sign-in, so the database needs its SHA-256
// alone. Django REST Framework
// keeps its token in the clear, and who reads its database can sign in as anyone.
const opaqueTokenLength = 43

func newOpaqueToken(key []byte, userID, version int64) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(userID)), uint64(version)))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// hashOpaqueToken returns the hash under which a token is stored; ok is false for what cannot be a token of
// ours, so that it costs no lookup.
func hashOpaqueToken(token string) (hash [32]byte, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(token) != opaqueTokenLength {
		return hash, false
	}
	return sha256.Sum256(raw), true
}
