package labs

import (
	"encoding/json"
	"strconv"
)

// tokenNoTimestamp looks for a time in each credential.
func tokenNoTimestamp() Statement {
	return Statement{
		ID: "token-no-timestamp", Group: State, Expected: Depends, Figure: "jwt",
		Sources: []Source{
			rfc(7519, "4.1.4"),
			rfc(7519, "4.1.6"),
			drfToken(),
		},
		Says: Say("An opaque token carries no time; a JWT carries its own.", "불투명 토큰에는 시각이 없고, JWT는 스스로 시각을 지닌다."),
		Note: Say("exp is optional in JWT: we require it", "JWT에서 exp는 선택이지만 여기서는 꼭 요구해요"),
		Why: Say("None of the opaque token's bytes is a date; its signed cookie has one beside it. Our access tokens say when they begin and end. The standard makes exp optional, so a server must insist on it.",
			"불투명 토큰의 바이트 가운데 날짜는 없어요. 그것을 담은 서명된 쿠키에는 날짜가 있어요. 여기의 액세스 토큰은 시작과 끝을 말해요. 표준에서 exp는 선택이라서 서버가 요구해야 해요."),
		Advice: Say("Refuse tokens without exp, and keep the end of an opaque token in its row.", "exp가 없는 토큰은 거절하고, 불투명 토큰의 끝은 그 행에 적어 두세요."),
		Play: func(p *Play) {
			w := p.Environment(withPublicKey())
			owner, browser := w.Client(Owner), w.Client(SecondDevice)
			now := strconv.FormatInt(w.Clock.Now().Unix(), 10)
			p.Step("The owner signs in with an opaque token, by header and by cookie, and with JWT.", "주인이 불투명 토큰으로(헤더와 쿠키), 그리고 JWT로 로그인해요.")
			owner.SignIn(Token)
			browser.SignIn(Token, ByCookie)
			owner.SignIn(JWT)
			p.Measure("token", "the opaque token has a date that can be read", "불투명 토큰에서 날짜가 읽힘", Readable(owner.Access(Token), now), Truth)
			p.Measure("token-cookie", "its signed cookie has one", "서명된 쿠키에서 날짜가 읽힘", Readable(browser.Access(Token), now), Truth)
			payload := Payload(owner.Access(JWT))
			p.Measure("jwt", "the JWT has iat and exp", "JWT에 iat와 exp가 있음", payload["iat"] != nil && payload["exp"] != nil, Truth)
			p.Step("A JWT is made without exp, under the world's own key: it is a whole JWT. The app is asked.", "이 세계의 키로 exp가 없는 JWT를 만들어요. 온전한 JWT예요. 앱에 보내 봐요.")
			delete(payload, "exp")
			text, err := json.Marshal(payload)
			must(err)
			endless := w.Sign(header(w), string(text))
			p.Measure("endless-signed", "a JWT without exp has a good signature", "exp 없는 JWT의 서명이 맞음", w.Verifies(endless), Truth)
			p.Status("endless", "what the app says to it", "그에 대한 앱의 답", w.Client(Script).Holds(JWT, endless).Me(JWT))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("opaque token by itself", "불투명 토큰 자체"), Holds: !m.Is("token"), Want: true},
				{When: Say("opaque token in its signed cookie", "서명된 쿠키에 담긴 불투명 토큰"), Holds: !m.Is("token-cookie"), Want: false},
				{When: Say("JWT as it is issued and required here", "여기서 발급하고 요구하는 JWT"), Holds: m.Is("jwt") && !m.In("endless"), Want: true},
				{When: Say("any JWT", "모든 JWT"), Holds: !m.Is("endless-signed"), Want: false},
			}
		},
	}
}
