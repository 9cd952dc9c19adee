package labs

import "twodoors/handlers/auth"

// invalidSessionCosts counts the lookups of session cookies that are refused.
func invalidSessionCosts() Statement {
	return Statement{
		ID: "invalid-session-costs", Group: Cost, Expected: Depends, Figure: "database-unknown",
		Sources: []Source{
			asvs("7.2.1"),
			cheatSheet("Session Management", "session-id-generation-and-verification-permissive-and-strict-session-management"),
		},
		Says: Say("An invalid session cookie costs a lookup all the same.", "유효하지 않은 세션 쿠키도 조회 한 번이 든다."),
		Note: Say("signed cookie with a bad signature: 0", "서명이 틀린 쿠키는 0번이에요"),
		Why: Say("Our session cookie is signed, so a made-up one is refused before anything is asked. One with a good signature must be looked up: only the store knows whether it has ended. An id without a signature would cost a lookup each time.",
			"이 앱의 세션 쿠키는 서명되어 있어서, 꾸며 낸 것은 묻기 전에 거절해요. 서명이 맞으면 찾아봐야 해요. 끝났는지는 저장소만 알아요. 서명이 없는 id라면 매번 조회가 들어요."),
		Advice: Say("Sign the id, if only so that guessing costs your database nothing.", "아무 값이나 대 보는 것이 데이터베이스에 부담을 주지 않도록 id에 서명하세요."),
		Play: func(p *Play) {
			for _, store := range p.stores() {
				w := p.Environment(SessionsIn(store))
				store, in := storeID(store), storeName(store)
				// try signs in, spoils the session, and sends a copy of its cookie.
				try := func(id string, what Words, spoil func(owner, copied *Client)) {
					p.Step("Sessions in "+in.EN+": "+what.EN+".", "세션, "+in.KO+": "+what.KO+".")
					owner := w.Client(Owner)
					owner.SignIn(Session)
					copied := w.Client(Thief).Copies(owner)
					spoil(owner, copied)
					a := copied.Me(Session)
					p.Status(store+"-"+id+"-status", "the answer, "+what.EN+", "+in.EN, "답, "+what.KO+", "+in.KO, a)
					p.Measure(store+"-"+id, "lookups, "+what.EN+", "+in.EN, "조회, "+what.KO+", "+in.KO, a.Auth(), Lookups)
				}
				try("bad", Words{"the signature changed", "서명을 바꿈"}, func(_, copied *Client) {
					genuine := copied.Access(Session)
					copied.SetCookie("twodoors-session", genuine[:len(genuine)-8]+"AAAAAAAA")
				})
				try("unknown", Words{"well formed and unknown, for it was signed out", "형식은 맞지만 로그아웃해서 모르는 세션"}, func(owner, _ *Client) { owner.SignOut(Session) })
				try("expired", Words{"expired", "만료"}, func(*Client, *Client) {
					w.Clock.Forward(auth.SessionLimits{Idle: w.settings.SessionIdle}.LongestIdle() + second)
				})
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, in := range []string{"database", "memory", "redis"} {
				if !m.Has(in + "-bad") {
					cases = append(cases, Case{When: storeName(in), NotTried: needsRedis("invalid-session-costs")})
					continue
				}
				refused := !m.In(in+"-bad-status") && !m.In(in+"-unknown-status") && !m.In(in+"-expired-status")
				costs := in != "memory" // nothing is asked of anyone there
				cases = append(cases,
					Case{When: Words{"good signature, " + storeName(in).EN, "서명이 맞음, " + storeName(in).KO}, Holds: refused && m.Int(in+"-unknown") == 1 && m.Int(in+"-expired") == 1, Want: costs},
					Case{When: Words{"bad signature, " + storeName(in).EN, "서명이 틀림, " + storeName(in).KO}, Holds: !refused || m.Int(in+"-bad") > 0, Want: false})
			}
			return cases
		},
	}
}
