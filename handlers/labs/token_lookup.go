package labs

// tokenLookup counts the lookups of requests with an opaque token.
func tokenLookup() Statement {
	return Statement{
		ID: "token-lookup", Group: Cost, Expected: Holds, Figure: "ByAPI",
		Sources: []Source{
			rfc(6749, "1.4"),
			drfToken(),
		},
		Says: Say("An opaque token costs a lookup on every request.", "불투명 토큰은 요청마다 조회 한 번이 든다."),
		Why: Say("The token means nothing by itself, so the server must ask whose it is. It is asked again at each request, since the answer may have changed. Joined with the user, it is one statement.",
			"토큰은 그 자체로 아무 뜻이 없으니 서버는 누구의 것인지 물어야 해요. 답이 바뀌었을 수 있어서 요청마다 다시 물어요. 사용자까지 함께 읽으면 문장 하나예요."),
		Advice: Say("One lookup by a key is cheap. What it buys is that a replaced token or a deactivated user is out at once.", "키로 찾는 조회 한 번은 싸요. 그 값으로, 바뀐 토큰과 비활성화된 사용자를 바로 막아요."),
		Play: func(p *Play) {
			w := p.Environment()
			for _, way := range []struct {
				id, en, ko string
				how        How
			}{{"ByAPI", "in a header", "헤더", ByAPI}, {"ByCookie", "in a cookie", "쿠키", ByCookie}} {
				owner := w.Client(Owner)
				p.Step("The owner signs in and asks five times: "+way.en+".", "주인이 로그인해 다섯 번 물어요: "+way.ko+".")
				owner.SignIn(Token, way.how)
				sum := 0
				for range 5 {
					sum += owner.Me(Token).Want(200).Auth()
				}
				p.Measure(way.id, "lookups of five requests, "+way.en, "요청 다섯 번의 조회, "+way.ko, sum, Lookups)
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("in a header", "헤더"), Holds: m.Int("ByAPI") == 5, Want: true},
				{When: Say("in a cookie", "쿠키"), Holds: m.Int("ByCookie") == 5, Want: true},
			}
		},
	}
}
