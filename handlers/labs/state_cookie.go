package labs

// stateCookie looks at who keeps what where a cookie travels.
func stateCookie() Statement {
	return Statement{
		ID: "state-cookie", Group: State, Expected: Depends, Figure: "signed-rows",
		Sources: []Source{
			rfc(6265, "8.4"),
			django("using cookie-based sessions", "topics/http/sessions/#using-cookie-based-sessions"),
		},
		Says: Say("With a cookie, the client keeps the state.", "쿠키를 쓰면 상태는 클라이언트가 보관한다."),
		Why: Say("A cookie is a place, and what lies in it is another question. The signed cookie holds the whole session; encrypting it hides that from its holder. The session's cookie holds only the key to a row at the server.",
			"쿠키는 자리일 뿐이고, 무엇이 들어 있는지는 다른 문제예요. 서명된 쿠키에는 세션 전체가 들어 있고, 암호화하면 가진 사람도 읽지 못해요. 세션의 쿠키에는 서버의 행을 여는 열쇠만 들어 있어요."),
		Advice: Say("Ask of each cookie what is in it before you say where the state is.", "상태가 어디에 있는지 말하기 전에, 쿠키마다 무엇이 들어 있는지 물으세요."),
		Play: func(p *Play) {
			for _, kind := range []struct {
				id, en, ko string
				mode       Mode
				settings   []Setting
			}{
				{"signed", "signed cookie", "서명된 쿠키", Cookie, []Setting{Readably()}},
				{"encrypted", "signed and encrypted cookie", "서명하고 암호화한 쿠키", Cookie, []Setting{Encrypted()}},
				{"session", "session cookie", "세션 쿠키", Session, nil},
			} {
				w := p.Environment(kind.settings...)
				owner := w.Client(Owner)
				p.Step("The owner signs in: "+kind.en+".", "주인이 로그인해요: "+kind.ko+".")
				owner.SignIn(kind.mode)
				rows := w.Database.Rows("")
				if kind.mode == Session {
					rows = w.SessionsKept(owner)
				}
				p.Measure(kind.id+"-rows", "rows at the server, "+kind.en, "서버의 행, "+kind.ko, rows, Rows)
				p.Measure(kind.id+"-disclosed", "of id, name and role: readable, "+kind.en, "번호·이름·역할 중 읽히는 것, "+kind.ko, Discloses(owner.Access(kind.mode), w.Owner()), Times)
				p.Status(kind.id, "the next request, "+kind.en, "다음 요청, "+kind.ko, owner.Me(kind.mode))
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("signed cookie, readable", "서명된 쿠키, 읽힘"), Holds: m.Int("signed-rows") == 0 && m.In("signed") && m.Int("signed-disclosed") == 3, Want: true},
				{When: Say("encrypted cookie, unreadable", "암호화한 쿠키, 읽히지 않음"), Holds: m.Int("encrypted-rows") == 0 && m.In("encrypted") && m.Int("encrypted-disclosed") == 0, Want: true},
				{When: Say("session cookie: only a key", "세션 쿠키: 열쇠일 뿐"), Holds: m.Int("session-rows") == 0 || m.Int("session-disclosed") > 0, Want: false},
			}
		},
	}
}
