package labs

// deleteCookie has the client forget its cookie, and replays a copy.
func deleteCookie() Statement {
	return Statement{
		ID: "delete-cookie", Group: Ending, Expected: Fails, Figure: "copy",
		Sources: []Source{
			asvs("7.4.1"),
			cheatSheet("Session Management", "logout-button"),
		},
		Says: Say("Deleting the cookie ends the session.", "쿠키를 지우면 세션이 끝난다."),
		Why: Say("Deleting a cookie tells the server nothing. The row stands, and a copy of the cookie still finds it. Only the server can end what it keeps.",
			"쿠키를 지워도 서버는 몰라요. 행은 그대로 있고, 쿠키의 사본은 여전히 그 행을 찾아요. 서버가 보관하는 것은 서버만 끝낼 수 있어요."),
		Advice: Say("Sign out at the server. Show people their devices, so that they can end a session that they cannot reach.", "서버에서 로그아웃하세요. 손이 닿지 않는 세션도 끝낼 수 있게 기기 목록을 보여 주세요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner, thief := w.Client(Owner), w.Client(Thief)
			p.Step("The owner signs in; a thief copies the cookie; the owner deletes it.", "주인이 로그인하고, 도둑이 쿠키를 복사하고, 주인이 쿠키를 지워요.")
			owner.SignIn(Session)
			thief.Copies(owner)
			owner.Forgets("twodoors-session")
			p.Status("owner", "the owner, without the cookie", "쿠키가 없는 주인", owner.Me(Session))
			p.Status("copy", "the copy", "사본", thief.Replay(Session))
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("session", "세션"), Holds: !m.In("copy") || m.In("owner"), Want: false}}
		},
	}
}
