package labs

import (
	"net/http"

	"twodoors/handlers/auth"
)

// otherService presents tokens to a service that knows nothing but the published keys.
func otherService() Statement {
	return Statement{
		ID: "other-service", Group: Growing, Expected: Depends, Figure: "right",
		Sources: []Source{
			rfc(8725, "3.9"),
			rfc(9068, "4"),
			rfc(7517, "5"),
			rfc(7009, "3"),
			asvs("9.2.4"),
		},
		Says: Say("A token works in other services too.", "토큰은 다른 서비스에서도 통한다."),
		Note: Say("asymmetric key and the right audience", "비대칭 키와 맞는 수신자(aud)가 있을 때"),
		Why: Say("Whoever has the public key can check the signature, without asking and without being able to sign. The audience says for whom a token was made: another service must refuse it. Because nobody is asked, the service does not hear of a sign-out either: the token works there until it expires. With HMAC the key that checks also signs, so it cannot be given away.",
			"공개 키만 있으면 아무에게도 묻지 않고 서명을 확인할 수 있고, 그 키로 서명할 수는 없어요. aud는 누구를 위한 토큰인지 말하니 다른 서비스는 거절해야 해요. 아무에게도 묻지 않으니 로그아웃한 것도 몰라요. 토큰은 만료될 때까지 그 서비스에서 유효해요. HMAC은 확인하는 키로 서명도 하니 나눠 줄 수 없어요."),
		Advice: Say("Publish a JWKS, give each service an audience of its own, and refuse tokens made for others. Keep their lives short: that is how long a service believes them after a sign-out.",
			"JWKS를 공개하고, 서비스마다 aud를 따로 두고, 다른 서비스용 토큰은 거절하세요. 수명은 짧게 두세요. 로그아웃한 뒤에도 그만큼은 다른 서비스가 토큰을 믿어요."),
		Play: func(p *Play) {
			w := p.Environment(withPublicKey(), Level(auth.LevelDenylist))
			user := w.Client(Owner).KeepsCookies()
			service := w.SecondService()
			p.Step("The user signs in. Reports, a second service, is shown a token that was made for it.", "사용자가 로그인해요. 두 번째 서비스인 Reports에 그 서비스용 토큰을 보내요.")
			user.SignIn(JWT)
			made := w.TokenFor(reportsAt, user.Access(JWT))
			right := service.ShownToken(made)
			p.Measure("right", "Reports' answer to a token made for it", "자기를 위한 토큰에 대한 Reports의 답", right.Status, Status)
			p.Measure("asked", "requests from Reports to the app: for its keys", "Reports가 앱에 보낸 요청(공개 키)", right.Asked, Requests)
			p.Measure("lookups", "database lookups that they caused", "그 요청으로 생긴 데이터베이스 조회", service.lookups, Lookups)
			p.Step("It is shown the app's own token, one signed with the public key as an HMAC secret, and a session cookie. The app is sent the token made for Reports.",
				"앱 자신의 토큰, 공개 키를 HMAC 비밀로 써서 서명한 토큰, 세션 쿠키를 Reports에 보내요. Reports용 토큰은 앱에 보내요.")
			p.Measure("wrong", "Reports' answer to the app's own token", "앱의 토큰에 대한 Reports의 답", service.ShownToken(user.Access(JWT)).Status, Status)
			p.Measure("forged", "Reports' answer to a token signed by HS256 with the public key", "공개 키로 HS256 서명한 토큰에 대한 Reports의 답", service.ShownToken(w.signedWithPublicKey(made)).Status, Status)
			p.Status("back", "the app's answer to the token made for Reports", "Reports용 토큰에 대한 앱의 답", w.Client(Thief).Holds(JWT, made).Me(JWT))
			user.SignIn(Session)
			p.Measure("cookie", "Reports' answer to a session cookie", "세션 쿠키에 대한 Reports의 답", service.Shown("Cookie", cookieOf(Session)+"="+user.Cookie(cookieOf(Session))).Status, Status)
			p.Step("The user signs out, and both services are shown their token once more.", "사용자가 로그아웃하고, 두 서비스에 각자의 토큰을 다시 보내요.")
			user.SignOut(JWT)
			p.Measure("late", "Reports' answer after the sign-out", "로그아웃한 뒤 Reports의 답", service.ShownToken(made).Status, Status)
			p.Status("late-app", "the app's answer after the sign-out, level denylist", "로그아웃한 뒤 앱의 답, ‘차단 목록’ 수준", user.Me(JWT))
			p.Step("Another app signs with HS256, and publishes no key.", "HS256으로 서명하는 앱은 키를 공개하지 않아요.")
			secret := p.Environment(SignedWith("HS256"))
			other := secret.Client(Owner)
			other.SignIn(JWT)
			p.Measure("hmac", "Reports' answer to that app's token made for it", "그 앱이 Reports용으로 발급한 토큰에 대한 답", secret.SecondService().ShownToken(secret.TokenFor(reportsAt, other.Access(JWT))).Status, Status)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("public key and right audience", "공개 키와 맞는 aud"), Holds: m.In("right") && !m.In("forged") && m.Int("asked") == 1 && m.Int("lookups") == 0, Want: true},
				{When: Say("after the sign-out, until the token expires", "로그아웃한 뒤 토큰이 만료될 때까지"), Holds: m.In("late") && m.Int("late-app") == http.StatusUnauthorized, Want: true},
				{When: Say("another's audience", "남의 aud"), Holds: m.In("wrong") || m.In("back"), Want: false},
				{When: Say("HMAC", "HMAC"), Holds: m.In("hmac"), Want: false},
				{When: Say("a session cookie in its place", "토큰 대신 세션 쿠키"), Holds: m.In("cookie"), Want: false},
			}
		},
	}
}
