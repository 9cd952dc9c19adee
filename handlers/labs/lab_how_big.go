package labs

import (
	"fmt"
	"strings"

	"twodoors/handlers/auth"
)

// howBig weighs what signing in leaves behind, and what a cookie holds.
func howBig() Lab {
	return Lab{
		ID: "how-big", Title: Say("How big does it get", "얼마나 커질까요?"),
		About: Say("Sign-ins are stored by the thousand and the tables weighed. Beside it: how much fits into a cookie before the browser drops it.",
			"로그인을 수천 개 저장하고 테이블의 크기를 재요. 브라우저가 버리기 전까지 쿠키에 얼마나 들어가는지도 봐요."),
		Look:       Say("A row is found by its key however many there are: size is not slowness.", "행은 아무리 많아도 키로 찾아요. 크다고 느린 것은 아니에요."),
		Statements: []string{"state-grows", "lookup-grows", "size-limit"},
		Controls: []Control{
			{Name: "most", Kind: Choice, Default: "1000", Label: Words{"Sign-ins", "로그인"}, Options: []Option{
				{"100", Words{"100", "100개"}}, {"1000", Words{"1,000", "1,000개"}}, {"10000", Words{"10,000", "10,000개"}},
			}},
			{Name: "claims", Kind: Choice, Default: "10", Label: Words{"Claims added to the token", "토큰에 더하는 클레임"}, Options: []Option{
				{"0", Words{"none", "없음"}}, {"10", Words{"10", "10개"}}, {"50", Words{"50", "50개"}}, {"100", Words{"100", "100개"}},
			}},
		},
		Play: func(p *Play, c Chosen) {
			most := c.Int("most")
			w := p.Environment()
			rows := Series{Caption: Say("Bytes in the database", "데이터베이스의 바이트"), Over: Say("sign-ins", "로그인"), Unit: Bytes, Lines: []Line{
				{Name: Say("sessions", "세션"), Mode: Session}, {Name: Say("refresh tokens and families", "리프레시 토큰과 계열"), Mode: JWT},
				{Name: Say("opaque tokens (one a user)", "불투명 토큰 (사용자마다 하나)"), Mode: Token}, {Name: Say("signed cookies", "서명된 쿠키"), Mode: Cookie},
			}}
			grid := Grid{Caption: Say("Rows and bytes", "행과 바이트"), Corner: Say("sign-ins", "로그인"), Columns: []Words{{"session rows", "세션 행"}, {"session bytes", "세션 바이트"}, {"refresh rows", "리프레시 행"}, {"refresh bytes", "리프레시 바이트"}, {"opaque token rows", "불투명 토큰 행"}}}
			w.Client(Owner).SignIn(Token) // and every further time gives the same one
			token := w.Database.Bytes("user_tokens")
			before := 0
			for i := 0; i <= 4; i++ {
				n := most * i / 4
				p.Step(digits(n).EN+" sign-ins are stored.", "로그인 "+digits(n).KO+"개를 저장했어요.")
				w.Populate(n-before, true, true)
				before = n
				refresh := w.Database.Bytes("refresh_tokens") + w.Database.Bytes("token_families")
				sessions := w.Database.Bytes("sessions")
				rows.At = append(rows.At, int64(n))
				for at, v := range []int64{sessions, refresh, token, 0} {
					rows.Lines[at].Values = append(rows.Lines[at].Values, v)
				}
				grid.Rows = append(grid.Rows, GridRow{Name: digits(n), Cells: []Cell{
					Count(int(w.Database.Rows("sessions"))), Count(int(sessions)), Count(int(w.Database.Rows("refresh_tokens"))), Count(int(refresh)), Count(int(w.Database.Rows("user_tokens"))),
				}})
			}
			p.Lines(rows)
			p.Table(grid)
			p.inACookie(c.Int("claims"))
		},
	}
}

// inACookie adds claims to a token and tries it in either carrier.
func (p *Play) inACookie(claims int) {
	w := p.Environment()
	p.Step(fmt.Sprintf("%d claims are added to a token.", claims), fmt.Sprintf("토큰에 클레임 %d개를 더해요.", claims))
	browser := w.Client(Owner)
	browser.SignIn(JWT, ByCookie)
	payload := Payload(browser.Access(JWT))
	for i := range claims {
		payload[fmt.Sprintf("claim%03d", i)] = strings.Repeat("x", 48)
	}
	token := w.SignClaims(payload)
	grid := Grid{Caption: Say("The token and the cookie of "+digits(auth.MaxCookie).EN+" B", "토큰과 "+digits(auth.MaxCookie).KO+" B 쿠키"), Corner: Say("carrier", "보내는 방법"), Columns: []Words{{"the token alone, bytes", "토큰만의 바이트"}, {"with the cookie's name", "쿠키 이름까지"}, {"kept by a browser", "브라우저가 보관함"}, {"answer", "답"}}}
	size := auth.CookieBytes(cookieOf(JWT), token)
	keeps := size <= auth.MaxCookie
	answer := Spelled("never sent", "보내지 않음")
	if keeps {
		browser.SetCookie(cookieOf(JWT), token)
		answer = Came(browser.Me(JWT))
	}
	grid.Rows = append(grid.Rows, GridRow{Name: Say("cookie", "쿠키"), Mode: JWT, Cells: []Cell{Count(len(token)), Count(size), YesNo(keeps), answer}},
		GridRow{Name: Say("header", "헤더"), Mode: JWT, Cells: []Cell{Count(len(token)), Spelled("–", "–"), Spelled("–", "–"), Came(w.Client(Script).Holds(JWT, token).Me(JWT))}})
	p.Table(grid)
	if !keeps {
		p.Say("A browser drops such a cookie without a word; the header still gets through, up to the server's own limit.", "브라우저는 이런 쿠키를 말없이 버려요. 헤더는 서버의 한도까지는 통과해요.")
	}
}
