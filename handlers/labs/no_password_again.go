package labs

import "fmt"

// noPasswordAgain searches a hundred requests for the password.
func noPasswordAgain() Statement {
	const n = 100
	return Statement{
		ID: "no-password-again", Group: Sent, Expected: Holds, Figure: "session",
		Sources: []Source{
			rfc(7617, "2.2"),
			asvs("7.5.1"),
			cheatSheet("Authentication", "require-re-authentication-for-sensitive-features"),
		},
		Says: Say("Once signed in, id and password need not be sent again.", "한번 로그인하면 사용자 이름과 비밀번호를 다시 보낼 필요가 없다."),
		Why: Say("The credential stands in for the password, in every method. The password crosses the network once, at the sign-in. HTTP Basic is otherwise: the client sends the password with every request (RFC 7617). What is stolen later is the credential, which can be ended without changing the password.",
			"어떤 방식이든 자격 증명이 비밀번호를 대신해요. 비밀번호는 로그인할 때 한 번만 네트워크를 지나요. HTTP Basic은 달라서 요청마다 비밀번호를 보내요(RFC 7617). 그 뒤에 도둑맞는 것은 자격 증명이고, 비밀번호를 바꾸지 않고도 끝낼 수 있어요."),
		Advice: Say("Never put the password into a cookie or a token. Ask for it again before sensitive changes: a new password, a new token, closing the account.",
			"비밀번호를 쿠키나 토큰에 넣지 마세요. 비밀번호 변경, 토큰 발급, 계정 삭제처럼 민감한 일을 하기 전에만 다시 물으세요."),
		Play: func(p *Play) {
			w := p.Environment()
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
