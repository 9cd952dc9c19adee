package labs

// CORSIsCookies needs a browser: what one sends by itself to another site can be seen nowhere else.
func (claims) CORSIsCookies() Claim {
	return Claim{
		ID: "cors-is-cookies", Place: 10, Group: Growing, Expected: Fails,
		Says:   Say("CORS is a problem of cookies.", "CORS는 쿠키의 문제다."),
		Note:   Say("an Authorization header asks for a preflight", "Authorization 헤더는 예비 요청(preflight)을 부른다"),
		Why:    Say("CORS guards what a page may read from another origin, whatever was sent. A request with cookies may be simple and go out at once. One with an Authorization header is always asked about first.", "CORS는 무엇을 보냈든 다른 출처의 답을 페이지가 읽어도 되는지를 지킨다. 쿠키 요청은 단순 요청으로 곧장 나갈 수 있다. Authorization 헤더가 있으면 언제나 먼저 물어본다."),
		Advice: Say("Allow exact origins and headers, never a reflected origin with credentials.", "정확한 출처와 헤더만 허락하고, 자격 증명과 함께 출처를 그대로 되돌려 주지 말라."),
	}
}
