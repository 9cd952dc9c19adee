package labs

// CDNNeedsToken needs a browser: what one sends by itself to another site can be seen nowhere else.
func (claims) CDNNeedsToken() Claim {
	return Claim{
		ID: "cdn-needs-token", Place: 11, Group: Growing, Expected: Fails,
		Says:   Say("Only tokens let static files come from elsewhere.", "토큰이어야만 정적 파일을 다른 곳에서 가져올 수 있다."),
		Note:   Say("static files need no credential at all", "정적 파일에는 자격 증명이 필요 없다"),
		Why:    Say("A page may load files from any origin that its policy names, whoever is signed in and however. The files carry no credential, neither in nor out. A cookie of the app is not even sent there.", "정책이 허락한 출처라면 누가 어떻게 로그인했든 파일을 불러올 수 있다. 파일에는 자격 증명이 오가지 않는다. 앱의 쿠키는 그곳에 보내지지도 않는다."),
		Advice: Say("Name the CDN in the Content-Security-Policy, and let the sign-in be what it is.", "Content-Security-Policy에 CDN을 적고, 로그인 방식은 그대로 두라."),
	}
}
