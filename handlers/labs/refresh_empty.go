package labs

// RefreshEmpty reads refresh tokens of both kinds.
func (claims) RefreshEmpty() Claim {
	return Claim{
		ID: "refresh-empty", Place: 6, Group: Refresh, Expected: Depends, Figure: "opaque",
		Says: Say("A refresh token carries no information.", "리프레시 토큰에는 정보가 없다."),
		Note: Say("opaque: none; as a JWT: readable", "불투명: 없음, JWT: 읽힘"),
		Why: Say("Ours are random and mean something only to the database. Some systems issue them as JWTs, and then they are as readable as any. The name says what a token is for, not what it is made of.",
			"우리 것은 무작위이며 데이터베이스에만 뜻이 있다. JWT로 발급하는 시스템도 있고, 그러면 다른 JWT처럼 읽힌다. 이름은 용도를 말할 뿐 무엇으로 만들었는지 말하지 않는다."),
		Advice: Say("A token that is looked up anyway needs no claims: make it random.", "어차피 조회하는 토큰에는 클레임이 필요 없다. 무작위로 만들라."),
		Play: func(p *Play) {
			w := p.World()
			owner := w.Client(Script)
			p.Step("The owner signs in; the refresh token is read.", "주인이 로그인하고, 리프레시 토큰을 읽어 본다.")
			owner.SignIn(JWT)
			p.Measure("opaque", "of id, name and role: readable in ours", "아이디·이름·역할 중 우리 것에서 읽히는 것", Discloses(owner.RefreshToken(), w.Owner()), Times)
			p.Step("The same as a JWT, as other systems issue it.", "다른 시스템처럼 같은 것을 JWT로 만들어 읽는다.")
			payload := Payload(owner.Access(JWT))
			delete(payload, "name")
			delete(payload, "role")
			p.Measure("jwt", "of id, name and role: readable in a JWT with the id alone", "아이디만 담은 JWT에서 읽히는 것", Discloses(w.SignClaims(payload), w.Owner()), Times)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("opaque", "불투명"), Holds: m.Int("opaque") == 0, Want: true},
				{When: Say("as a JWT", "JWT"), Holds: m.Int("jwt") == 0, Want: false},
			}
		},
	}
}
