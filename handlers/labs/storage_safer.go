package labs

// StorageSafer needs a browser: what one sends by itself to another site can be seen nowhere else.
func (claims) StorageSafer() Claim {
	return Claim{
		ID: "storage-safer", Place: 8, Group: Growing, Expected: Depends,
		Says:   Say("A token kept by the page is safer than a cookie.", "페이지가 보관하는 토큰이 쿠키보다 안전하다."),
		Note:   Say("worse against scripts, better against forms; a script acts as the user in all", "스크립트에는 더 약하고 폼에는 더 강하다. 스크립트는 어디서나 사용자로 행동한다"),
		Why:    Say("An injected script reads localStorage and page memory, and carries the token away; an HttpOnly cookie it cannot read. It need not: it can send requests from the page itself. Another site's form, on the other hand, brings cookies and never a token.", "주입된 스크립트는 localStorage와 페이지 메모리를 읽어 토큰을 빼낸다. HttpOnly 쿠키는 읽지 못한다. 그러나 읽을 필요 없이 그 페이지에서 요청을 보낼 수 있다. 반대로 다른 사이트의 폼은 쿠키는 싣지만 토큰은 싣지 못한다."),
		Advice: Say("A strict Content-Security-Policy first; then HttpOnly cookies, and no token in localStorage.", "먼저 엄격한 Content-Security-Policy, 그다음 HttpOnly 쿠키. localStorage에는 토큰을 두지 말라."),
	}
}
