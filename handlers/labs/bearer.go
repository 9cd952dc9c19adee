package labs

// Bearer has a second client replay each credential.
func (claims) Bearer() Claim {
	return Claim{
		ID: "bearer", Place: 10, Group: Ending, Expected: Fails, Figure: "session",
		Says: Say("Only a token works for whoever holds it.", "가진 사람 누구에게나 통하는 것은 토큰뿐이다."),
		Why: Say("None of the four is tied to the machine that it was given to. Whoever sends it is taken for its owner. That is what “bearer” means, and a session cookie is one too.",
			"넷 중 어느 것도 받은 기기에 묶여 있지 않다. 보내는 사람이 곧 주인으로 여겨진다. 그것이 ‘소지자(bearer)’의 뜻이고, 세션 쿠키도 그렇다."),
		Advice: Say("Guard all of them alike: HTTPS, HttpOnly where it can be, short lives, and a way to end them.",
			"모두 똑같이 지키라. HTTPS, 가능하면 HttpOnly, 짧은 수명, 그리고 끝낼 방법."),
		Play: func(p *Play) {
			w := p.World()
			for _, mode := range Modes() {
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step("Mode "+string(mode)+": the owner signs in, and a thief elsewhere sends a copy.", string(mode)+" 방식: 주인이 로그인하고, 다른 곳의 도둑이 복사본을 보낸다.")
				owner.SignIn(mode)
				thief.Copies(owner)
				p.Status(string(mode), "the copy from elsewhere, mode "+string(mode), "다른 곳에서 보낸 복사본, "+string(mode)+" 방식", thief.Replay(mode))
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, mode := range []Mode{Session, Cookie} { // those that are not called tokens
				cases = append(cases, Case{When: Say(string(mode)+" refused from elsewhere", "다른 곳의 "+string(mode)+" 거부"), Holds: !m.In(string(mode)), Want: false})
			}
			if !m.In(string(Token)) || !m.In(string(JWT)) {
				cases = append(cases, Case{When: Say("tokens work from elsewhere", "토큰은 다른 곳에서도 통한다"), Holds: false, Want: true})
			}
			return cases
		},
	}
}
