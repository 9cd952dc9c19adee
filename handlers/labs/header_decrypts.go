package labs

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// headerDecrypts swaps the algorithm that a token's header names.
func headerDecrypts() Statement { return headerDecryptsOf(encryptedJWT(jose.A256GCM)) }

// headerDecryptsOf is the same with encrypt to make the JWE.
func headerDecryptsOf(encrypt func(claims, key []byte) string) Statement {
	return Statement{
		ID: "header-decrypts", Group: Sent, Expected: Depends, Figure: "none",
		Sources: []Source{
			rfc(7515, "4.1.1"),
			rfc(7516, "4.1.2"),
			rfc(8725, "3.1"),
			asvs("9.1.2"),
		},
		Says: Say("The header says how to decrypt the rest.", "헤더는 나머지를 어떻게 복호화할지 말해 준다."),
		Note: Say("of a signed JWT it names the signature's algorithm, and must not be trusted to choose it; of an encrypted one it does say",
			"서명된 JWT에서는 서명 알고리즘을 적을 뿐이고 그것을 믿고 고르면 안 돼요. 암호화한 JWT에서는 정말로 말해 줘요"),
		Why: Say("A signed JWT (JWS) is not encrypted, so nothing is decrypted. Its header names how the signature was made. An attacker can write the header too, so the server takes the algorithm from its key and never from the token. An encrypted JWT (JWE) is otherwise: alg and enc in its header say how to decrypt it (RFC 7516).",
			"서명된 JWT(JWS)는 암호화한 것이 아니니 복호화할 것도 없어요. 헤더에는 서명을 어떻게 만들었는지 적혀 있어요. 헤더는 공격자도 쓸 수 있으니, 서버는 알고리즘을 토큰이 아니라 자기 키에서 가져와요. 암호화한 JWT(JWE)는 달라요. 헤더의 alg와 enc가 어떻게 복호화할지 말해 줘요(RFC 7516)."),
		Advice: Say("Pin one algorithm to each key (RFC 8725, section 3.1). Refuse “none”, and never check an HMAC with a public key.",
			"키마다 알고리즘 하나를 정해 두세요(RFC 8725 3.1절). “none”은 거절하고, 공개 키로 HMAC을 확인하지 마세요."),
		Play: func(p *Play) {
			w := p.Environment(withPublicKey())
			owner := w.Client(Owner)
			owner.SignIn(JWT)
			parts := Parts(owner.Access(JWT))
			head := Decoded(parts[0])
			p.Step("The header is changed to alg none, without a signature.", "헤더를 alg none으로 바꾸고 서명을 떼요.")
			head["alg"] = "none"
			none := encoded(head) + "." + parts[1] + "."
			p.Measure("none-readable", "still readable, alg none", "여전히 읽힘, alg none", Payload(none)["name"] == OwnerName, Truth)
			a := w.Client(Thief).Holds(JWT, none).Me(JWT)
			p.Status("none", "accepted, alg none", "받아들여짐, alg none", a)
			p.Step("The header is changed to HS256, signed with the public key as if it were a secret.", "헤더를 HS256으로 바꾸고, 공개 키를 비밀처럼 써서 서명해요.")
			head["alg"] = "HS256"
			text := encoded(head) + "." + parts[1]
			mac := hmac.New(sha256.New, w.publicBytes())
			mac.Write([]byte(text))
			confused := text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
			p.Measure("hs256-readable", "still readable, alg HS256", "여전히 읽힘, alg HS256", Payload(confused)["name"] == OwnerName, Truth)
			b := w.Client(Thief).Holds(JWT, confused).Me(JWT)
			p.Status("hs256", "accepted, alg HS256", "받아들여짐, alg HS256", b)
			p.Step("The same claims are encrypted as a JWE, which says alg dir and enc A256GCM.", "같은 클레임을 JWE로 암호화해요. 헤더에는 alg dir과 enc A256GCM이 있어요.")
			claims, err := json.Marshal(Payload(owner.Access(JWT)))
			must(err)
			secret := make([]byte, 32)
			rand.Read(secret) // never fails
			encrypted := encrypt(claims, secret)
			p.Measure("jwe-readable", "a JWE is readable without its key", "키 없이 JWE가 읽힘", Readable(encrypted, OwnerName), Truth)
			p.Measure("jwe-decrypted", "with the key, decrypted as its header says", "키가 있고 헤더대로 하면 복호화됨", decrypts(encrypted, secret), Truth)
			p.Measure("jwe-swapped", "decrypted after its header was changed to another enc", "헤더의 enc를 바꾼 뒤에도 복호화됨", decrypts(withOtherEnc(encrypted), secret), Truth)
			p.Measure("lookups", "lookups of both refusals", "두 번 거절하는 데 든 조회", a.Auth()+b.Auth(), Lookups)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("alg none", "alg none"), Holds: !m.Is("none-readable") || m.In("none"), Want: false},
				{When: Say("encrypted JWT (JWE)", "암호화한 JWT(JWE)"), Holds: !m.Is("jwe-readable") && m.Is("jwe-decrypted") && !m.Is("jwe-swapped"), Want: true},
				{When: Say("alg HS256", "alg HS256"), Holds: !m.Is("hs256-readable") || m.In("hs256") || m.Int("lookups") > 0, Want: false},
			}
		},
	}
}

// encryptedJWT makes JWEs in compact form, encrypted directly with a shared key.
func encryptedJWT(enc jose.ContentEncryption) func(claims, key []byte) string {
	return func(claims, key []byte) string {
		encrypter, err := jose.NewEncrypter(enc, jose.Recipient{Algorithm: jose.DIRECT, Key: key}, nil)
		must(err)
		made, err := encrypter.Encrypt(claims)
		must(err)
		text, err := made.CompactSerialize()
		must(err)
		return text
	}
}

// decrypts reports whether a JWE can be decrypted with a key as its header says.
func decrypts(token string, key []byte) bool {
	parsed, err := jose.ParseEncryptedCompact(token, []jose.KeyAlgorithm{jose.DIRECT}, []jose.ContentEncryption{jose.A256GCM, jose.A128CBC_HS256})
	if err != nil {
		return false
	}
	_, err = parsed.Decrypt(key)
	return err == nil
}

// withOtherEnc is a JWE whose header names another content encryption, of the same length of key.
func withOtherEnc(token string) string {
	parts := strings.Split(token, ".")
	head := Decoded(parts[0])
	head["enc"] = string(jose.A128CBC_HS256)
	parts[0] = encoded(head)
	return strings.Join(parts, ".")
}
