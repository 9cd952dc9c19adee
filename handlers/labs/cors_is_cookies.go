package labs

// corsIsCookies needs a browser: what one sends by itself to another site can be seen nowhere else. Its trials play in a
// sandbox of two origins.
func corsIsCookies() Statement {
	return Statement{
		ID: "cors-is-cookies", Group: Growing, Expected: Fails,
		Sources: []Source{
			manual("Fetch: the CORS protocol", "https://fetch.spec.whatwg.org/#http-cors-protocol"),
			manual("MDN: CORS", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS"),
			asvs("3.4.2"),
			asvs("3.5.2"),
		},
		Says: Say("CORS is a problem of cookies.", "CORS는 쿠키의 문제다."),
		Note: Say("an Authorization header asks for a preflight; browsers may cache its answer",
			"Authorization 헤더가 있으면 프리플라이트가 먼저 가요. 브라우저는 그 응답을 캐시할 수 있어요"),
		Why: Say("CORS decides what a page may read from another origin, whatever the request carried. A request with cookies can be simple and go out at once; the page reads the answer only if the server allows that origin and credentials. A request with an Authorization header is preceded by a preflight, unless the browser has an earlier answer to it in its cache (Access-Control-Max-Age).",
			"CORS는 요청에 무엇이 실렸든, 페이지가 다른 출처의 응답을 읽어도 되는지를 정해요. 쿠키가 실린 요청은 단순 요청이라 곧바로 나갈 수 있고, 서버가 그 출처와 자격 증명을 허용해야 응답을 읽어요. Authorization 헤더가 있는 요청은 프리플라이트가 먼저 가요. 브라우저가 앞선 프리플라이트 응답을 캐시하고 있으면(Access-Control-Max-Age) 생략돼요."),
		Advice: Say("Allow exact origins and headers. With credentials the wildcard * does not work, and an origin that is reflected unchecked lets every site in. Send Vary: Origin. CORS does not stop the request itself: that takes a check of the origin.",
			"정확한 출처와 헤더만 허용하세요. 자격 증명이 있으면 와일드카드 *는 쓸 수 없고, 확인하지 않고 출처를 되돌려 주면 모든 사이트에 열려요. Vary: Origin도 보내세요. CORS는 요청 자체를 막지 않으니 출처를 따로 확인하세요."),
		Figure: "jwt-preflights",
		Trials: []Trial{
			{ID: "session", Does: Asked, Mode: Session, Keeps: InCookie, SameSite: CrossSite, Allowed: true, Says: Say("A script of another site asks the API with a cookie; CORS allows.", "다른 사이트의 스크립트가 쿠키로 API를 불러요. CORS가 허락해요.")},
			{ID: "jwt", Does: Asked, Mode: JWT, Keeps: InMemory, Allowed: true, Says: Say("The same with a token in the Authorization header; CORS allows.", "같은 일을 Authorization 헤더의 토큰으로 해요. CORS가 허락해요.")},
			{ID: "session-closed", Does: Asked, Mode: Session, Keeps: InCookie, SameSite: CrossSite, Says: Say("With a cookie; CORS does not allow.", "쿠키로 해요. CORS가 허락하지 않아요.")},
			{ID: "jwt-closed", Does: Asked, Mode: JWT, Keeps: InMemory, Says: Say("With a token; CORS does not allow.", "토큰으로 해요. CORS가 허락하지 않아요.")},
			{ID: "bare-closed", Does: Asked, Says: Say("Without any credential, for something public; CORS does not allow.", "자격 증명 없이 공개된 것을 불러요. CORS가 허락하지 않아요.")},
		},
		Browse: func(b *Browsed) {
			for _, id := range []string{"session", "jwt", "session-closed", "jwt-closed", "bare-closed"} {
				what := corsWords()[id]
				b.Measure(id+"-preflights", "preflights: "+what.EN, "예비 요청: "+what.KO, b.Of(id).Preflights, Requests)
				b.Measure(id+"-read", "status that the other site's script could read: "+what.EN, "다른 사이트의 스크립트가 읽은 상태 코드: "+what.KO, b.Of(id).Read, Status)
			}
			b.Measure("session-closed-arrived", "requests that reached the app: "+corsWords()["session-closed"].EN, "앱에 닿은 요청: "+corsWords()["session-closed"].KO, b.Of("session-closed").Arrived, Requests)
			b.Measure("jwt-closed-arrived", "requests that reached the app: "+corsWords()["jwt-closed"].EN, "앱에 닿은 요청: "+corsWords()["jwt-closed"].KO, b.Of("jwt-closed").Arrived, Requests)
		},
		Rule: func(m Measured) []Case {
			open := func(id string) bool { return m.In(id + "-read") }
			return []Case{
				{When: Say("asked about first", "먼저 물어봄"), Holds: m.Int("session-preflights") > 0 || m.Int("jwt-preflights") == 0, Want: false},
				{When: Say("a token's answer, not allowed", "허락하지 않은 토큰 요청의 답"), Holds: open("jwt-closed") || !open("jwt"), Want: false},
				{When: Say("an answer without any credential, not allowed", "허락하지 않은, 자격 증명 없는 요청의 답"), Holds: open("bare-closed"), Want: false},
			}
		},
	}
}

// corsWords are the ways in which another site asks, by trial.
func corsWords() map[string]Words {
	return map[string]Words{
		"session": Say("cookie, CORS allowing", "쿠키, CORS 허락"), "jwt": Say("token, CORS allowing", "토큰, CORS 허락"),
		"session-closed": Say("cookie, CORS not allowing", "쿠키, CORS 불허"), "jwt-closed": Say("token, CORS not allowing", "토큰, CORS 불허"),
		"bare-closed": Say("no credential, CORS not allowing", "자격 증명 없음, CORS 불허"),
	}
}
