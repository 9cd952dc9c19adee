package labs

import "fmt"

// NoPasswordAgain searches a hundred requests for the password.
func (claims) NoPasswordAgain() Claim {
	const n = 100
	return Claim{
		ID: "no-password-again", Place: 15, Group: Sent, Expected: Holds, Figure: "session",
		Sources: []Source{
			rfc(7617, "2.2"),
			asvs("7.5.1"),
			cheatSheet("Authentication", "require-re-authentication-for-sensitive-features"),
		},
		Says: Say("Once signed in, id and password need not be sent again.", "한번 로그인하면 사용자 이름과 비밀번호를 다시 보낼 필요가 없다."),
		Why: Say("The credential stands in for the password, in every mode. The password crosses the network once, at the sign-in. What is stolen afterwards is the credential, which ends.",
			"어떤 방식이든 자격 증명이 비밀번호를 대신해요. 비밀번호는 로그인할 때 한 번만 네트워크를 지나요. 그 뒤에 도둑맞는 것은 끝이 있는 자격 증명이에요."),
		Advice: Say("Never put the password into a cookie or a token; ask for it again only before something that cannot be undone.", "비밀번호를 쿠키나 토큰에 넣지 마세요. 되돌릴 수 없는 일을 하기 전에만 다시 물으세요."),
		Play: func(p *Play) {
			w := p.World()
			for _, mode := range Modes() {
				owner := w.Client(Owner)
				p.Step(fmt.Sprintf("Mode %s: a sign-in and %d requests.", mode.Name().EN, n), fmt.Sprintf("%s: 한 번 로그인하고 %d번 요청해요.", mode.Name().KO, n))
				owner.SignIn(mode)
				in := 0
				for range n {
					if owner.Me(mode).In() {
						in++
					}
				}
				p.Measure(string(mode), "times that the password was sent, "+mode.Name().EN, "비밀번호를 보낸 횟수, "+mode.Name().KO, owner.Sent().Passwords, Times)
				p.Measure(string(mode)+"-in", "requests that were let in, "+mode.Name().EN, "들어간 요청, "+mode.Name().KO, in, Requests)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, mode := range Modes() {
				cases = append(cases, Case{When: mode.Name(), Holds: m.Int(string(mode)) == 1 && m.Int(string(mode)+"-in") == n, Want: true})
			}
			return cases
		},
	}
}
