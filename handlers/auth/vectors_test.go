package auth_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"testing"

	"twodoors/handlers/auth"
)

// decoded reads base64url.
func decoded(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestPublishedVectors: what RFC 7515 (appendices A.1 to A.3) and RFC 8037 (A.4) say is well signed is so for the
// verification that the app uses, each with its algorithm alone; with any character of it changed it is not.
func TestPublishedVectors(t *testing.T) {
	number := func(text string) *big.Int { return new(big.Int).SetBytes(decoded(t, text)) }
	const payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
	vectors := map[string]struct {
		alg, token string
		key        any
	}{
		"RFC 7515 A.1": {"HS256", "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + payload + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
			decoded(t, "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")},
		"RFC 7515 A.2": {"RS256", "eyJhbGciOiJSUzI1NiJ9." + payload + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
			&rsa.PublicKey{E: 65537, N: number("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ")}},
		"RFC 7515 A.3": {"ES256", "eyJhbGciOiJFUzI1NiJ9." + payload + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
			point(t, decoded(t, "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"), decoded(t, "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))},
		"RFC 8037 A.4": {"EdDSA", "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
			ed25519.PublicKey(decoded(t, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))},
	}
	for name, v := range vectors {
		t.Run(name, func(t *testing.T) {
			if err := auth.VerifyWith(v.alg, v.key, v.token); err != nil {
				t.Fatalf("refused: %v", err)
			}
			for i := range v.token {
				if v.token[i] == '.' {
					continue
				}
				other := byte('A')
				if v.token[i] == 'A' {
					other = 'B'
				}
				if auth.VerifyWith(v.alg, v.key, v.token[:i]+string(other)+v.token[i+1:]) == nil {
					t.Fatalf("accepted with character %d changed", i)
				}
			}
			if auth.VerifyWith(v.alg, v.key, v.token[:strings.LastIndexByte(v.token, '.')+1]) == nil {
				t.Error("accepted without its signature")
			}
			for _, alg := range auth.Algorithms() {
				if alg != v.alg && auth.VerifyWith(alg, v.key, v.token) == nil {
					t.Errorf("accepted as %s", alg)
				}
			}
		})
	}
}

// point is a public key on P-256 by its coordinates.
func point(t *testing.T, x, y []byte) *ecdsa.PublicKey {
	t.Helper()
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y))
	if err != nil {
		t.Fatal(err)
	}
	return key
}
