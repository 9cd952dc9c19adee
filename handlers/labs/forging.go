package labs

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"

	"github.com/go-jose/go-jose/v4"
)

// header is the header of the environment's own access tokens.
func header(w *Environment) string {
	text, err := json.Marshal(map[string]string{"alg": w.Key().Alg, "kid": w.Key().ID, "typ": "at+jwt"})
	must(err)
	return string(text)
}

// Sign makes a token of any header and payload under the environment's key.
func (w *Environment) Sign(header, payload string) string {
	token, err := w.Key().SignJWS([]byte(header), []byte(payload))
	must(err)
	return token
}

// SignClaims makes a token of a payload under the environment's key, with the app's own header.
func (w *Environment) SignClaims(payload map[string]any) string {
	text, err := json.Marshal(payload)
	must(err)
	return w.Sign(header(w), string(text))
}

// PublishedKey is the key that the environment publishes for others to check its tokens with; nil where its key is a secret.
func (w *Environment) PublishedKey() *jose.JSONWebKey {
	var set jose.JSONWebKeySet
	must(json.Unmarshal(w.JWKS(), &set))
	for i := range set.Keys {
		if set.Keys[i].KeyID == w.Key().ID {
			return &set.Keys[i]
		}
	}
	return nil
}

// publicBytes is the published key as an attacker takes it for an HMAC secret: the bytes of an Ed25519 key, and the
// DER encoding of another.
func (w *Environment) publicBytes() []byte {
	published := w.PublishedKey()
	if published == nil {
		stop("the world publishes no key")
	}
	if raw, ok := published.Key.(ed25519.PublicKey); ok {
		return raw
	}
	der, err := x509.MarshalPKIXPublicKey(published.Key)
	must(err)
	return der
}

// hmacOfPublicKey signs a JWT's header and payload by HS256 with the public key for a secret (RFC 8725, section 2.1).
func (w *Environment) hmacOfPublicKey(text string) string {
	mac := hmac.New(sha256.New, w.publicBytes())
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// signedWithPublicKey is a token with its signature replaced so, and a header that says HS256.
func (w *Environment) signedWithPublicKey(token string) string {
	parts := Parts(token)
	head := Decoded(parts[0])
	head["alg"] = "HS256"
	return w.hmacOfPublicKey(encoded(head) + "." + parts[1])
}

// Verifies reports whether a token's signature is good by the server's key alone: the published one, with another library
// than the app's own, or the shared secret where there is nothing to publish.
func (w *Environment) Verifies(token string) bool {
	published := w.PublishedKey()
	if published == nil {
		return w.Key().VerifyJWS(token)
	}
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(w.Key().Alg)})
	if err != nil {
		return false
	}
	_, err = parsed.Verify(published)
	return err == nil
}
