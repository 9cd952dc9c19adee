package labs

// stateSafer tries what a thief can do where the state is at the server and where it is at the client.
func stateSafer() Statement {
	return Statement{
		ID: "state-safer", Group: State, Expected: Depends, Figure: "session-after",
		Sources: []Source{
			cheatSheet("Session Management", "session-id-content-or-value"),
			cheatSheet("JSON Web Token", "jwt-revocation"),
			rfc(7009, "3"),
		},
		Says: Say("Sessions are safer because the state is at the server.", "세션은 상태가 서버에 있어서 더 안전하다."),
		Note: Say("against some attacks; whoever holds a copy uses either", "막아 주는 공격이 따로 있어요. 사본을 가진 사람은 둘 다 쓸 수 있어요"),
		Why: Say("A session id tells nothing about the user, and the server can end it at once. That is what state at the server buys. A stolen id works as well as a stolen token until then, a changed token is refused as a changed cookie is, and what is kept at the server can be read there.",
			"세션 ID는 사용자에 대해 아무것도 알려 주지 않고, 서버가 바로 끝낼 수 있어요. 상태를 서버에 두어 얻는 것은 이 두 가지예요. 그전까지는 훔친 ID도 훔친 토큰처럼 쓰이고, 고친 토큰은 고친 쿠키처럼 거절돼요. 서버에 둔 상태는 서버에서 읽힐 수도 있어요."),
		Advice: Say("Choose by the attack that you fear. To end a sign-in at once, keep state at the server. Against theft, protect the credential: HTTPS, HttpOnly, short lives.",
			"걱정하는 공격에 맞춰 고르세요. 로그인을 바로 끝내야 하면 상태를 서버에 두세요. 도난이 걱정이면 자격 증명을 지키세요: HTTPS, HttpOnly, 짧은 수명."),
		Play: func(p *Play) {
			w := p.Environment(p.sharedStore(), Readably())
			for _, mode := range []Mode{Session, Cookie} {
				id, name := string(mode), mode.Name()
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step("The owner signs in by "+name.EN+", and a thief copies the credential.", "주인이 "+name.KO+"로 로그인하고, 공격자가 자격 증명을 복사해요.")
				before := w.Database.Rows("")
				owner.SignIn(mode, ByCookie)
				rows := w.Database.Rows("") - before
				if mode == Session {
					rows = w.SessionsKept(owner) // which may lie in another store
				}
				p.Measure(id+"-rows", "rows about the sign-in at the server, "+name.EN, "서버에 남은 로그인의 행, "+name.KO, rows, Rows)
				credential := owner.Access(mode)
				p.Measure(id+"-tells", "of id, name and role: told by the credential, "+name.EN, "id, 이름, 역할 중 자격 증명이 알려 주는 것, "+name.KO, Discloses(credential, w.Owner()), Times)
				thief.Copies(owner)
				p.Status(id+"-copy", "the copy, "+name.EN, "사본, "+name.KO, thief.Replay(mode))
				p.Step("The thief changes one character of it.", "공격자가 글자 하나를 바꿔 봐요.")
				forger := w.Client(Thief).Copies(owner)
				forger.SetCookie(cookieOf(mode), changed(credential))
				p.Status(id+"-changed", "changed by one character, "+name.EN, "글자 하나를 바꾼 것, "+name.KO, forger.Replay(mode))
				p.Step("The owner signs out, and the thief tries the copy again.", "주인이 로그아웃하고, 공격자가 사본을 다시 써 봐요.")
				owner.SignOut(mode)
				p.Status(id+"-after", "the copy after signing out, "+name.EN, "로그아웃한 뒤의 사본, "+name.KO, thief.Replay(mode))
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("a copy after signing out", "로그아웃한 뒤의 사본"), Holds: !m.In("session-after") && m.In("cookie-after"), Want: true},
				{When: Say("reading the credential", "자격 증명 읽기"), Holds: m.Int("session-tells") < m.Int("cookie-tells"), Want: true},
				{When: Say("using a copy", "사본 쓰기"), Holds: !m.In("session-copy") && m.In("cookie-copy"), Want: false},
				{When: Say("changing the credential", "자격 증명 바꾸기"), Holds: !m.In("session-changed") && m.In("cookie-changed"), Want: false},
				{When: Say("reading the server's storage", "서버의 저장소 읽기"), Holds: m.Int("session-rows") <= m.Int("cookie-rows"), Want: false},
			}
		},
	}
}

// changed is a text with another character in its middle.
func changed(text string) string {
	middle := len(text) / 2
	other := byte('A')
	if text[middle] == other {
		other = 'B'
	}
	return text[:middle] + string(other) + text[middle+1:]
}
