package labs

// OtherDomain needs a browser: what one sends by itself to another site can be seen nowhere else.
func (claims) OtherDomain() Claim {
	return Claim{
		ID: "other-domain", Place: 9, Group: Growing, Expected: Depends,
		Says:   Say("A cookie is tied to its domain; a token goes to any.", "쿠키는 도메인에 묶여 있고 토큰은 어디로나 간다."),
		Note:   Say("SameSite=None lets a cookie travel; CORS must allow either", "SameSite=None이면 쿠키도 가고, 어느 쪽이든 CORS가 허락해야 한다"),
		Why:    Say("A browser sends a cookie to the host that set it, and across sites only with SameSite=None. Code sends a token wherever it likes. Either way the answer is kept from the page unless CORS allows it.", "브라우저는 쿠키를 설정한 호스트에만 보내고, 사이트를 넘을 때는 SameSite=None이어야 한다. 코드는 토큰을 어디로나 보낸다. 어느 쪽이든 CORS가 허락하지 않으면 페이지는 답을 읽지 못한다."),
		Advice: Say("Put pages and API under one site where you can; across sites prefer a token with its own audience.", "될 수 있으면 페이지와 API를 한 사이트에 두고, 사이트를 넘을 때는 aud가 따로인 토큰을 택하라."),
	}
}
