package labs

// logoutEndsSession replays a copied session cookie after its owner has signed out.
func logoutEndsSession() Statement {
	return Statement{
		ID: "logout-ends-session", Group: Ending, Expected: Holds, Figure: "after",
		Sources: []Source{
			asvs("7.4.1"),
			cheatSheet("Session Management", "logout-button"),
		},
		Says: Say("Signing out ends a session at once, for a copy of the cookie too.", "로그아웃하면 세션은 즉시 끝난다. 복사한 쿠키도 마찬가지다."),
		Why: Say("Signing out deletes the session's row. Every request asks for that row. A copy of the cookie asks for a row that is no longer there.",
			"로그아웃하면 세션의 행을 지워요. 요청마다 그 행을 찾아요. 쿠키의 사본은 이제 없는 행을 찾게 돼요."),
		Advice: Say("Delete at the server, and only then at the client. A sign-out that clears the cookie alone leaves every copy alive.",
			"먼저 서버에서 지우고, 그다음 클라이언트에서 지우세요. 쿠키만 지우는 로그아웃은 모든 사본을 살려 둬요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner, thief := w.Client(Owner), w.Client(Thief)
			p.Step("The owner signs in, and a thief copies the cookie.", "주인이 로그인하고, 도둑이 쿠키를 복사해요.")
			owner.SignIn(Session)
			thief.Copies(owner)
			p.Status("before", "the copy, before the sign-out", "로그아웃하기 전의 사본", thief.Replay(Session))
			p.Step("The owner signs out; the thief tries again.", "주인이 로그아웃하고, 도둑이 다시 시도해요.")
			owner.SignOut(Session)
			p.Status("after", "the copy, after the sign-out", "로그아웃한 뒤의 사본", thief.Replay(Session))
			p.Measure("rows", "sessions that the server still keeps", "서버에 아직 남은 세션", w.Database.Rows("sessions"), Rows)
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("server-side session", "서버에 둔 세션"), Holds: m.In("before") && !m.In("after") && m.Int("rows") == 0, Want: true}}
		},
	}
}
