package labs

// restNeedsToken has one script use the API with a session and with a token.
func restNeedsToken() Statement {
	return Statement{
		ID: "rest-needs-token", Group: Growing, Expected: Fails, Figure: "session",
		Sources: []Source{
			rfc(6265, "3"),
			manual("curl: HTTP cookies", "https://curl.se/docs/http-cookies.html"),
			manual("Django REST Framework: SessionAuthentication", "https://www.django-rest-framework.org/api-guide/authentication/#sessionauthentication"),
		},
		Says: Say("REST clients and devices need tokens.", "REST 클라이언트와 기기에는 토큰이 필요하다."),
		Note: Say("both work", "둘 다 돼요"),
		Why: Say("A cookie is a header like any other. A client that keeps cookies signs in, keeps what it was given and sends it back. Not every client does so by itself: curl needs -c and -b, fetch in Node keeps none, and many libraries want a cookie jar to be turned on. A token asks for one line of code, a cookie for a jar.",
			"쿠키도 하나의 헤더예요. 쿠키를 보관하는 클라이언트는 로그인하고, 받은 것을 간직했다가 다시 보내요. 모든 클라이언트가 저절로 그러지는 않아요. curl은 -c와 -b가 필요하고, Node의 fetch는 쿠키를 보관하지 않으며, 쿠키 저장소를 켜야 하는 라이브러리도 많아요. 토큰에는 코드 한 줄이, 쿠키에는 저장소가 필요해요."),
		Advice: Say("For devices and scripts a limited token of their own is usually the better choice: it can be named, limited and ended alone. That is a reason; that cookies would not work is not.",
			"기기와 스크립트에는 따로 발급한 제한 토큰이 대개 더 나아요. 이름을 붙이고, 제한하고, 그것만 끝낼 수 있으니까요. 쿠키가 안 되기 때문은 아니에요."),
		Play: func(p *Play) {
			w := p.Environment()
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
