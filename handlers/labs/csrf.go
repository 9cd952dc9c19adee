package labs

// CSRF needs a browser: what one sends by itself to another site can be seen nowhere else.
func (claims) CSRF() Claim {
	return Claim{
		ID: "csrf", Place: 7, Group: Growing, Expected: Depends,
		Says:   Say("Without cookies there is nothing for another site to misuse.", "쿠키가 없으면 다른 사이트가 악용할 것도 없다."),
		Note:   Say("on carrier, SameSite and check, not on the format", "형식이 아니라 운반 수단, SameSite, 검사에 달렸다"),
		Why:    Say("A browser adds cookies to requests that another site's page makes, unless SameSite forbids it. It never adds an Authorization header by itself. What is in the cookie, a session id or a JWT, makes no difference.", "다른 사이트의 페이지가 보내는 요청에도 SameSite가 막지 않는 한 브라우저는 쿠키를 붙인다. Authorization 헤더는 스스로 붙이지 않는다. 쿠키에 든 것이 세션 식별자든 JWT든 차이가 없다."),
		Advice: Say("With any cookie: SameSite=Lax and a check of the origin on every change of state.", "어떤 쿠키든 SameSite=Lax를 붙이고, 상태를 바꾸는 요청마다 출처를 검사하라."),
	}
}
