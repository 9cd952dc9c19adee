package auth

import (
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// VerifyWith checks a token's signature as the app's own tokens are checked, with a public key or secret of the
// test's: nothing else of the token is looked at.
func VerifyWith(alg string, key any, token string) error {
	k := &Key{Alg: alg, verify: key, method: jwt.GetSigningMethod(alg)}
	at := strings.LastIndexByte(token, '.')
	signature, err := jwt.NewParser(jwt.WithStrictDecoding()).DecodeSegment(token[at+1:])
	if err != nil {
		return err
	}
	return k.method.Verify(token[:at], signature, k.verify)
}
