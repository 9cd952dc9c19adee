package auth

import (
	"encoding/base64"
	"strings"
)

// VerifyJWS reports whether a token's signature is one of the key's, whatever the token says. Where tokens are checked
// for real, far more is (see the tokens of JWT mode).
func (k *Key) VerifyJWS(token string) bool {
	dot := strings.LastIndexByte(token, '.')
	signature, err := base64.RawURLEncoding.Strict().DecodeString(token[dot+1:])
	return err == nil && dot > 0 && k.method.Verify(token[:dot], signature, k.verify) == nil
}

// SignJWS signs any header and payload with the key (RFC 7515, section 3.1). The app's own tokens are made by
// its JWT mode alone; labs make with it, under keys of their own, what the app would never issue.
func (k *Key) SignJWS(header, payload []byte) (string, error) {
	b64 := base64.RawURLEncoding.EncodeToString
	text := b64(header) + "." + b64(payload)
	signature, err := k.method.Sign(text, k.sign)
	if err != nil {
		return "", err
	}
	return text + "." + b64(signature), nil
}
