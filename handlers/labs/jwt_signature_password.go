package labs

import "twodoors/handlers/auth"

// jwtSignaturePassword checks signatures without any password, and once more after the password has changed.
func jwtSignaturePassword() Statement {
	return Statement{
		ID: "jwt-signature-password", Group: Sent, Expected: Fails, Figure: "key-EdDSA",
		Sources: []Source{
			rfc(7515, "5.1"),
			rfc(7518, "3.1"),
			rfc(8037, "3.1"),
		},
		Says: Say("The signature is made from the user's id and password.", "서명은 사용자 번호와 비밀번호로 만든다."),
		Note: Say("the id is signed, for it is in the payload; the password takes no part", "번호는 페이로드에 있어서 서명의 대상이에요. 비밀번호는 쓰이지 않아요"),
		Why: Say("The server signs header and payload with its own key. Whoever has the key that checks needs no password to check a token. The same key checks everybody's tokens, and a token's signature stays good when its user changes the password.",
			"서버는 자기 키로 헤더와 페이로드에 서명해요. 확인하는 키만 있으면 비밀번호 없이 토큰을 확인할 수 있어요. 같은 키로 모든 사용자의 토큰을 확인하고, 사용자가 비밀번호를 바꿔도 서명은 여전히 유효해요."),
		Advice: Say("A change of password does not touch tokens that were issued before. Put a version into the token and check it, or keep tokens short.",
			"비밀번호를 바꿔도 이미 발급한 토큰은 그대로예요. 토큰에 버전을 넣어 확인하거나 수명을 짧게 하세요."),
		Play: func(p *Play) {
			for _, alg := range auth.Algorithms() {
				w := p.Environment(SignedWith(alg), Level(auth.LevelSignature))
				owner, admin := w.Client(Owner), w.Client(Admin)
				w.User(adminName, "admin")
				p.Step("Two users sign in. Each token is checked with the server's key alone: "+alg+".", "두 사용자가 로그인해요. 서버의 키만으로 각 토큰을 확인해요: "+alg+".")
				owner.SignIn(JWT)
				admin.SignInAs(adminName, JWT)
				token := owner.Access(JWT)
				p.Measure("key-"+alg, "the signature is good by the server's key alone, "+alg, "서버의 키만으로 서명이 맞음, "+alg, w.Verifies(token), Truth)
				p.Measure("other-"+alg, "the same key checks another user's token, "+alg, "같은 키로 다른 사용자의 토큰이 확인됨, "+alg, w.Verifies(admin.Access(JWT)), Truth)
				p.Step("The owner changes the password. The old token is checked again, and sent.", "주인이 비밀번호를 바꿔요. 옛 토큰을 다시 확인하고 보내요.")
				owner.ChangePassword(JWT)
				p.Measure("after-"+alg, "the old token's signature is good after the change, "+alg, "바꾼 뒤에도 옛 토큰의 서명이 맞음, "+alg, w.Verifies(token), Truth)
				p.Status("sent-"+alg, "the old token, sent after the change, "+alg, "바꾼 뒤에 보낸 옛 토큰, "+alg, w.Client(Script).Holds(JWT, token).Me(JWT))
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, alg := range auth.Algorithms() {
				cases = append(cases, Case{When: Words{alg, alg}, Want: false,
					Holds: !m.Is("key-"+alg) || !m.Is("other-"+alg) || !m.Is("after-"+alg) || !m.In("sent-"+alg)})
			}
			return cases
		},
	}
}
