package security_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"hash"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/handlerstest"
)

// What TestForgedTokens presents (jwt_test.go).

var b64 = base64.RawURLEncoding.EncodeToString

// forging is a node, a genuine token of it taken apart, and its public key as its JWKS says it.
type forging struct {
	*handlerstest.Node
	client  *handlerstest.Client
	token   string
	header  map[string]any
	payload map[string]any
	public  any
}

func newForging(t *testing.T, alg string) *forging {
	t.Helper()
	n := handlerstest.NewNode(t, handlerstest.SignedWith(alg))
	n.User("minji", "member")
	n.User("boss", "admin")
	f := &forging{Node: n, client: n.Client()}
	f.client.SignIn(handlerstest.ByHeader, "minji")
	f.token = f.client.Bearer
	parts := strings.Split(f.token, ".")
	for i, into := range []*map[string]any{&f.header, &f.payload} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(text, into) != nil {
			t.Fatalf("part %d of the token: %s", i, text)
		}
	}
	f.public = f.publicKey()
	return f
}

// publicKey reads the key from the JWKS, as an attacker would; nil for a shared secret.
func (f *forging) publicKey() any {
	f.T.Helper()
	var set struct{ Keys []map[string]string }
	f.Script().Get("/.well-known/jwks.json").Want(http.StatusOK).Into(&set)
	for _, k := range set.Keys {
		member := func(name string) []byte { b, _ := base64.RawURLEncoding.DecodeString(k[name]); return b }
		for name := range k {
			if !strings.Contains(" kty crv x y n e kid alg use ", " "+name+" ") {
				f.T.Errorf("the JWKS shows %s", name)
			}
		}
		switch k["kty"] {
		case "OKP":
			return ed25519.PublicKey(member("x"))
		case "EC":
			key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, member("x"), member("y")))
			if err != nil {
				f.T.Fatal(err)
			}
			return key
		case "RSA":
			return &rsa.PublicKey{N: new(big.Int).SetBytes(member("n")), E: int(new(big.Int).SetBytes(member("e")).Int64())}
		}
	}
	return nil
}

// changed is a JSON object with some members replaced, added, or taken away (nil).
func changed(object map[string]any, changes ...any) []byte {
	other := maps.Clone(object)
	for i := 0; i < len(changes); i += 2 {
		other[changes[i].(string)] = changes[i+1]
		if changes[i+1] == nil {
			delete(other, changes[i].(string))
		}
	}
	text, _ := json.Marshal(other)
	return text
}

// signed is a token with any header and payload, under the app's own key: what no attacker can make, and what a
// faulty service with the same key might.
func (f *forging) signed(header, payload []byte) string {
	f.T.Helper()
	token, err := f.Keys.Signing().SignJWS(header, payload)
	if err != nil {
		f.T.Fatal(err)
	}
	return token
}

func hmacToken(newHash func() hash.Hash, secret, header, payload []byte) string {
	text := b64(header) + "." + b64(payload)
	mac := hmac.New(newHash, secret)
	mac.Write([]byte(text))
	return text + "." + b64(mac.Sum(nil))
}

// refusedHeaders are tokens whose header may not talk the app into anything.
func (f *forging) refusedHeaders(elsewhere string) map[string]string {
	genuine, admin := changed(f.payload), changed(f.payload, "role", "admin")
	parts := strings.Split(f.token, ".")
	foreign, err := auth.NewKeyRing(f.header["alg"].(string), f.Clock.Now())
	if err != nil {
		f.T.Fatal(err)
	}
	other := func(header, payload []byte) string {
		token, _ := foreign.Signing().SignJWS(header, payload)
		return token
	}
	all := map[string]string{
		"another's key, our kid":          other(changed(f.header), genuine),
		"another's key and kid":           other(changed(f.header, "kid", foreign.Signing().ID), genuine),
		"role changed, signature kept":    parts[0] + "." + b64(admin) + "." + parts[2],
		"user changed, signature kept":    parts[0] + "." + b64(changed(f.payload, "sub", "2")) + "." + parts[2],
		"signature of another token":      parts[0] + "." + parts[1] + "." + strings.Split(f.signed(changed(f.header), admin), ".")[2],
		"no signature":                    parts[0] + "." + parts[1] + ".",
		"no kid":                          f.signed(changed(f.header, "kid", nil), genuine),
		"kid a number":                    f.signed(changed(f.header, "kid", 1), genuine),
		"kid empty":                       f.signed(changed(f.header, "kid", ""), genuine),
		"typ JWT":                         f.signed(changed(f.header, "typ", "JWT"), genuine),
		"no typ":                          f.signed(changed(f.header, "typ", nil), genuine),
		"typ of an id token":              f.signed(changed(f.header, "typ", "id_token+jwt"), genuine),
		"crit":                            f.signed(changed(f.header, "crit", []string{"exp"}, "exp", 1), genuine),
		"crit empty":                      f.signed(changed(f.header, "crit", []string{}), genuine),
		"b64 false":                       f.signed(changed(f.header, "crit", []string{"b64"}, "b64", false), genuine),
		"zip":                             f.signed(changed(f.header, "zip", "DEF"), genuine),
		"cty JWT":                         f.signed(changed(f.header, "cty", "JWT"), genuine),
		"alg twice":                       f.signed(append([]byte(`{"alg":"none",`), changed(f.header)[1:]...), genuine),
		"alg in two cases":                f.signed(changed(f.header, "ALG", "none"), genuine),
		"nested":                          f.signed(changed(f.header), []byte(`"`+f.token+`"`)),
		"ECDSA of zeros (CVE-2022-21449)": parts[0] + "." + b64(admin) + "." + b64(make([]byte, 64)),
	}
	for _, kid := range []string{"../../../../dev/null", "/dev/null", "x' UNION SELECT 'AAAA' --", "x\x00", "| sleep 10", "${jndi:ldap://127.0.0.1/}", strings.Repeat("k", 4000)} {
		all["kid "+kid[:min(len(kid), 12)]] = f.signed(changed(f.header, "kid", kid), genuine)
		all["kid and empty secret "+kid[:min(len(kid), 12)]] = hmacToken(sha256.New, nil, changed(f.header, "kid", kid, "alg", "HS256"), genuine)
	}
	for _, name := range []string{"jku", "x5u"} {
		all[name+" beside our signature"] = f.signed(changed(f.header, name, elsewhere+"/"+name), genuine)
		all[name+" of another's key"] = other(changed(f.header, name, elsewhere+"/"+name, "kid", foreign.Signing().ID), genuine)
	}
	jwk := json.RawMessage(foreign.JWKS(f.Clock.Now())) // a set with one key
	var set struct{ Keys []map[string]any }
	if json.Unmarshal(jwk, &set) == nil && len(set.Keys) == 1 {
		all["jwk of another's key"] = other(changed(f.header, "jwk", set.Keys[0]), genuine)
		all["jwk of another's key and kid"] = other(changed(f.header, "jwk", set.Keys[0], "kid", set.Keys[0]["kid"]), genuine)
	}
	all["x5c"] = other(changed(f.header, "x5c", []string{"AAAA"}), genuine)
	for _, alg := range []string{"none", "None", "NONE", "nOnE", "", "none\x00", "HS256", "HS384", "HS512", "RS256", "RS512", "PS256", "ES256", "ES256K", "ES384", "EdDSA", "Ed25519", "eddsa", "HS1", "dir"} {
		if alg != f.header["alg"] {
			header := changed(f.header, "alg", alg)
			all["alg "+alg+", no signature"] = b64(header) + "." + b64(genuine) + "."
			all["alg "+alg+", signature kept"] = b64(header) + "." + b64(genuine) + "." + parts[2]
			all["alg "+alg+", our signature"] = f.signed(header, genuine)
		}
	}
	maps.Copy(all, f.confused(admin))
	return all
}

// confused are tokens with the public key, or what anyone can guess, as an HMAC secret.
func (f *forging) confused(payload []byte) map[string]string {
	secrets := map[string][]byte{"empty": {}, "kid": []byte(f.header["kid"].(string)), "secret": []byte("secret"), "issuer": []byte(f.payload["iss"].(string))}
	if f.public != nil {
		der, err := x509.MarshalPKIXPublicKey(f.public)
		if err != nil {
			f.T.Fatal(err)
		}
		secrets["DER"] = der
		secrets["PEM"] = pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		secrets["PEM without its line end"] = bytes.TrimSpace(secrets["PEM"])
		secrets["JWKS"] = f.Keys.JWKS(f.Clock.Now())
		switch k := f.public.(type) {
		case ed25519.PublicKey:
			secrets["raw"], secrets["x"] = k, []byte(b64(k))
		case *rsa.PublicKey:
			secrets["n"] = k.N.Bytes()
			secrets["PKCS #1"] = pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(k)})
		}
	}
	all := map[string]string{}
	for name, secret := range secrets {
		for alg, h := range map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New} {
			all[alg+" with the "+name] = hmacToken(h, secret, changed(f.header, "alg", alg), payload)
			all[alg+" without kid, with the "+name] = hmacToken(h, secret, changed(f.header, "alg", alg, "kid", nil), payload)
		}
	}
	return all
}

// refusedClaims are tokens under the app's own key with a payload that is not quite an access token's.
func (f *forging) refusedClaims() map[string]string {
	all := map[string]string{}
	add := func(name string, payload []byte) { all[name] = f.signed(changed(f.header), payload) }
	now := f.Clock.Now().Unix()
	for name := range f.payload {
		if name != "scope" {
			add("without "+name, changed(f.payload, name, nil))
			add(name+" null", changed(f.payload, name, json.RawMessage("null")))
			add(name+" a list", changed(f.payload, name, []any{f.payload[name]}))
			add(name+" an object", changed(f.payload, name, map[string]any{"a": 1}))
			add(name+" in capitals alone", changed(f.payload, name, nil, strings.ToUpper(name), f.payload[name]))
			add(name+" twice", append(append([]byte(`{"`+name+`":`), mustJSON(f.payload[name])...), append([]byte(","), changed(f.payload)[1:]...)...))
			add(name+" in two cases", changed(f.payload, strings.ToUpper(name), f.payload[name]))
		}
	}
	for name, values := range map[string][]any{
		"exp": {"2000000000", json.RawMessage(`1e12`), json.RawMessage(`2000000000.5`), now - 3600, 0, -1, now - int64(auth.Leeway/time.Second), true, json.RawMessage("99999999999999999999")},
		"iat": {now + 31, now + 3600, "1", json.RawMessage(`1.5`)},
		"iss": {"http://localhost:8081", "http://localhost:8080/", "HTTP://LOCALHOST:8080", "https://localhost:8080", "", 1},
		"aud": {"http://localhost:8081", "", "http://localhost:8080/", []string{"http://localhost:8080", "http://evil.example"}, "*"},
		"sub": {"0", "-1", "01", "1.0", "+1", " 1", "1e0", "0x1", "", 1, "1' OR '1'='1", "99999999999999999999"},
		"sid": {"0", "-1", "", 17, "1;DROP TABLE users"}, "jti": {"", 1}, "name": {"", 1}, "role": {"", 1, true},
		"ver": {"1", json.RawMessage("1.5")}, "auth_time": {"1"},
	} {
		for _, value := range values {
			add(name+" = "+string(mustJSON(value)), changed(f.payload, name, value))
		}
	}
	for name, payload := range map[string]string{"null": "null", "a list": "[]", "empty": "", "an empty object": "{}", "a text": `"minji"`, "two objects": string(changed(f.payload)) + "{}", "cut off": string(changed(f.payload)[:40])} {
		add(name, []byte(payload))
	}
	return all
}

func mustJSON(v any) []byte { text, _ := json.Marshal(v); return text }

// misspelt are spellings of the genuine token itself.
func (f *forging) misspelt() map[string]string {
	p := strings.Split(f.token, ".")
	all := map[string]string{
		"a space inside": f.token[:10] + " " + f.token[10:], "a tab inside": f.token[:10] + "\t" + f.token[10:],
		"padding": f.token + "==", "padding of the header": p[0] + "=." + p[1] + "." + p[2], "a part too many": f.token + ".e30",
		"a part too few": p[0] + "." + p[1], "dots": "..", "a dot before": "." + f.token, "a dot after": f.token + ".",
		"JSON serialisation": `{"protected":"` + p[0] + `","payload":"` + p[1] + `","signature":"` + p[2] + `"}`,
		"percent":            strings.Replace(f.token, ".", "%2E", 1), "9 KB": f.token + strings.Repeat("A", 9<<10),
		"standard base64": p[0] + "." + p[1] + ".+/" + p[2][2:], "twice": f.token + f.token, "comma": f.token + "," + f.token,
	}
	for i := 0; i < len(f.token); i += 7 {
		if other := handlerstest.Flip(f.token, i); f.token[i] != '.' && other != f.token {
			all["character "+f.token[:min(i, 3)]+"…"+string(rune('0'+i%10))+string(rune('a'+i%26))] = other
		}
	}
	return all
}
