package auth_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twodoors/handlers/auth"
)

func TestGenuineTokenOfEachAlgorithm(t *testing.T) {
	for _, alg := range auth.Algorithms() {
		t.Run(alg, func(t *testing.T) {
			f := newForge(t, alg)
			good := f.token(f.header(), f.payload())
			if why := f.accepts(good); why != "" {
				t.Fatalf("refused: %s", why)
			}
			if why := f.accepts(f.token(f.header(), f.payload("client_id", `"more"`))); why != "" {
				t.Errorf("an unknown claim is to be ignored (RFC 7519, section 4): refused as %s", why)
			}
			// Every bit of the signature counts, and so does every character of the rest.
			for i := range good {
				if good[i] == '.' {
					continue
				}
				other := byte('A')
				if good[i] == 'A' {
					other = 'B'
				}
				if why := f.accepts(good[:i] + string(other) + good[i+1:]); why == "" {
					t.Fatalf("accepted with character %d changed", i)
				}
			}
		})
	}
}

// TestHeaders goes through the list of RFC 8725: what a token's header may not talk us into.
func TestHeaders(t *testing.T) {
	f := newForge(t, "EdDSA")
	other := newForge(t, "EdDSA")
	public := f.key.(ed25519.PrivateKey).Public().(ed25519.PublicKey)
	der, _ := x509.MarshalPKIXPublicKey(public)
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	otherJWK := `{"kty":"OKP","crv":"Ed25519","x":` + quote(encode(other.key.(ed25519.PrivateKey).Public().(ed25519.PublicKey))) + `}`
	hs := func(secret []byte, alg string) string {
		return f.signed(secret, f.header("alg", quote(alg)), f.payload())
	}
	unsigned := func(alg string) string {
		return encode([]byte(f.header("alg", quote(alg)))) + "." + encode([]byte(f.payload())) + "."
	}
	for name, c := range map[string]struct {
		token string
		want  auth.Reason
	}{
		"alg none":                    {unsigned("none"), auth.ReasonTampered},
		"alg None":                    {unsigned("None"), auth.ReasonTampered},
		"alg NONE":                    {unsigned("NONE"), auth.ReasonTampered},
		"alg none, signature kept":    {f.token(f.header("alg", `"none"`), f.payload()), auth.ReasonTampered},
		"alg missing":                 {f.token(f.header("alg", ""), f.payload()), auth.ReasonTampered},
		"alg a number":                {f.token(f.header("alg", "1"), f.payload()), auth.ReasonTampered},
		"alg in lower case":           {f.token(f.header("alg", `"eddsa"`), f.payload()), auth.ReasonTampered},
		"no signature":                {unsigned("EdDSA"), auth.ReasonTampered},
		"HS256, public key as secret": {hs(public, "HS256"), auth.ReasonTampered},
		"HS256, PEM as secret":        {hs(publicPEM, "HS256"), auth.ReasonTampered},
		"HS256, empty secret":         {hs(nil, "HS256"), auth.ReasonTampered},
		"HS256, kid as secret":        {hs([]byte(f.ring.Signing().ID), "HS256"), auth.ReasonTampered},
		"HS512, public key as secret": {hs(public, "HS512"), auth.ReasonTampered},
		"RS256 for an Ed25519 key":    {f.token(f.header("alg", `"RS256"`), f.payload()), auth.ReasonTampered},
		"ES256 for an Ed25519 key":    {f.token(f.header("alg", `"ES256"`), f.payload()), auth.ReasonTampered},
		"another's key, our kid":      {f.signed(other.key, f.header(), f.payload()), auth.ReasonTampered},
		"another's key and kid":       {f.signed(other.key, other.header(), f.payload()), auth.ReasonUnknownKey},
		"kid unknown":                 {f.token(f.header("kid", `"nobody"`), f.payload()), auth.ReasonUnknownKey},
		"kid a path":                  {f.token(f.header("kid", `"../../dev/null"`), f.payload()), auth.ReasonUnknownKey},
		"kid SQL":                     {f.token(f.header("kid", `"' OR 1=1 --"`), f.payload()), auth.ReasonUnknownKey},
		"kid missing":                 {f.token(f.header("kid", ""), f.payload()), auth.ReasonUnknownKey},
		"kid a list":                  {f.token(f.header("kid", `["x"]`), f.payload()), auth.ReasonUnknownKey},
		"jwk of a foreign key":        {f.signed(other.key, f.header("jwk", otherJWK), f.payload()), auth.ReasonMalformed},
		"jwk beside our signature":    {f.token(f.header("jwk", otherJWK), f.payload()), auth.ReasonMalformed},
		"jku":                         {f.token(f.header("jku", `"http://127.0.0.1:1/jwks"`), f.payload()), auth.ReasonMalformed},
		"x5u":                         {f.token(f.header("x5u", `"http://127.0.0.1:1/x"`), f.payload()), auth.ReasonMalformed},
		"x5c":                         {f.token(f.header("x5c", `["AAAA"]`), f.payload()), auth.ReasonMalformed},
		"crit unknown":                {f.token(f.header("crit", `["exp"]`, "exp", "1"), f.payload()), auth.ReasonMalformed},
		"crit empty":                  {f.token(f.header("crit", `[]`), f.payload()), auth.ReasonMalformed},
		"b64 false":                   {f.token(f.header("crit", `["b64"]`, "b64", "false"), f.payload()), auth.ReasonMalformed},
		"zip":                         {f.token(f.header("zip", `"DEF"`), f.payload()), auth.ReasonMalformed},
		"typ JWT":                     {f.token(f.header("typ", `"JWT"`), f.payload()), auth.ReasonWrongType},
		"typ missing":                 {f.token(f.header("typ", ""), f.payload()), auth.ReasonWrongType},
		"typ in capitals":             {f.token(f.header("typ", `"AT+JWT"`), f.payload()), auth.ReasonWrongType},
		"typ twice":                   {f.token(strings.Replace(f.header(), "{", `{"typ":"JWT",`, 1), f.payload()), auth.ReasonMalformed},
		"alg twice":                   {f.token(strings.Replace(f.header(), "{", `{"alg":"none",`, 1), f.payload()), auth.ReasonMalformed},
		"alg in two cases":            {f.token(f.header("ALG", `"none"`), f.payload()), auth.ReasonMalformed},
		"header a list":               {f.token(`["EdDSA"]`, f.payload()), auth.ReasonMalformed},
		"header null":                 {f.token(`null`, f.payload()), auth.ReasonTampered},
		"header empty":                {f.token(``, f.payload()), auth.ReasonMalformed},
		"header and more":             {f.token(f.header()+"{}", f.payload()), auth.ReasonMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			if got := f.accepts(c.token); got != c.want {
				t.Errorf("reason %q, want %q", got, c.want)
			}
		})
	}
}

func TestSpelling(t *testing.T) {
	f := newForge(t, "EdDSA")
	good := f.token(f.header(), f.payload())
	parts := strings.Split(good, ".")
	// 64 bytes of signature leave four bits unused in the last character: eight other characters would
	// decode to the same bytes.
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, good[len(good)-1])
	cases := map[string]string{
		"a space before":           " " + good,
		"a space after":            good + " ",
		"a space inside":           good[:10] + " " + good[10:],
		"a line break inside":      good[:10] + "\n" + good[10:],
		"CR LF in the signature":   good[:len(good)-9] + "\r\n" + good[len(good)-9:],
		"a tab after":              good + "\t",
		"padding":                  good + "==",
		"padding of the header":    parts[0] + "=." + parts[1] + "." + parts[2],
		"base64, not base64url":    strings.NewReplacer("-", "+", "_", "/").Replace(parts[0]+"."+parts[1]+".") + "+/" + parts[2][2:],
		"a part too many":          good + "." + parts[2],
		"a part too few":           parts[0] + "." + parts[1],
		"an empty part":            parts[0] + ".." + parts[2],
		"dots":                     "..",
		"JSON serialisation":       `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
		"NUL after":                good + "\x00",
		"not UTF-8":                good[:10] + "\xff" + good[11:],
		"9 KB":                     good + strings.Repeat("A", 9<<10),
		"with its scheme twice":    "Bearer " + good,
		"a payload of two objects": f.token(f.header(), f.payload()+f.payload()),
		"a payload cut off":        f.token(f.header(), strings.TrimSuffix(f.payload(), "}")),
		"not an object":            f.token(f.header(), `"mina"`),
		"null":                     f.token(f.header(), `null`),
		"empty":                    f.token(f.header(), ``),
	}
	for i := 1; i < 16; i++ {
		cases["another last character, "+string(alphabet[last^i])] = good[:len(good)-1] + string(alphabet[last^i])
	}
	for name, token := range cases {
		t.Run(name, func(t *testing.T) {
			if got := f.accepts(token); got != auth.ReasonMalformed {
				t.Errorf("reason %q, want %q", got, auth.ReasonMalformed)
			}
			r := httptest.NewRequest(http.MethodGet, issuer+"/jwt/member", nil)
			r.Header["Cookie"] = []string{"twodoors-access=" + token}
			p, err := f.jwt.Authenticate(httptest.NewRecorder(), r, auth.LevelSignature)
			// Around a cookie's value white space and quotes are not part of it (RFC 6265, section 5.2).
			if err == nil && strings.Trim(token, " \t") != good {
				t.Errorf("accepted in a cookie as %+v", p)
			}
		})
	}
}

func TestRetiredKey(t *testing.T) {
	dir := keysDir(t)
	ring, err := auth.OpenKeyRing(dir, "EdDSA", 15*time.Minute, start)
	if err != nil {
		t.Fatal(err)
	}
	old := ring.Signing().ID
	retire(t, dir, start.Add(time.Hour))
	if ring, err = auth.OpenKeyRing(dir, "EdDSA", 15*time.Minute, start.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if ring.Signing().ID == old {
		t.Fatal("a key that retires still signs")
	}
	if ring.ByID(old, start.Add(time.Hour-time.Second)) == nil || !strings.Contains(string(ring.JWKS(start)), old) {
		t.Error("the old key is not known until it retires")
	}
	if ring.ByID(old, start.Add(time.Hour)) != nil {
		t.Error("the old key is still good when it has retired")
	}
}

// FuzzToken looks for a token that ends a check by anything but an answer, and for one that is accepted
// although nobody signed it.
func FuzzToken(f *testing.F) {
	forge := newForge(f, "EdDSA")
	good := forge.token(forge.header(), forge.payload())
	_, foreign, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{good, "", ".", "..", "a.b.c", forge.signed(foreign, forge.header(), forge.payload())} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if forge.accepts(token) == "" && token != good {
			t.Errorf("accepted: %q", token)
		}
	})
}
