package labs

// refreshSameForm looks at the form of both tokens of a sign-in.
func refreshSameForm() Statement {
	return Statement{
		ID: "refresh-same-form", Group: Refresh, Expected: Depends, Figure: "refresh-parts",
		Sources: []Source{
			rfc(6749, "5.1"),
			simpleJWT("token types", "token_types.html"),
		},
		Says: Say("Access and refresh token are both JWTs and both issued at sign-in.", "액세스 토큰과 리프레시 토큰은 둘 다 JWT이고 둘 다 로그인할 때 발급된다."),
		Note: Say("one that is looked up anyway needs no claims", "어차피 조회하는 것에는 클레임이 필요 없어요"),
		Why: Say("One sign-in gives both. The access token must be believed without asking, so it is signed. The refresh token is asked about each time, so a random number does.",
			"로그인 한 번에 둘 다 받아요. 액세스 토큰은 묻지 않고 믿어야 하니 서명해요. 리프레시 토큰은 매번 물어보니 무작위 수면 충분해요."),
		Advice: Say("Do not let an API accept a refresh token in place of an access token: different forms make that mistake impossible.", "API가 액세스 토큰 대신 리프레시 토큰을 받지 않게 하세요. 형식이 다르면 그런 실수를 할 수 없어요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner := w.Client(Script)
			p.Step("The owner signs in.", "주인이 로그인해요.")
			owner.SignIn(JWT)
			p.Measure("together", "one sign-in gave both", "로그인 한 번에 둘 다 받음", owner.Access(JWT) != "" && owner.RefreshToken() != "", Truth)
			p.Measure("access-parts", "parts of the access token", "액세스 토큰의 부분 수", len(Parts(owner.Access(JWT))), Times)
			p.Measure("refresh-parts", "parts of the refresh token", "리프레시 토큰의 부분 수", len(Parts(owner.RefreshToken())), Times)
			p.Step("The refresh token is sent in place of the access token.", "액세스 토큰 자리에 리프레시 토큰을 보내요.")
			p.Status("swapped", "the refresh token in place of the access token", "액세스 토큰 자리의 리프레시 토큰", w.Client(Thief).Holds(JWT, owner.RefreshToken()).Me(JWT))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("issued together", "함께 발급"), Holds: m.Is("together"), Want: true},
				{When: Say("both JWTs", "둘 다 JWT"), Holds: m.Int("access-parts") != 3 || m.Int("refresh-parts") == 3 || m.In("swapped"), Want: false},
			}
		},
	}
}
