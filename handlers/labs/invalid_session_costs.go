package labs

// InvalidSessionCosts counts the lookups of session cookies that are refused.
func (claims) InvalidSessionCosts() Claim {
	return Claim{
		ID: "invalid-session-costs", Place: 8, Group: Cost, Expected: Depends, Figure: "unknown",
		Says: Say("An invalid session cookie costs a lookup all the same.", "유효하지 않은 세션 쿠키도 조회 한 번이 든다."),
		Note: Say("signed cookie with a bad signature: 0", "서명이 틀린 쿠키는 0"),
		Why: Say("Our session cookie is signed, so a made-up one is refused before anything is asked. One with a good signature must be looked up: only the store knows whether it has ended. An id without a signature would cost a lookup each time.",
			"우리 세션 쿠키는 서명되어 있어, 꾸며 낸 것은 묻기 전에 거부한다. 서명이 맞으면 찾아봐야 한다. 끝났는지는 저장소만 안다. 서명이 없는 식별자라면 매번 조회가 든다."),
		Advice: Say("Sign the id, if only so that guessing costs your database nothing.", "추측이 데이터베이스에 부담을 주지 않도록 식별자에 서명하라."),
		Play: func(p *Play) {
			w := p.World()
			owner, copied := w.Client(Owner), w.Client(Thief)
			owner.SignIn(Session)
			genuine := owner.Access(Session)
			copied.Copies(owner)
			p.Step("The cookie's signature is changed.", "쿠키의 서명을 바꾼다.")
			copied.SetCookie("twodoors-session", genuine[:len(genuine)-8]+"AAAAAAAA")
			a := copied.Me(Session)
			p.Status("bad-status", "the answer, bad signature", "답, 틀린 서명", a)
			p.Measure("bad", "lookups, bad signature", "조회, 틀린 서명", a.Auth(), Lookups)
			p.Step("The session has expired.", "세션이 만료되었다.")
			old := w.Client(Owner)
			old.SignIn(Session)
			stale := w.Client(Thief).Copies(old)
			w.Clock.Forward(w.settings.SessionIdle + second)
			a = stale.Me(Session)
			p.Status("expired-status", "the answer, expired", "답, 만료", a)
			p.Measure("expired", "lookups, expired", "조회, 만료", a.Auth(), Lookups)
			p.Step("The session has been signed out: well formed, and unknown.", "로그아웃된 세션: 형식은 맞지만 모르는 세션이다.")
			last := w.Client(Owner)
			last.SignIn(Session)
			gone := w.Client(Thief).Copies(last)
			last.SignOut(Session)
			a = gone.Me(Session)
			p.Status("unknown-status", "the answer, unknown", "답, 모르는 세션", a)
			p.Measure("unknown", "lookups, well formed and unknown", "조회, 형식은 맞지만 모르는 세션", a.Auth(), Lookups)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("unknown", "모르는 세션"), Holds: m.Int("unknown") == 1 && !m.In("unknown-status"), Want: true},
				{When: Say("expired", "만료"), Holds: m.Int("expired") == 1 && !m.In("expired-status"), Want: true},
				{When: Say("bad signature", "틀린 서명"), Holds: m.Int("bad") > 0 || m.In("bad-status"), Want: false},
			}
		},
	}
}
