package labs

// SignInLookups counts the lookups of signing in.
func (claims) SignInLookups() Claim {
	return Claim{
		ID: "signin-lookups", Place: 6, Group: Cost, Expected: Fails, Figure: "jwt",
		Says: Say("Signing in with JWT involves no database.", "JWT로 로그인할 때는 데이터베이스가 관여하지 않는다."),
		Note: Say("the password's row is read in every mode", "어느 방식이든 비밀번호의 행을 읽는다"),
		Why: Say("Somebody has to check the password, and its hash is in the database. With a refresh token, the sign-in and the token are stored as well. Only the access token itself leaves nothing behind.",
			"누군가는 비밀번호를 확인해야 하고 그 해시는 데이터베이스에 있다. 리프레시 토큰이 있으면 로그인과 토큰도 저장한다. 아무것도 남기지 않는 것은 액세스 토큰뿐이다."),
		Advice: Say("Do not choose JWT to spare the sign-in: hashing the password costs a thousand times more than these lookups.", "로그인을 아끼려고 JWT를 고르지 말라. 비밀번호 해시가 이 조회들보다 천 배는 비싸다."),
		Play: func(p *Play) {
			w := p.World()
			for _, mode := range []Mode{Session, JWT} {
				p.Step("The owner signs in, mode "+string(mode)+".", "주인이 로그인한다. "+string(mode)+" 방식.")
				a := w.Client(Owner).SignIn(mode)
				p.Measure(string(mode), "lookups of signing in, mode "+string(mode), "로그인의 조회, "+string(mode)+" 방식", a.Auth(), Lookups)
				if mode == JWT {
					stored := 0
					for _, l := range a.Lookups {
						if l.Counted() && l.Label == "create-family" {
							stored++
						}
					}
					p.Measure("jwt-alone", "of them without those for the refresh token", "그중 리프레시 토큰을 위한 것을 뺀 것", a.Auth()-stored, Lookups)
				}
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("with a refresh token", "리프레시 토큰 있음"), Holds: m.Int("jwt") == 0, Want: false},
				{When: Say("without one", "리프레시 토큰 없음"), Holds: m.Int("jwt-alone") == 0, Want: false},
			}
		},
	}
}
