package labs

// refreshEmpty reads refresh tokens of both kinds.
func refreshEmpty() Statement {
	return Statement{
		ID: "refresh-empty", Group: Refresh, Expected: Depends, Figure: "opaque",
		Sources: []Source{
			rfc(6749, "1.5"),
			simpleJWT("token types", "token_types.html"),
		},
		Says: Say("A refresh token carries no information.", "리프레시 토큰에는 정보가 없다."),
		Note: Say("opaque: none; as a JWT: readable", "불투명이면 담지 않고, JWT면 읽혀요"),
		Why: Say("Ours are random and mean something only to the database. The standard leaves the form open, and some systems issue them as JWTs: a signed one is as readable as any JWT, an encrypted one is not. The name says what a token is for, not what it is made of.",
			"여기의 것은 난수라서 데이터베이스에서만 뜻이 있어요. 표준은 형식을 정하지 않았고, JWT로 발급하는 시스템도 있어요. 서명한 것은 다른 JWT처럼 읽히고, 암호화한 것은 읽히지 않아요. 이름은 쓰임새를 말할 뿐 무엇으로 만들었는지는 말하지 않아요."),
		Advice: Say("A token that is looked up at each use needs no claims: make it random, with at least 128 bits, and store its hash.",
			"쓸 때마다 조회하는 토큰에는 클레임이 필요 없어요. 128비트 이상의 난수로 만들고 해시만 저장하세요."),
		Play: func(p *Play) {
			w := p.Environment()
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
