package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// An opaque token is HMAC-SHA256 over the user's id and the token's version, in base64url: whoever has the key
// can make the same one again at every sign-in, so the database needs its SHA-256 alone. Django REST Framework
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

// tokenHeader reads an Authorization header of the schemes Token (as Django REST Framework has it) and Bearer
// (RFC 6750, section 2.1). found is true for any such header.
func tokenHeader(r *http.Request) (scheme, token string, found, wellFormed bool) {
	lines := r.Header["Authorization"]
	if len(lines) == 0 {
		return "", "", false, false
	}
	scheme, token, ok := strings.Cut(lines[0], " ")
	known := strings.EqualFold(scheme, "Token") || strings.EqualFold(scheme, "Bearer")
	return scheme, token, true, ok && known && len(lines) == 1 && token != ""
}

// sealed is what the token's signed cookie holds: the token, and the date that ends the cookie, not the token.
type sealed struct {
	issued time.Time
	keep   bool // whether the browser was asked to keep the cookie
	token  string
}

func (s sealed) String() string {
	return strconv.FormatInt(s.issued.Unix(), 10) + "." + strconv.FormatBool(s.keep) + "." + s.token
}

func parseSealed(text string) (s sealed, ok bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return s, false
	}
	unix, err := strconv.ParseInt(parts[0], 10, 64)
	return sealed{time.Unix(unix, 0), parts[1] == "true", parts[2]}, err == nil
}
