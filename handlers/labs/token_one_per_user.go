package labs

// tokenOnePerUser signs in on three devices.
func tokenOnePerUser() Statement {
	return Statement{
		ID: "token-one-per-user", Group: State, Expected: Holds, Figure: "token",
		Sources: []Source{
			rfc(7519, "4.1.7"),
			drfToken(),
			knox(),
		},
		Says: Say("An opaque token is one for all of a user's sign-ins; with JWT each sign-in has its own.", "불투명 토큰은 사용자의 모든 로그인에 하나이고, JWT는 로그인마다 따로 있다."),
		Note: Say("a property of the scheme, not of opacity: our opaque refresh tokens are one a sign-in", "불투명해서가 아니라 이 방식의 성질이에요. 여기의 불투명 리프레시 토큰은 로그인마다 하나예요"),
		Why: Say("This token is made of the user and a version, so every device gets the same. An access token carries the sign-in it belongs to. Nothing about opaque tokens forbids one for each sign-in: the refresh token is an example.",
			"이 토큰은 사용자와 버전으로 만들어지니 모든 기기가 같은 것을 받아요. 액세스 토큰은 자기가 속한 로그인을 담아요. 불투명 토큰이라도 로그인마다 하나씩 둘 수 있어요. 리프레시 토큰이 그래요."),
		Advice: Say("Give each sign-in its own credential: only then can one device be ended without the others.", "로그인마다 자격 증명을 따로 주세요. 그래야 다른 기기는 두고 하나만 끝낼 수 있어요."),
		Play: func(p *Play) {
			w := p.Environment()
			for _, mode := range []Mode{Token, JWT} {
				p.Step("Mode "+mode.Name().EN+": the owner signs in on three devices.", mode.Name().KO+": 주인이 세 기기에서 로그인해요.")
				access, refresh := map[string]bool{}, map[string]bool{}
				for _, a := range []Actor{Owner, SecondDevice, ThirdDevice} {
					device := w.Client(a)
					device.SignIn(mode)
					access[device.Access(mode)], refresh[device.RefreshToken()] = true, true
				}
				p.Measure(string(mode), "distinct credentials of three devices, "+mode.Name().EN, "세 기기의 서로 다른 자격 증명, "+mode.Name().KO, len(access), Times)
				if mode == JWT {
					p.Measure("refresh", "distinct refresh tokens, opaque too", "서로 다른 리프레시 토큰, 이것도 불투명", len(refresh), Times)
				}
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("opaque token: one", "불투명 토큰: 하나"), Holds: m.Int("token") == 1, Want: true},
				{When: Say("JWT: one for each sign-in", "JWT: 로그인마다 하나"), Holds: m.Int("jwt") == 3 && m.Int("refresh") == 3, Want: true},
			}
		},
	}
}
