package labs

// RefreshEmpty reads refresh tokens of both kinds.
func (claims) RefreshEmpty() Claim {
	return Claim{
		ID: "refresh-empty", Place: 6, Group: Refresh, Expected: Depends, Figure: "opaque",
		Sources: []Source{
			rfc(6749, "1.5"),
			simpleJWT("token types", "token_types.html"),
		},
		Says: Say("A refresh token carries no information.", "리프레시 토큰에는 정보가 없다."),
		Note: Say("opaque: none; as a JWT: readable", "불투명이면 담지 않고, JWT면 읽혀요"),
		Why: Say("Ours are random and mean something only to the database. Some systems issue them as JWTs, and then they are as readable as any. The name says what a token is for, not what it is made of.",
			"여기의 것은 무작위라서 데이터베이스에만 뜻이 있어요. JWT로 발급하는 시스템도 있는데, 그러면 다른 JWT처럼 읽혀요. 이름은 쓰임새를 말할 뿐 무엇으로 만들었는지는 말하지 않아요."),
		Advice: Say("A token that is looked up anyway needs no claims: make it random.", "어차피 조회하는 토큰에는 클레임이 필요 없어요. 무작위로 만드세요."),
		Play: func(p *Play) {
			w := p.World()
			owner := w.Client(Script)
			p.Step("The owner signs in; the refresh token is read.", "주인이 로그인하고, 리프레시 토큰을 읽어 봐요.")
			owner.SignIn(JWT)
			p.Measure("opaque", "of id, name and role: readable in ours", "번호·이름·역할 중 여기의 토큰에서 읽히는 것", Discloses(owner.RefreshToken(), w.Owner()), Times)
			p.Step("The same as a JWT, as other systems issue it.", "다른 시스템처럼 같은 것을 JWT로 만들어 읽어요.")
			payload := Payload(owner.Access(JWT))
			delete(payload, "name")
			delete(payload, "role")
			p.Measure("jwt", "of id, name and role: readable in a JWT with the id alone", "번호·이름·역할 중 번호만 담은 JWT에서 읽히는 것", Discloses(w.SignClaims(payload), w.Owner()), Times)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("opaque", "불투명"), Holds: m.Int("opaque") == 0, Want: true},
				{When: Say("as a JWT", "JWT"), Holds: m.Int("jwt") == 0, Want: false},
			}
		},
	}
}
