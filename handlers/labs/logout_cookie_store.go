package labs

import "time"

// logoutCookieStore replays a copied cookie whose content is the session.
func logoutCookieStore() Statement {
	return Statement{
		ID: "logout-cookie-store", Group: Ending, Expected: Fails, Figure: "after",
		Sources: []Source{
			asvs("7.4.1"),
			django("using cookie-based sessions", "topics/http/sessions/#using-cookie-based-sessions"),
		},
		Says: Say("Signing out ends a session at once, wherever its content is kept.", "세션의 내용이 어디에 있든 로그아웃하면 즉시 끝난다."),
		Why: Say("The signed cookie is the session, and the server keeps nothing of it. Signing out asks the browser to forget it. A copy knows nothing of that and is good until its date.",
			"서명된 쿠키가 곧 세션이고, 서버에는 아무것도 없어요. 로그아웃은 브라우저에 잊어 달라고 할 뿐이에요. 사본은 그것을 모르고, 날짜가 될 때까지 쓸 수 있어요."),
		Advice: Say("Where a sign-out must count, keep sessions on the server, or keep a list of those that were ended. Give a signed cookie a short life.",
			"로그아웃이 확실해야 한다면 세션을 서버에 두거나, 끝난 것의 목록을 두세요. 서명된 쿠키의 수명은 짧게 하세요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner, thief := w.Client(Owner), w.Client(Thief)
			p.Step("The owner signs in, and a thief copies the cookie.", "주인이 로그인하고, 도둑이 쿠키를 복사해요.")
			owner.SignIn(Cookie)
			thief.Copies(owner)
			p.Step("The owner signs out; the thief tries again, at once and before the cookie's date.", "주인이 로그아웃해요. 도둑이 곧바로, 그리고 쿠키의 날짜 직전에 다시 시도해요.")
			owner.SignOut(Cookie)
			p.Status("owner", "the owner, after the sign-out", "로그아웃한 뒤의 주인", owner.Me(Cookie))
			p.Status("after", "the copy, after the sign-out", "로그아웃한 뒤의 사본", thief.Replay(Cookie))
			w.Clock.To(w.settings.SessionMax - time.Second)
			p.Status("last", "the copy, one second before its date", "날짜 1초 전의 사본", thief.Replay(Cookie))
			w.Clock.To(w.settings.SessionMax)
			p.Status("over", "the copy, at its date", "날짜가 된 사본", thief.Replay(Cookie))
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("signed cookie", "서명된 쿠키"), Holds: !m.In("after") || m.In("owner") || !m.In("last") || m.In("over"), Want: false}}
		},
	}
}
