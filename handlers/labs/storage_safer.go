package labs

// storageSafer needs a browser: what one sends by itself to another site can be seen nowhere else. Its trials play in a
// sandbox of two origins.
func storageSafer() Statement {
	return Statement{
		ID: "storage-safer", Group: Growing, Expected: Depends,
		Sources: []Source{
			asvs("3.3.4"),
			cheatSheet("HTML5 Security", "local-storage"),
			rfc(10017, "5.1.4"),
			rfc(10017, "8"),
		},
		Says:   Say("A token kept by the page is safer than a cookie.", "페이지가 보관하는 토큰이 쿠키보다 안전하다."),
		Note:   Say("worse against scripts, better against forms; a script acts as the user in all", "스크립트에는 더 약하고 양식에는 더 강해요. 스크립트는 어디서나 사용자 행세를 해요"),
		Why:    Say("An injected script reads localStorage and page memory, and carries the token away; an HttpOnly cookie it cannot read. It need not: it can send requests from the page itself. Another site's form, on the other hand, brings cookies and never a token.", "주입된 스크립트는 localStorage와 페이지 메모리를 읽어 토큰을 빼내요. HttpOnly 쿠키는 읽지 못해요. 하지만 읽을 필요도 없이 그 페이지에서 요청을 보낼 수 있어요. 반대로 다른 사이트의 양식은 쿠키는 싣지만 토큰은 싣지 못해요."),
		Advice: Say("A strict Content-Security-Policy first; then HttpOnly cookies, and no token in localStorage.", "먼저 엄격한 Content-Security-Policy, 그다음 HttpOnly 쿠키예요. localStorage에는 토큰을 두지 마세요."),
		Figure: "memory-taken",
		Trials: []Trial{
			{ID: "session", Does: ScriptInjected, Mode: Session, Keeps: InCookie, Says: Say("A script got into a page of the app: the session is in an HttpOnly cookie.", "앱의 페이지에 스크립트가 끼어들었어요: 세션이 HttpOnly 쿠키에 있어요.")},
			{ID: "jwt", Does: ScriptInjected, Mode: JWT, Keeps: InCookie, Says: Say("The same: the JWT is in an HttpOnly cookie.", "같은 스크립트: JWT가 HttpOnly 쿠키에 있어요.")},
			{ID: "memory", Does: ScriptInjected, Mode: JWT, Keeps: InMemory, Says: Say("The same: the JWT is in the page's memory.", "같은 스크립트: JWT가 페이지 메모리에 있어요.")},
			{ID: "storage", Does: ScriptInjected, Mode: JWT, Keeps: InStorage, Says: Say("The same: the JWT is in localStorage, where many put it.", "같은 스크립트: JWT가 흔히들 두는 localStorage에 있어요.")},
			{ID: "policy", Does: ScriptInjected, Mode: Session, Keeps: InCookie, Policy: true, Says: Say("The same script, with the app's Content-Security-Policy in place.", "같은 스크립트: 앱의 Content-Security-Policy가 그대로 있어요.")},
			{ID: "form-cookie", Does: FormPosted, Mode: Session, Keeps: InCookie, SameSite: CrossSite, Unchecked: true, Says: Say("A form on another site, against a cookie without defences.", "다른 사이트의 양식이 방어가 없는 쿠키를 노려요.")},
			{ID: "form-memory", Does: FormPosted, Mode: JWT, Keeps: InMemory, SameSite: CrossSite, Unchecked: true, Says: Say("The same form, against a token in the page's memory.", "같은 양식이 페이지 메모리의 토큰을 노려요.")},
		},
		Browse: func(b *Browsed) {
			for _, id := range []string{"session", "jwt", "memory", "storage"} {
				what, s := storagePlaces()[id], b.Of(id)
				b.Measure(id+"-taken", "the script read the credential: "+what.EN, "스크립트가 자격 증명을 읽음: "+what.KO, s.Taken, Truth)
				b.Measure(id+"-acted", "the script acted as the user: "+what.EN, "스크립트가 사용자 행세를 함: "+what.KO, s.Written, Truth)
			}
			for _, id := range []string{"memory", "storage"} {
				what := storagePlaces()[id]
				b.Measure(id+"-replayed", "what it read, sent from elsewhere: "+what.EN, "읽은 것을 다른 곳에서 보냄: "+what.KO, b.Of(id).Replayed, Status)
			}
			b.Measure("policy-ran", "the script ran under the app's own policy", "앱의 정책 아래에서 스크립트가 실행됨", b.Of("policy").Ran, Truth)
			b.Written("form-cookie", "another site's form wrote a note: cookie", "다른 사이트의 양식이 노트를 씀: 쿠키")
			b.Written("form-memory", "another site's form wrote a note: token in memory", "다른 사이트의 양식이 노트를 씀: 메모리의 토큰")
		},
		Rule: func(m Measured) []Case {
			cookieTaken := m.Is("session-taken") || m.Is("jwt-taken")
			cookieActed := m.Is("session-acted") && m.Is("jwt-acted")
			// The token is no worse off against a script where that reads the cookie as well.
			return []Case{
				{When: Say("against a script that reads page memory", "페이지 메모리를 읽는 스크립트에"), Holds: cookieTaken || !(m.Is("memory-taken") && m.In("memory-replayed")), Want: false},
				{When: Say("against a script that reads localStorage", "localStorage를 읽는 스크립트에"), Holds: cookieTaken || !(m.Is("storage-taken") && m.In("storage-replayed")), Want: false},
				{When: Say("against a script that acts from the page", "페이지에서 사용자 행세를 하는 스크립트에"), Holds: cookieActed && !m.Is("memory-acted") && !m.Is("storage-acted"), Want: false},
				{When: Say("against another site's form", "다른 사이트의 양식에"), Holds: m.Is("form-cookie") && !m.Is("form-memory"), Want: true},
			}
		},
	}
}

// storagePlaces are where the credential lies, by trial.
func storagePlaces() map[string]Words {
	return map[string]Words{
		"session": Say("session in an HttpOnly cookie", "HttpOnly 쿠키의 세션"), "jwt": Say("JWT in an HttpOnly cookie", "HttpOnly 쿠키의 JWT"),
		"memory": Say("JWT in the page's memory", "페이지 메모리의 JWT"), "storage": Say("JWT in localStorage", "localStorage의 JWT"),
	}
}
