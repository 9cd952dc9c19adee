package labs

import "strings"

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// jwtTamper changes every byte of a real token, one at a time.
func jwtTamper() Statement {
	return Statement{
		ID: "jwt-tamper", Group: Sent, Expected: Holds, Figure: "accepted",
		Sources: []Source{
			rfc(7515, "5.2"),
			rfc(4648, "3.5"),
			asvs("9.1.1"),
		},
		Says: Say("The signature shows any change of header or payload.", "서명은 헤더나 페이로드의 어떤 변경도 드러낸다."),
		Note: Say("strict base64url: else the last character has spellings that decode alike", "base64url을 엄격하게 읽을 때예요. 아니면 마지막 글자를 달리 적어도 같은 값이 돼요"),
		Why: Say("The signature covers every byte of header and payload as they are spelled. A change anywhere makes it another text, which was never signed. The signature itself has one spelling only, since the decoder is strict.",
			"서명은 헤더와 페이로드에 적힌 모든 바이트를 덮어요. 어디든 바뀌면 서명된 적 없는 다른 글이 돼요. 디코더가 엄격해서 서명 자체의 표기도 하나뿐이에요."),
		Advice: Say("Check the signature over the text as it came, decode strictly, and look at claims only afterwards.", "받은 글 그대로 서명을 확인하고, 엄격하게 디코딩하고, 클레임은 그다음에 보세요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner, thief := w.Client(Owner), w.Client(Thief)
			p.Step("The owner signs in.", "주인이 로그인해요.")
			owner.SignIn(JWT)
			token := owner.Access(JWT)
			tried, accepted, explained, lookups := 0, 0, 0, 0
			try := func(changed string) {
				a := thief.Holds(JWT, changed).Me(JWT)
				tried++
				lookups += a.Auth()
				if a.In() {
					accepted++
				}
				if strings.Contains(a.Header.Get("WWW-Authenticate"), "error_description=") {
					explained++
				}
			}
			p.Step("Each byte is changed, one at a time.", "바이트를 하나씩 바꿔 봐요.")
			for i := range len(token) {
				other := byte('A')
				if at := strings.IndexByte(base64url, token[i]); at >= 0 {
					other = base64url[(at+1)%len(base64url)] // the next one differs in the last bit
				}
				try(token[:i] + string(other) + token[i+1:])
			}
			p.Step("The last character is spelled in every other way: some decode to the same bytes.", "마지막 글자를 다른 모든 글자로 적어 봐요. 그중에는 같은 바이트가 되는 것도 있어요.")
			last := len(token) - 1
			for i := range len(base64url) {
				if base64url[i] != token[last] {
					try(token[:last] + base64url[i:i+1])
				}
			}
			p.Measure("tried", "changed tokens", "바꾼 토큰", tried, Times)
			p.Measure("accepted", "of them accepted", "그중 받아들인 것", accepted, Times)
			p.Measure("explained", "refused with a reason", "까닭과 함께 거절한 것", explained, Times)
			p.Measure("lookups", "lookups that the refusals cost", "거절하는 데 든 조회", lookups, Lookups)
			p.Status("genuine", "the token as it was", "원래의 토큰", thief.Holds(JWT, token).Me(JWT))
		},
		Rule: func(m Measured) []Case {
			return []Case{{
				When: Say("any byte", "모든 바이트"), Want: true,
				Holds: m.Int("accepted") == 0 && m.Int("explained") == m.Int("tried") && m.Int("tried") > 300 && m.In("genuine") && m.Int("lookups") == 0,
			}}
		},
	}
}
