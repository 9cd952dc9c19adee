package labs

import "encoding/base64"

// jwtThreeParts takes a token apart.
func jwtThreeParts() Statement {
	return Statement{
		ID: "jwt-three-parts", Group: Sent, Expected: Holds, Figure: "parts-EdDSA",
		Sources: []Source{
			rfc(7515, "7.1"),
			rfc(7519, "3.1"),
		},
		Says: Say("A signed JWT is three base64url parts: header, payload, signature.", "서명된 JWT는 헤더, 페이로드, 서명의 세 base64url 부분이다."),
		Why: Say("The compact form of JWS joins the three with dots (RFC 7515, section 7.1). Header and payload are JSON, the signature is bytes. An encrypted JWE has five parts.",
			"JWS의 압축 형식은 셋을 점으로 이어요(RFC 7515 7.1절). 헤더와 페이로드는 JSON이고 서명은 바이트예요. 암호화한 JWE는 다섯 부분이에요."),
		Advice: Say("Refuse what is not exactly three parts of strict base64url before anything else is done with it.", "엄격한 base64url 세 부분이 아닌 것은 다른 일을 하기 전에 거절하세요."),
		Play: func(p *Play) {
			for _, signed := range []struct {
				alg  string
				size int
			}{{"EdDSA", 64}, {"HS256", 32}} {
				alg, size := signed.alg, signed.size
				w := p.Environment(SignedWith(alg))
				owner := w.Client(Owner)
				p.Step("The owner signs in; the token is signed with "+alg+".", "주인이 로그인해요. 토큰의 서명: "+alg+".")
				owner.SignIn(JWT)
				parts := Parts(owner.Access(JWT))
				p.Measure("parts-"+alg, "parts, "+alg, "부분의 수, "+alg, len(parts), Times)
				if len(parts) != 3 {
					parts = make([]string, 3) // there is nothing to read
				}
				signature, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
				p.Measure("json-"+alg, "header and payload are JSON, "+alg, "헤더와 페이로드가 JSON임, "+alg, Decoded(parts[0])["alg"] == alg && Decoded(parts[1]) != nil, Truth)
				p.Measure("signature-"+alg, "the signature has the size that "+alg+" has", "서명의 크기가 "+alg+"의 것임", err == nil && len(signature) == size, Truth)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, alg := range []string{"EdDSA", "HS256"} {
				cases = append(cases, Case{When: Words{alg, alg}, Holds: m.Int("parts-"+alg) == 3 && m.Is("json-"+alg) && m.Is("signature-"+alg), Want: true})
			}
			return cases
		},
	}
}
