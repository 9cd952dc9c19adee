package labs

// RESTNeedsToken has one script use the API with a session and with a token.
func (claims) RESTNeedsToken() Claim {
	return Claim{
		ID: "rest-needs-token", Place: 6, Group: Growing, Expected: Fails, Figure: "session",
		Sources: []Source{
			rfc(6265, "3"),
			manual("curl: HTTP cookies", "https://curl.se/docs/http-cookies.html"),
			manual("Django REST Framework: SessionAuthentication", "https://www.django-rest-framework.org/api-guide/authentication/#sessionauthentication"),
		},
		Says: Say("REST clients and devices need tokens.", "REST 클라이언트와 기기에는 토큰이 필요하다."),
		Note: Say("both work", "둘 다 돼요"),
		Why: Say("A cookie is a header like any other, and every HTTP library keeps a jar. The script signs in, keeps what it was given and sends it back. A token is handier where there is no jar, and that is all.",
			"쿠키도 하나의 헤더이고, 모든 HTTP 라이브러리에 쿠키 저장소가 있어요. 스크립트는 로그인하고, 받은 것을 간직했다가 다시 보내요. 쿠키 저장소가 없는 곳에서는 토큰이 더 편할 뿐이에요."),
		Advice: Say("Choose for scripts what you would choose for people: who must be able to end it, and how soon.", "스크립트에도 사람과 같은 기준으로 고르세요. 누가, 얼마나 빨리 끝낼 수 있어야 하나요?"),
		Play: func(p *Play) {
			w := p.World()
			for _, mode := range []Mode{Session, JWT} {
				script := w.Client(Script)
				p.Step("A script signs in, writes a note and reads it, "+mode.Name().EN+".", "스크립트가 로그인해 노트를 쓰고 읽어요, "+mode.Name().KO+".")
				script.SignIn(mode, ByAPI)
				script.WriteNote(mode, "written by a script, "+string(mode))
				p.Measure(string(mode), "the note can be read back, "+mode.Name().EN, "노트가 다시 읽힘, "+mode.Name().KO, script.Notes(mode).Shows("written by a script, "+string(mode)), Truth)
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("a script with a cookie jar", "쿠키 저장소가 있는 스크립트"), Holds: !m.Is("session") && m.Is("jwt"), Want: false}}
		},
	}
}
