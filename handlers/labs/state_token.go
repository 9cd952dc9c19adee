package labs

// stateToken looks at both ends of an opaque token.
func stateToken() Statement {
	return Statement{
		ID: "state-token", Group: State, Expected: Depends, Figure: "rows",
		Sources: []Source{
			rfc(6749, "1.4"),
			drfToken(),
		},
		Says: Say("An opaque token is state at the client; it is state at the server.", "불투명 토큰은 클라이언트의 상태이고, 서버의 상태이기도 하다."),
		Note: Say("state at the server, a key at the client", "서버에는 상태, 클라이언트에는 열쇠"),
		Why: Say("The server keeps one row that says whose token it is. What the client keeps says nothing by itself. Take the row away, and it is worth nothing.",
			"서버는 누구의 토큰인지 적은 행 하나를 둬요. 클라이언트가 가진 글자는 그 자체로는 아무것도 말하지 않아요. 행이 없어지면 그 글자는 쓸모가 없어요."),
		Advice: Say("Treat an opaque token as a password that the server gave out: store its hash, and plan how to replace it.",
			"불투명 토큰은 서버가 내준 비밀번호처럼 다루세요. 해시를 저장하고, 바꿀 방법을 마련하세요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner := w.Client(Owner)
			p.Step("The owner signs in.", "주인이 로그인해요.")
			owner.SignIn(Token)
			p.Measure("rows", "rows at the server", "서버의 행", w.Database.Rows("user_tokens"), Rows)
			p.Measure("server-bytes", "bytes at the server", "서버의 바이트", w.Database.Bytes("user_tokens"), Bytes)
			p.Measure("client-bytes", "bytes at the client, the token alone", "클라이언트의 바이트, 토큰만", len(owner.Access(Token)), Bytes)
			p.Measure("disclosed", "of id, name and role: readable in the token", "번호·이름·역할 중 토큰에서 읽히는 것", Discloses(owner.Access(Token), w.Owner()), Times)
			p.Status("with", "the token, with its row", "행이 있을 때의 토큰", owner.Me(Token))
			p.Step("The row is taken away.", "행을 없애요.")
			w.RevokeToken()
			p.Status("without", "the token, without its row", "행이 없을 때의 토큰", owner.Me(Token))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("at the server", "서버에서"), Holds: m.Int("rows") == 1 && m.In("with") && !m.In("without"), Want: true},
				{When: Say("at the client", "클라이언트에서"), Holds: m.Int("disclosed") > 0 || m.In("without"), Want: false},
			}
		},
	}
}
