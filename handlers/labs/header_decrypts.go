package labs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// HeaderDecrypts swaps the algorithm that a token's header names.
func (claims) HeaderDecrypts() Claim {
	return Claim{
		ID: "header-decrypts", Place: 4, Group: Sent, Expected: Fails, Figure: "none",
		Sources: []Source{
			rfc(7515, "4.1.1"),
			rfc(7516, "4.1.2"),
			rfc(8725, "3.1"),
			asvs("9.1.2"),
		},
		Says: Say("The header says how to decrypt the rest.", "헤더는 나머지를 어떻게 복호화할지 말해 준다."),
		Note: Say("it names the signature's algorithm, and must not be trusted to choose it", "헤더에는 서명 알고리즘이 적혀 있을 뿐이에요. 그것을 믿고 알고리즘을 고르면 안 돼요"),
		Why: Say("Nothing is encrypted, so nothing is decrypted. The header names how the signature was made. A thief writes the header too, so the server takes the algorithm from its key and never from the token.",
			"암호화한 것이 없으니 복호화할 것도 없어요. 헤더에는 서명을 어떻게 만들었는지 적혀 있어요. 헤더는 도둑도 쓸 수 있으니, 서버는 알고리즘을 토큰이 아니라 자기 키에서 가져와요."),
		Advice: Say("Pin one algorithm to each key (RFC 8725, section 3.1). Refuse “none”, and never check an HMAC with a public key.",
			"키마다 알고리즘 하나를 정해 두세요(RFC 8725 3.1절). “none”은 거절하고, 공개 키로 HMAC을 확인하지 마세요."),
		Play: func(p *Play) {
			w := p.World(withPublicKey())
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
			p.Measure("lookups", "lookups of both refusals", "두 번 거절하는 데 든 조회", a.Auth()+b.Auth(), Lookups)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("alg none", "alg none"), Holds: !m.Is("none-readable") || m.In("none"), Want: false},
				{When: Say("alg HS256", "alg HS256"), Holds: !m.Is("hs256-readable") || m.In("hs256") || m.Int("lookups") > 0, Want: false},
			}
		},
	}
}
