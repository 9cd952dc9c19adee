package labs

// fourAlternatives sends every credential over every carrier that it can take.
func fourAlternatives() Statement {
	type way struct {
		id, en, ko string
		mode       Mode
		how        How
	}
	ways := []way{
		{"session-cookie", "session in a cookie", "쿠키에 담은 세션", Session, ByCookie},
		{"cookie-cookie", "signed content in a cookie", "쿠키에 담은 서명된 내용", Cookie, ByCookie},
		{"token-cookie", "opaque token in a cookie", "쿠키에 담은 불투명 토큰", Token, ByCookie},
		{"jwt-cookie", "JWT in a cookie", "쿠키에 담은 JWT", JWT, ByCookie},
		{"token-header", "opaque token in a header", "헤더에 담은 불투명 토큰", Token, ByAPI},
		{"jwt-header", "JWT in a header", "헤더에 담은 JWT", JWT, ByAPI},
	}
	return Statement{
		ID: "four-alternatives", Group: State, Expected: Fails, Figure: "ways",
		Sources: []Source{
			rfc(6265, "4.2.2"),
			rfc(6750, "2.1"),
			rfc(7519, "1"),
		},
		Says: Say("Session, cookie, token and JWT are four methods to choose from.", "세션, 쿠키, 토큰, JWT는 골라 쓰는 네 가지 방법이다."),
		Note: Say("a cookie is a carrier; what travels in it is another question", "쿠키는 보내는 방법이고, 무엇을 보내는지는 다른 문제예요"),
		Why: Say("There are two questions: what the credential is, and how it travels. A session id, signed content, an opaque token and a JWT all travel in a cookie. Two of them travel in a header just as well.",
			"물음은 둘이에요. 자격 증명이 무엇인지, 그리고 어떻게 보내는지예요. 세션 id, 서명된 내용, 불투명 토큰, JWT는 모두 쿠키로 보낼 수 있어요. 그중 둘은 헤더로도 똑같이 보낼 수 있어요."),
		Advice: Say("Choose the credential by what the server must know, and the carrier by who sends it: browsers a cookie, scripts a header.",
			"자격 증명은 서버가 무엇을 알아야 하는지에 따라, 보내는 방법은 누가 보내는지에 따라 고르세요. 브라우저에는 쿠키, 스크립트에는 헤더가 맞아요."),
		Play: func(p *Play) {
			w := p.Environment()
			worked := 0
			for _, way := range ways {
				owner := w.Client(Owner)
				p.Step("The owner comes in: "+way.en+".", "주인이 들어와요: "+way.ko+".")
				owner.SignIn(way.mode, way.how)
				a := owner.Me(way.mode)
				p.Status(way.id, way.en, way.ko, a)
				if a.In() {
					worked++
				}
			}
			p.Measure("ways", "ways that work", "통하는 방법의 수", worked, Times)
		},
		Rule: func(m Measured) []Case {
			alone := func(ids ...string) bool { // a choice would exclude the others
				n := 0
				for _, id := range ids {
					if m.In(id) {
						n++
					}
				}
				return n <= 1
			}
			return []Case{
				{When: Say("in a cookie goes a cookie alone", "쿠키에는 쿠키만 담김"), Holds: alone("session-cookie", "cookie-cookie", "token-cookie", "jwt-cookie"), Want: false},
				{When: Say("a token has one way", "토큰의 길은 하나"), Holds: alone("token-cookie", "token-header"), Want: false},
				{When: Say("a JWT has one way", "JWT의 길은 하나"), Holds: alone("jwt-cookie", "jwt-header"), Want: false},
			}
		},
	}
}
