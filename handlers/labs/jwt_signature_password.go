package labs

import (
	"encoding/base64"
)

// JWTSignaturePassword signs the same claims before and after a change of password.
func (claims) JWTSignaturePassword() Claim {
	return Claim{
		ID: "jwt-signature-password", Place: 6, Group: Sent, Expected: Fails, Figure: "same",
		Sources: []Source{
			rfc(7515, "5.1"),
			rfc(7518, "3.1"),
			rfc(8037, "3.1"),
		},
		Says: Say("The signature is made from the user's id and password.", "서명은 사용자 번호와 비밀번호로 만든다."),
		Why: Say("The signature is made from header and payload with the server's key. The password takes no part: the same claims give the same bytes after it has changed. Anyone can check them with the public key alone.",
			"서명은 서버의 키로 헤더와 페이로드에서 만들어요. 비밀번호는 끼어들지 않아요. 비밀번호가 바뀐 뒤에도 같은 클레임은 같은 바이트가 돼요. 공개 키만 있으면 누구나 확인할 수 있어요."),
		Advice: Say("A change of password does not touch tokens that are out: put a version into them and ask for it, or keep them short.",
			"비밀번호를 바꿔도 이미 나간 토큰은 그대로예요. 토큰에 버전을 넣어 확인하거나 수명을 짧게 하세요."),
		Play: func(p *Play) {
			w := p.World()
			owner := w.Client(Owner)
			p.Step("The owner signs in; the token's claims are signed once more with the server's key.", "주인이 로그인해요. 토큰의 클레임에 서버의 키로 다시 서명해요.")
			owner.SignIn(JWT)
			token := owner.Access(JWT)
			again := func() string {
				parts := Parts(token)
				head, _ := base64.RawURLEncoding.DecodeString(parts[0])
				payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
				return w.Sign(string(head), string(payload))
			}
			before := again()
			p.Measure("app", "the app's own token has the same bytes", "앱의 토큰과 바이트가 같음", before == token, Truth)
			p.Step("The owner changes the password, and the same claims are signed again.", "주인이 비밀번호를 바꾸고, 같은 클레임에 다시 서명해요.")
			owner.ChangePassword(JWT)
			p.Measure("same", "the same bytes after the change", "바꾼 뒤에도 바이트가 같음", again() == before, Truth)
			p.Measure("public", "checked with the public key alone", "공개 키만으로 확인됨", w.Verifies(token), Truth)
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("EdDSA", "EdDSA"), Holds: !m.Is("app") || !m.Is("same") || !m.Is("public"), Want: false}}
		},
	}
}
