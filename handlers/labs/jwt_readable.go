package labs

// jwtReadable reads a token without any key.
func jwtReadable() Statement {
	return Statement{
		ID: "jwt-readable", Group: Sent, Expected: Holds, Figure: "disclosed",
		Sources: []Source{
			rfc(7515, "3"),
			rfc(7519, "12"),
			asvs("14.1.1"),
		},
		Says: Say("Anyone who holds a signed JWT can read what is in it.", "서명된 JWT를 손에 넣은 사람은 누구나 그 안을 읽을 수 있다."),
		Why: Say("Header and payload are JSON in base64url, which is a spelling and not a secret. The signature only shows whether they were changed. No key is needed to read.",
			"헤더와 페이로드는 base64url로 적은 JSON이에요. base64url은 표기법이지 비밀이 아니에요. 서명은 내용이 바뀌었는지만 보여 줘요. 읽는 데는 키가 필요 없어요."),
		Advice: Say("Put nothing into a token that its holder, a log or a proxy must not read. What must stay secret belongs on the server, or into a JWE.",
			"토큰을 가진 사람, 로그, 프록시가 읽으면 안 되는 것은 토큰에 넣지 마세요. 비밀로 남아야 하는 것은 서버에 두거나 JWE에 넣으세요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner := w.Client(Owner)
			p.Step("The owner signs in.", "주인이 로그인해요.")
			owner.SignIn(JWT)
			p.Step("Anyone decodes the token. No key is at hand.", "누군가 키 없이 토큰을 디코딩해요.")
			p.Measure("header", "the header can be read", "헤더가 읽힘", Decoded(Parts(owner.Access(JWT))[0])["alg"] == w.Key().Alg, Truth)
			p.Measure("payload", "the payload can be read", "페이로드가 읽힘", Payload(owner.Access(JWT))["name"] == OwnerName, Truth)
			p.Measure("disclosed", "of id, name and role: readable", "번호·이름·역할 중 읽히는 것", Discloses(owner.Access(JWT), w.Owner()), Times)
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("signed JWT", "서명된 JWT"), Holds: m.Is("header") && m.Is("payload") && m.Int("disclosed") == 3, Want: true}}
		},
	}
}
