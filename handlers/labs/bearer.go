package labs

// bearerStatement has a second client replay each credential.
func bearerStatement() Statement {
	return Statement{
		ID: "bearer", Group: Ending, Expected: Fails, Figure: "session",
		Sources: []Source{
			rfc(6750, "1.2"),
			rfc(9449, "1"),
			rfc(8705, "3"),
			rfc(9700, "2.2.1"),
		},
		Says: Say("Only a token works for whoever holds it.", "가진 사람 누구에게나 통하는 것은 토큰뿐이다."),
		Why: Say("None of the four is tied to the client that it was given to: the server takes whoever sends it for its owner. That is what “bearer” means, and a session cookie is one too. Only a credential that is bound to a key of the client is more than that: DPoP (RFC 9449) and mutual TLS (RFC 8705) do it. This app does not offer them.",
			"넷 가운데 어느 것도 처음 받은 클라이언트에 묶여 있지 않아요. 서버는 보낸 쪽을 주인으로 봐요. ‘베어러(bearer)’가 바로 그 뜻이고, 세션 쿠키도 마찬가지예요. 클라이언트의 키에 묶은 자격 증명만 달라요. DPoP(RFC 9449)와 상호 TLS(RFC 8705)가 그렇게 해요. 이 앱에는 없어요."),
		Advice: Say("Guard all of them alike: HTTPS, HttpOnly where possible, short lives, and a way to end them. Where the risk is high, bind tokens to their client (RFC 9700, section 2.2.1).",
			"모두 똑같이 지키세요. HTTPS, 가능하면 HttpOnly, 짧은 수명, 그리고 끝낼 방법이 필요해요. 위험이 크면 토큰을 클라이언트에 묶으세요(RFC 9700 2.2.1절)."),
		Play: func(p *Play) {
			w := p.Environment()
			for _, mode := range Modes() {
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step("Mode "+mode.Name().EN+": the owner signs in, and a thief elsewhere sends a copy.", mode.Name().KO+": 주인이 로그인하고, 다른 곳에 있는 도둑이 사본을 보내요.")
				owner.SignIn(mode)
				thief.Copies(owner)
				p.Status(string(mode), "the copy from elsewhere, "+mode.Name().EN, "다른 곳에서 보낸 사본, "+mode.Name().KO, thief.Replay(mode))
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, mode := range []Mode{Session, Cookie} { // those that are not called tokens
				cases = append(cases, Case{When: Say(mode.Name().EN+" refused from elsewhere", "다른 곳에서 보낸 "+mode.Name().KO+" 거절"), Holds: !m.In(string(mode)), Want: false})
			}
			if !m.In(string(Token)) || !m.In(string(JWT)) {
				cases = append(cases, Case{When: Say("tokens work from elsewhere", "토큰은 다른 곳에서도 통함"), Holds: false, Want: true})
			}
			return cases
		},
	}
}
