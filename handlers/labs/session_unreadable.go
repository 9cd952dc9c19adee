package labs

// sessionUnreadable compares what can be read from the session cookies of two different users.
func sessionUnreadable() Statement {
	return Statement{
		ID: "session-unreadable", Group: Sent, Expected: Holds, Figure: "disclosed",
		Sources: []Source{
			rfc(6265, "8.4"),
			asvs("7.2.3"),
			cheatSheet("Session Management", "session-id-content-or-value"),
		},
		Says: Say("The client cannot read anything about the user from a session id.", "클라이언트는 세션 id에서 사용자에 대해 아무것도 읽을 수 없다."),
		Why: Say("The id is random, so it was not made from the user. The same user gets another one at each sign-in. All ids have one length, so not even that tells.",
			"id는 무작위라서 사용자에게서 만들어진 것이 아니에요. 같은 사용자도 로그인할 때마다 다른 것을 받아요. 길이도 모두 같아서 길이로도 알 수 없어요."),
		Advice: Say("Never make session ids of user ids, times or counters: take them from the system's random source.", "세션 id를 사용자 번호나 시각, 일련번호로 만들지 말고 시스템의 난수를 쓰세요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner, again, other := w.Client(Owner), w.Client(SecondDevice), w.Client(Admin)
			p.Step("The owner signs in twice, and somebody else once.", "주인이 두 번, 다른 사람이 한 번 로그인해요.")
			owner.SignIn(Session)
			again.SignIn(Session)
			w.User(adminName, "admin")
			other.SignInAs(adminName, Session)
			p.Measure("disclosed", "of id, name and role: readable", "번호·이름·역할 중 읽히는 것", Discloses(owner.Access(Session), w.Owner()), Times)
			p.Measure("differs", "the same user's two ids differ", "같은 사용자의 두 id가 다름", owner.Access(Session) != again.Access(Session), Truth)
			p.Measure("alike", "different users' ids have the same length", "다른 사용자의 id와 길이가 같음", len(owner.Access(Session)) == len(other.Access(Session)), Truth)
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("session id", "세션 id"), Holds: m.Int("disclosed") == 0 && m.Is("differs") && m.Is("alike"), Want: true}}
		},
	}
}
