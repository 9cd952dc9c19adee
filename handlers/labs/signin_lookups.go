package labs

// signInLookups counts the lookups of signing in.
func signInLookups() Statement {
	return Statement{
		ID: "signin-lookups", Group: Cost, Expected: Fails, Figure: "jwt",
		Sources: []Source{
			asvs("11.4.2"),
			cheatSheet("Password Storage", ""),
		},
		Says: Say("Signing in with JWT involves no database.", "JWT로 로그인할 때는 데이터베이스가 관여하지 않는다."),
		Note: Say("the password's row is read in every mode", "어느 방식이든 비밀번호의 행을 읽어요"),
		Why: Say("Somebody has to check the password, and its hash is in the database. With a refresh token, the sign-in and the token are stored as well. Only the access token itself leaves nothing behind.",
			"누군가는 비밀번호를 확인해야 하고, 그 해시는 데이터베이스에 있어요. 리프레시 토큰이 있으면 로그인과 토큰도 저장해요. 아무것도 남기지 않는 것은 액세스 토큰뿐이에요."),
		Advice: Say("Do not choose JWT to spare the sign-in its lookups: what costs there is the password's hash, which is slow on purpose.", "로그인의 조회를 아끼려고 JWT를 고르지 마세요. 로그인에서 비싼 것은 일부러 느리게 만든 비밀번호 해시예요."),
		Play: func(p *Play) {
			w := p.Environment()
			for _, mode := range []Mode{Session, JWT} {
				p.Step("The owner signs in, "+mode.Name().EN+".", "주인이 로그인해요: "+mode.Name().KO+".")
				a := w.Client(Owner).SignIn(mode)
				p.Measure(string(mode), "lookups of signing in, "+mode.Name().EN, "로그인의 조회, "+mode.Name().KO, a.Auth(), Lookups)
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
