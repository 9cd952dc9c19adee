package labs

// jwtEncrypted tries to read a token without any key.
func jwtEncrypted() Statement {
	return Statement{
		ID: "jwt-encrypted", Group: Sent, Expected: Fails, Figure: "readable",
		Sources: []Source{
			rfc(7519, "3"),
			rfc(7516, "3"),
		},
		Says: Say("A JWT's content is encrypted.", "JWT의 내용은 암호화되어 있다."),
		Note: Say("signed, not encrypted; the encrypted kind is called JWE", "암호화가 아니라 서명이에요. 암호화한 것은 JWE라고 해요"),
		Why: Say("base64url looks like a secret and is only a spelling. A signed JWT is protected against change, not against reading. Only JWE encrypts, and few systems use it.",
			"base64url은 비밀처럼 보이지만 표기법일 뿐이에요. 서명된 JWT는 변조를 막을 뿐 읽는 것을 막지 않아요. 암호화하는 것은 JWE이고, 쓰는 곳은 드물어요."),
		Advice: Say("Assume that every claim is public to whoever carries the token, and to every log it passes.", "모든 클레임은 토큰을 지닌 사람과 토큰이 지나는 모든 로그에 공개된다고 생각하세요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner := w.Client(Owner)
			p.Step("The owner signs in.", "주인이 로그인해요.")
			owner.SignIn(JWT)
			p.Step("The payload is decoded; no key is at hand.", "키 없이 페이로드를 디코딩해요.")
			p.Measure("readable", "the user's name can be read without a key", "키 없이 사용자 이름이 읽힘", Payload(owner.Access(JWT))["name"] == OwnerName, Truth)
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("signed JWT", "서명된 JWT"), Holds: !m.Is("readable"), Want: false}}
		},
	}
}
