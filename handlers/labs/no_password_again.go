package labs

// NoPasswordAgain searches a hundred requests for the password.
func (claims) NoPasswordAgain() Claim {
	return Claim{
		ID: "no-password-again", Place: 15, Group: Sent, Expected: Holds, Figure: "session",
		Says: Say("Once signed in, id and password need not be sent again.", "한번 로그인하면 아이디와 비밀번호를 다시 보낼 필요가 없다."),
		Why: Say("The credential stands in for the password, in every mode. The password crosses the network once, at the sign-in. What is stolen afterwards is the credential, which ends.",
			"모든 방식에서 자격 증명이 비밀번호를 대신한다. 비밀번호는 로그인할 때 한 번만 네트워크를 지난다. 그 뒤에 도둑맞는 것은 끝이 있는 자격 증명이다."),
		Advice: Say("Never put the password into a cookie or a token; ask for it again only before something that cannot be undone.", "비밀번호를 쿠키나 토큰에 넣지 말라. 되돌릴 수 없는 일 앞에서만 다시 물으라."),
		Play: func(p *Play) {
			w := p.World()
			for _, mode := range Modes() {
				owner := w.Client(Owner)
				p.Step("Mode "+string(mode)+": a sign-in and a hundred requests.", string(mode)+" 방식: 로그인 한 번과 요청 백 번.")
				owner.SignIn(mode)
				in := 0
				for range 100 {
					if owner.Me(mode).In() {
						in++
					}
				}
				p.Measure(string(mode), "times that the password was sent, mode "+string(mode), "비밀번호를 보낸 횟수, "+string(mode)+" 방식", owner.Sent().Passwords, Times)
				p.Measure(string(mode)+"-in", "requests that were let in, mode "+string(mode), "들어간 요청, "+string(mode)+" 방식", in, Requests)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, mode := range Modes() {
				cases = append(cases, Case{When: Words{string(mode), string(mode)}, Holds: m.Int(string(mode)) == 1 && m.Int(string(mode)+"-in") == 100, Want: true})
			}
			return cases
		},
	}
}
