package labs

import (
	"strings"

	"twodoors/handlers/auth"
)

// SizeLimit grows a token until each way breaks.
func (claims) SizeLimit() Claim {
	return Claim{
		ID: "size-limit", Place: 13, Group: Sent, Expected: Holds, Figure: "cookie",
		Sources: []Source{
			rfc(6265, "6.1"),
			rfc(9110, "5.4"),
			asvs("3.3.5"),
		},
		Says: Say("A cookie has about 4 KB; a token in a header has the server's header limit.", "쿠키는 약 4KB, 헤더에 담은 토큰은 서버의 헤더 한도까지다."),
		Note: Say("browsers drop what is larger without a word (RFC 6265bis, section 5.7); this server parses no token over "+digits(auth.MaxToken).EN+" B", "브라우저는 더 큰 쿠키를 말없이 버려요(RFC 6265bis 5.7절). 이 서버는 "+digits(auth.MaxToken).KO+" B가 넘는 토큰은 읽지 않아요"),
		Why: Say("Browsers keep "+digits(auth.MaxCookie).EN+" B of a cookie's name and value. A header has no such rule; each server sets its own bound. Ours reads tokens up to "+digits(auth.MaxToken).EN+" B.",
			"브라우저는 쿠키의 이름과 값을 합쳐 "+digits(auth.MaxCookie).KO+" B까지 둬요. 헤더에는 그런 규칙이 없고 서버마다 한도를 정해요. 이 서버는 "+digits(auth.MaxToken).KO+" B까지의 토큰을 읽어요."),
		Advice: Say("Put little into tokens. Check the size when a cookie is written: the browser will not tell you.", "토큰에는 조금만 넣으세요. 쿠키를 쓸 때 크기를 확인하세요. 브라우저는 알려 주지 않아요."),
		Play: func(p *Play) {
			w := p.World()
			owner := w.Client(Owner)
			owner.SignIn(JWT)
			payload := Payload(owner.Access(JWT))
			largest := func(accepted func(token string) bool) int {
				size := func(pad int) string { payload["pad"] = strings.Repeat("x", pad); return w.SignClaims(payload) }
				low, high := 0, 32<<10
				for high-low > 1 {
					if middle := (low + high) / 2; accepted(size(middle)) {
						low = middle
					} else {
						high = middle
					}
				}
				return len(size(low))
			}
			p.Step("Claims are added to a token in a header, until it is refused.", "헤더로 보내는 토큰이 거절될 때까지 클레임을 늘려요.")
			script := w.Client(Script)
			p.Measure("header", "the largest token that was accepted in a header", "헤더로 받아들인 가장 큰 토큰", largest(func(t string) bool { return script.Holds(JWT, t).Me(JWT).In() }), Bytes)
			p.Step("The same in a cookie, by the rule that browsers keep.", "쿠키에서도 같은 일을 해요. 브라우저가 지키는 규칙을 따라요.")
			browser := w.Client(Owner)
			browser.SignIn(JWT, ByCookie)
			p.Measure("cookie", "the largest token that a cookie held", "쿠키에 담긴 가장 큰 토큰", largest(func(t string) bool {
				if len(cookieOf(JWT))+len(t) > auth.MaxCookie {
					return false
				}
				browser.SetCookie(cookieOf(JWT), t)
				return browser.Me(JWT).In()
			}), Bytes)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("cookie: about 4 KB", "쿠키: 약 4KB"), Holds: m.Int("cookie") > 3900 && m.Int("cookie") <= auth.MaxCookie, Want: true},
				{When: Say("header: the server's limit", "헤더: 서버의 한도"), Holds: m.Int("header") > 8000 && m.Int("header") <= auth.MaxToken, Want: true},
			}
		},
	}
}
