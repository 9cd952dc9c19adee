package labs

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// header is the header of the world's own access tokens.
func header(w *World) string {
	text, err := json.Marshal(map[string]string{"alg": w.Key().Alg, "kid": w.Key().ID, "typ": "at+jwt"})
	must(err)
	return string(text)
}

// Sign makes a token of any header and payload under the world's key.
func (w *World) Sign(header, payload string) string {
	token, err := w.Key().SignJWS([]byte(header), []byte(payload))
	must(err)
	return token
}

// SignClaims makes a token of a payload under the world's key, with the app's own header.
func (w *World) SignClaims(payload map[string]any) string {
	text, err := json.Marshal(payload)
	must(err)
	return w.Sign(header(w), string(text))
}

// PublicKey is the world's Ed25519 key, as it is published.
func (w *World) PublicKey() ed25519.PublicKey {
	var set struct {
		Keys []struct{ Kid, Kty, X string }
	}
	must(json.Unmarshal(w.JWKS(), &set))
	for _, k := range set.Keys {
		if raw, err := base64.RawURLEncoding.DecodeString(k.X); err == nil && k.Kty == "OKP" && k.Kid == w.Key().ID {
			return raw
		}
	}
	return nil
}

// Verifies reports whether a token's signature is good, by the published key alone.
func (w *World) Verifies(token string) bool {
	dot := strings.LastIndexByte(token, '.')
	signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	public := w.PublicKey()
	return err == nil && len(public) == ed25519.PublicKeySize && ed25519.Verify(public, []byte(token[:dot]), signature)
}
