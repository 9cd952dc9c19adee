package labs

import "twodoors/handlers/auth"

// sizeLimit needs a browser: what one keeps of a cookie can be seen nowhere else. Cookies and headers grow in it until each way breaks.
func sizeLimit() Statement {
	return Statement{
		ID: "size-limit", Group: Sent, Expected: Holds, Figure: "cookie",
		Sources: []Source{
			cookiesBis("5.7"),
			rfc(9110, "5.4"),
			asvs("3.3.5"),
		},
		Says: Say("A cookie has about 4 KB; a token in a header has the server's header limit.", "쿠키는 약 4KB, 헤더에 담은 토큰은 서버의 헤더 한도까지다."),
		Note: Say("browsers drop what is larger without a word (RFC 6265bis, section 5.7); this server parses no token over "+digits(auth.MaxToken).EN+" B", "브라우저는 더 큰 쿠키를 말없이 버려요(RFC 6265bis 5.7절). 이 서버는 "+digits(auth.MaxToken).KO+" B가 넘는 토큰은 읽지 않아요"),
		Why: Say("Browsers keep "+digits(auth.MaxCookie).EN+" B of a cookie's name and value. A header has no such rule; each server sets its own bound. Ours reads tokens up to "+digits(auth.MaxToken).EN+" B.",
			"브라우저는 쿠키의 이름과 값을 합쳐 "+digits(auth.MaxCookie).KO+" B까지 둬요. 헤더에는 그런 규칙이 없고 서버마다 한도를 정해요. 이 서버는 "+digits(auth.MaxToken).KO+" B까지의 토큰을 읽어요."),
		Advice: Say("Put little into tokens. Check the size when a cookie is written: the browser will not tell you.", "토큰에는 조금만 넣으세요. 쿠키를 쓸 때 크기를 확인하세요. 브라우저는 알려 주지 않아요."),
		Trials: []Trial{
			{ID: "sizes", Does: SizesGrown, Mode: JWT, Says: Say("A page sets ever larger cookies and looks which ones the browser kept; then it sends ever larger tokens in a header.", "페이지가 점점 큰 쿠키를 설정해 브라우저가 무엇을 저장했는지 보고, 점점 큰 토큰을 헤더로 보내요.")},
		},
		Browse: func(b *Browsed) {
			seen := b.Of("sizes")
			b.Measure("cookie", "the largest cookie that this browser kept, name and value", "이 브라우저가 저장한 가장 큰 쿠키, 이름과 값", seen.Cookie, Bytes)
			b.Measure("token", "the largest token that the app accepted in a header", "앱이 헤더로 받아들인 가장 큰 토큰", seen.Token, Bytes)
			b.Measure("header", "the largest Authorization header that the server read", "서버가 읽은 가장 큰 Authorization 헤더", seen.Header, Bytes)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("cookie: about 4 KB", "쿠키: 약 4KB"), Holds: m.Int("cookie") > 3900 && m.Int("cookie") < 4200, Want: true},
				{When: Say("header: the server's limit", "헤더: 서버의 한도"), Holds: m.Int("token") > m.Int("cookie") && m.Int("header") >= m.Int("token"), Want: true},
			}
		},
	}
}
