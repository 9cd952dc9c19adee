package labs

// cdnNeedsToken needs a browser: what one sends by itself to another site can be seen nowhere else. Its trials play in a
// sandbox of two origins.
func cdnNeedsToken() Statement {
	return Statement{
		ID: "cdn-needs-token", Group: Growing, Expected: Fails,
		Sources: []Source{
			rfc(6265, "4.1.2.3"),
			manual("Subresource Integrity", "https://www.w3.org/TR/SRI/"),
			manual("Content Security Policy Level 3: fetch directives", "https://www.w3.org/TR/CSP3/#directives-fetch"),
		},
		Says: Say("Only tokens let static files come from elsewhere.", "토큰이어야만 정적 파일을 다른 곳에서 가져올 수 있다."),
		Note: Say("static files need no credential at all", "정적 파일에는 자격 증명이 필요 없어요"),
		Why: Say("A page may load files from any origin that its policy names, whoever is signed in and however. Static files need no credential. A cookie without a Domain attribute is sent to its own host alone, so another host never gets it. With Domain=example.com it goes to every subdomain, a cdn.example.com included.",
			"페이지는 정책이 허용한 출처라면 어디서든 파일을 불러와요. 누가 어떻게 로그인했는지는 상관없어요. 정적 파일에는 자격 증명이 필요 없어요. Domain 속성이 없는 쿠키는 자기 호스트에만 보내니 다른 호스트는 받지 못해요. Domain=example.com이 있으면 cdn.example.com을 포함한 모든 하위 도메인에 보내요."),
		Advice: Say("Name the CDN in the Content-Security-Policy and check its files by their hash (Subresource Integrity). Give the session cookie no Domain, so that a CDN on a subdomain does not receive it; the __Host- prefix makes sure of that.",
			"Content-Security-Policy에 CDN을 적고, 파일은 해시로 확인하세요(Subresource Integrity). 세션 쿠키에 Domain을 주지 마세요. 그래야 하위 도메인의 CDN이 받지 못해요. __Host- 접두사를 쓰면 확실해요."),
		Figure: "session-shown",
		Trials: []Trial{
			{ID: "session", Does: FilesElsewhere, Mode: Session, Keeps: InCookie, Says: Say("The member page, with a session, takes its files from another site.", "회원 페이지를 세션으로 열고, 파일은 다른 사이트에서 가져와요.")},
			{ID: "jwt-cookie", Does: FilesElsewhere, Mode: JWT, Keeps: InCookie, Says: Say("The same with a JWT in a cookie.", "같은 페이지를 쿠키의 JWT로 열어요.")},
			{ID: "jwt-header", Does: FilesElsewhere, Mode: JWT, Keeps: InMemory, Says: Say("The same with a JWT by header.", "같은 페이지를 헤더의 JWT로 열어요.")},
		},
		Browse: func(b *Browsed) {
			for _, id := range []string{"session", "jwt-cookie", "jwt-header"} {
				s, what := b.Of(id), cdnWords()[id]
				b.Measure(id+"-shown", "the page stood, with files from elsewhere: "+what.EN, "다른 곳의 파일로 페이지가 보임: "+what.KO, s.Shown, Truth)
				b.Measure(id+"-files", "files that the other site gave out: "+what.EN, "다른 사이트가 내준 파일: "+what.KO, s.Files, Times)
				b.Measure(id+"-heard", "the credential went along: "+what.EN, "자격 증명이 함께 감: "+what.KO, s.Heard, Truth)
			}
		},
		Rule: func(m Measured) []Case {
			came := func(id string) bool { return m.Is(id+"-shown") && m.Int(id+"-files") > 0 }
			tokens := came("jwt-cookie") && came("jwt-header")
			return []Case{
				{When: Say("with a session the page stands all the same", "세션으로도 페이지는 똑같이 보임"), Holds: !came("session") || !tokens, Want: false},
				{When: Say("the files carry no credential", "파일에는 자격 증명이 실리지 않음"), Holds: m.Is("session-heard") || m.Is("jwt-cookie-heard") || m.Is("jwt-header-heard"), Want: false},
			}
		},
	}
}

// cdnWords are the ways of being signed in, by trial.
func cdnWords() map[string]Words {
	return map[string]Words{
		"session": Say("session", "세션"), "jwt-cookie": Say("JWT in a cookie", "쿠키의 JWT"), "jwt-header": Say("JWT by header", "헤더의 JWT"),
	}
}
