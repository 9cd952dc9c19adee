package labs

// clientWork asks for a page in every mode and carrier, without JavaScript.
func clientWork() Statement {
	type way struct {
		id, en, ko string
		mode       Mode
		how        How
		want       bool
	}
	ways := []way{
		{"session", "session", "세션", Session, ByCookie, true},
		{"cookie", "signed cookie", "서명된 쿠키", Cookie, ByCookie, true},
		{"token-cookie", "opaque token in a cookie", "쿠키의 불투명 토큰", Token, ByCookie, true},
		{"jwt-cookie", "JWT in a cookie", "쿠키의 JWT", JWT, ByCookie, true},
		{"token-header", "opaque token in a header", "헤더의 불투명 토큰", Token, ByAPI, false},
		{"jwt-header", "JWT in a header", "헤더의 JWT", JWT, ByPage, false},
	}
	return Statement{
		ID: "client-work", Group: Sent, Expected: Depends, Figure: "session",
		Sources: []Source{
			rfc(6265, "5.4"),
			rfc(6750, "2.1"),
		},
		Says: Say("With a session the client has nothing to do; with a token it must keep it and send it.", "세션이면 클라이언트는 할 일이 없고, 토큰이면 보관하고 보내야 한다."),
		Note: Say("any cookie carrier: nothing; header: code", "쿠키로 보내면 할 일이 없고, 헤더로 보내면 코드가 필요해요"),
		Why: Say("A browser keeps and sends cookies by itself, whatever is in them. A header is sent by code, so a link, a form or a reload comes without it. It is the carrier that makes the work, not the token.",
			"쿠키는 무엇이 들었든 브라우저가 알아서 보관하고 보내요. 헤더는 코드가 보내니 링크, 양식, 새로고침에는 실리지 않아요. 할 일을 만드는 것은 토큰이 아니라 보내는 방법이에요."),
		Advice: Say("For pages choose a cookie carrier; it works before any script has loaded.", "페이지에는 쿠키를 쓰세요. 스크립트를 불러오기 전에도 동작해요."),
		Play: func(p *Play) {
			w := p.Environment()
			for _, way := range ways {
				owner := w.Client(Owner)
				p.Step("The owner follows a link, without JavaScript: "+way.en+".", "주인이 자바스크립트 없이 링크를 따라가요: "+way.ko+".")
				owner.SignIn(way.mode, way.how)
				p.Status(way.id, "the page, "+way.en, "페이지, "+way.ko, owner.Navigate("/"+string(way.mode)+"/member?panel=folded"))
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, way := range ways { // true of a way that is a session's; said otherwise of all the rest
				cases = append(cases, Case{When: Say("nothing to do: "+way.en, "할 일 없음: "+way.ko), Holds: m.In(way.id), Want: way.want})
			}
			return cases
		},
	}
}
