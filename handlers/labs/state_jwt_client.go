package labs

import "twodoors/handlers/auth"

// stateJWTClient counts what the server keeps for a JWT sign-in.
func stateJWTClient() Statement {
	return Statement{
		ID: "state-jwt-client", Group: State, Expected: Depends, Figure: "refresh",
		Sources: []Source{
			rfc(6749, "1.4"),
			rfc(6749, "1.5"),
			asvs("7.2.2"),
		},
		Says: Say("A JWT keeps the state at the client, and the server stores nothing.", "JWT는 상태를 클라이언트에 두고, 서버는 아무것도 저장하지 않는다."),
		Why: Say("The access token carries its own proof, so no row is needed to believe it. The refresh token is looked up at each use, so it has one. Beside it stands the row of the sign-in, which lets it be listed and ended.",
			"액세스 토큰은 증거를 스스로 지니고 있어서 믿는 데 행이 필요 없어요. 리프레시 토큰은 쓸 때마다 조회하니 행이 하나 있어요. 그 옆에 로그인 자체의 행이 있어서 목록에 보이고 끝낼 수 있어요."),
		Advice: Say("Say “stateless” of the access token alone. Whoever has refresh tokens has a table of sign-ins, and should use it to end them.",
			"‘무상태’라는 말은 액세스 토큰에만 쓰세요. 리프레시 토큰이 있으면 로그인 테이블도 있는 것이니, 로그인을 끝내는 데 쓰세요."),
		Play: func(p *Play) {
			w := p.Environment(Level(auth.LevelSignature))
			owner := w.Client(Owner)
			p.Step("The owner signs in.", "주인이 로그인해요.")
			owner.SignIn(JWT)
			p.Measure("refresh", "rows written for the refresh token", "리프레시 토큰 때문에 쓴 행", w.Database.Rows("refresh_tokens"), Rows)
			p.Measure("family", "rows written for the sign-in itself", "로그인 자체 때문에 쓴 행", w.Database.Rows("token_families"), Rows)
			p.Step("The database goes away, and the access token is used: nothing of it was ever stored there.", "데이터베이스를 없애고 액세스 토큰을 써요. 액세스 토큰에 대한 것은 저장된 적이 없어요.")
			w.Database.Off()
			p.Status("without", "the access token, without the database", "데이터베이스 없이 쓴 액세스 토큰", owner.Me(JWT))
			refreshed := owner.Renews()
			w.Database.On()
			p.Status("refresh-without", "the refresh token, without the database", "데이터베이스 없이 쓴 리프레시 토큰", refreshed)
			p.Measure("access", "rows that hold the access token or its hash", "액세스 토큰이나 그 해시를 담은 행", w.RowsOf(owner.Access(JWT)), Rows)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("access token", "액세스 토큰"), Holds: m.Int("access") == 0 && m.In("without"), Want: true},
				{When: Say("refresh token", "리프레시 토큰"), Holds: m.Int("refresh") == 0 && m.In("refresh-without"), Want: false},
			}
		},
	}
}
