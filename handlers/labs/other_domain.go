package labs

// otherDomain needs a browser: what one sends by itself to another site can be seen nowhere else. Its trials play in a
// sandbox of two origins.
func otherDomain() Statement {
	return Statement{
		ID: "other-domain", Group: Growing, Expected: Depends,
		Sources: []Source{
			rfc(6265, "4.1.2.3"),
			cookiesBis("4.1.2.7"),
			manual("Fetch: the CORS protocol", "https://fetch.spec.whatwg.org/#http-cors-protocol"),
		},
		Says:   Say("A cookie is tied to its domain; a token goes to any.", "쿠키는 도메인에 묶여 있고 토큰은 어디로나 간다."),
		Note:   Say("SameSite=None lets a cookie travel where the browser lets third-party cookies; CORS must allow either", "SameSite=None이고 브라우저가 제3자 쿠키를 막지 않으면 쿠키도 가요. 어느 쪽이든 CORS가 허락해야 해요"),
		Why:    Say("A browser sends a cookie to the host that set it; with Domain= also to every subdomain of that domain. On requests that another site makes it sends it with SameSite=None, and with Lax only when a link or another top-level GET leads to the app. Code sends a token wherever it likes. Either way the answer is kept from the page unless CORS allows it.", "브라우저는 쿠키를 설정한 호스트에 보내고, Domain=이 있으면 그 도메인의 모든 서브도메인에도 보내요. 다른 사이트가 만든 요청에는 SameSite=None이면 보내고, Lax면 링크처럼 최상위 GET으로 앱에 올 때만 보내요. 코드는 토큰을 어디로든 보내요. 어느 쪽이든 CORS가 허락하지 않으면 페이지는 답을 읽지 못해요."),
		Advice: Say("Put pages and API under one site where you can; across sites prefer a token with its own audience.", "될 수 있으면 페이지와 API를 한 사이트에 두고, 사이트를 넘어야 한다면 aud가 따로 있는 토큰을 쓰세요."),
		Figure: "session-none",
		Trials: []Trial{
			{ID: "session-lax", Does: Asked, Mode: Session, Keeps: InCookie, Allowed: true, Says: Say("A script of another site asks the API: session cookie as the app sets it, CORS allows.", "다른 사이트의 스크립트가 API를 불러요: 앱이 설정한 그대로의 세션 쿠키, CORS 허락.")},
			{ID: "session-none", Does: Asked, Mode: Session, Keeps: InCookie, SameSite: CrossSite, Allowed: true, Says: Say("The same: session cookie with SameSite=None, CORS allows.", "같은 호출: SameSite=None인 세션 쿠키, CORS 허락.")},
			{ID: "session-closed", Does: Asked, Mode: Session, Keeps: InCookie, SameSite: CrossSite, Says: Say("The same: session cookie with SameSite=None, CORS does not allow.", "같은 호출: SameSite=None인 세션 쿠키, CORS 불허.")},
			{ID: "jwt", Does: Asked, Mode: JWT, Keeps: InMemory, Allowed: true, Says: Say("The same: JWT by header, CORS allows.", "같은 호출: 헤더의 JWT, CORS 허락.")},
			{ID: "jwt-closed", Does: Asked, Mode: JWT, Keeps: InMemory, Says: Say("The same: JWT by header, CORS does not allow.", "같은 호출: 헤더의 JWT, CORS 불허.")},
			{ID: "link-lax", Does: LinkFollowed, Mode: Session, Keeps: InCookie, Says: Say("A link on another site leads to a page of the app: session cookie as the app sets it, SameSite=Lax.", "다른 사이트의 링크로 앱의 페이지에 와요: 앱이 설정한 그대로의 세션 쿠키, SameSite=Lax.")},
			{ID: "link-strict", Does: LinkFollowed, Mode: Session, Keeps: InCookie, SameSite: StrictlySame, Says: Say("The same link: session cookie with SameSite=Strict.", "같은 링크: SameSite=Strict인 세션 쿠키.")},
			{ID: "sibling", Does: SiblingAsked, Mode: Session, Keeps: InCookie, Unchecked: true, Says: Say("The app signs somebody in at a.doors.localhost and is asked at b.doors.localhost: cookie without Domain.", "앱이 a.doors.localhost에서 로그인시키고 b.doors.localhost에서 요청을 받아요: Domain 없는 쿠키.")},
			{ID: "sibling-domain", Does: SiblingAsked, Mode: Session, Keeps: InCookie, Unchecked: true, Domain: true, Says: Say("The same: cookie with Domain=doors.localhost.", "같은 일: Domain=doors.localhost인 쿠키.")},
		},
		Browse: func(b *Browsed) {
			for _, id := range []string{"session-lax", "session-none", "session-closed", "jwt", "jwt-closed"} {
				what := otherDomainWords()[id]
				b.Measure(id, "status that the other site's script could read: "+what.EN, "다른 사이트의 스크립트가 읽은 상태 코드: "+what.KO, b.Of(id).Read, Status)
			}
			b.Measure("link-lax", "the cookie came along with a link from another site: SameSite=Lax", "다른 사이트의 링크를 따라올 때 쿠키가 옴: SameSite=Lax", b.Of("link-lax").Came, Truth)
			b.Measure("link-strict", "the cookie came along with a link from another site: SameSite=Strict", "다른 사이트의 링크를 따라올 때 쿠키가 옴: SameSite=Strict", b.Of("link-strict").Came, Truth)
			for _, id := range []string{"sibling", "sibling-domain"} {
				if what := otherDomainWords()[id]; !b.Of(id).Unreached {
					b.Measure(id, "status at the other subdomain: "+what.EN, "다른 서브도메인의 상태 코드: "+what.KO, b.Of(id).Read, Status)
				}
			}
			b.Measure("third-party", "this browser lets third-party cookies through", "이 브라우저가 제3자 쿠키를 보냄", b.Of("session-none").ThirdParty, Truth)
			b.Measure("session-came", "SameSite=None, CORS not allowing: the cookie came all the same", "SameSite=None, CORS 불허: 그래도 쿠키가 옴", b.Of("session-closed").Came, Truth)
			b.Measure("session-heard", "the cookie went to the other site's own server", "쿠키가 다른 사이트의 서버로 감", b.Of("session-none").Heard, Truth)
			b.Measure("jwt-heard", "the token went to the other site's own server", "토큰이 다른 사이트의 서버로 감", b.Of("jwt").Heard, Truth)
		},
		Rule: func(m Measured) []Case {
			words := otherDomainWords()
			none := Case{When: words["session-none"], Holds: !m.In("session-none"), Want: false}
			if !m.Is("third-party") { // what the cookie allows, the browser does not
				none.When, none.Want = Say("cookie with SameSite=None, in a browser that blocks third-party cookies", "제3자 쿠키를 막는 브라우저에서 SameSite=None 쿠키"), true
			}
			return []Case{
				{When: Say("to a host that did not issue it", "발급하지 않은 호스트로"), Holds: !m.Is("session-heard") && m.Is("jwt-heard"), Want: true},
				{When: words["session-lax"], Holds: !m.In("session-lax"), Want: true},
				{When: Say("cookie with SameSite=Lax, on a link from another site", "SameSite=Lax 쿠키, 다른 사이트의 링크"), Holds: !m.Is("link-lax"), Want: false},
				{When: Say("cookie with SameSite=Strict, on a link from another site", "SameSite=Strict 쿠키, 다른 사이트의 링크"), Holds: !m.Is("link-strict"), Want: true},
				siblingCase(m, "sibling", true),
				siblingCase(m, "sibling-domain", false),
				{When: words["jwt"], Holds: m.In("jwt"), Want: true},
				none,
				{When: words["jwt-closed"], Holds: m.In("jwt-closed"), Want: false},
			}
		},
	}
}

// siblingCase is whether a cookie stays with the subdomain that set it.
func siblingCase(m Measured, id string, want bool) Case {
	c := Case{When: otherDomainWords()[id], Want: want}
	if m.Has(id) {
		c.Holds = !m.In(id)
	} else {
		c.NotTried = noSubdomains()
	}
	return c
}

// noSubdomains says how to have tried what plays at two subdomains.
func noSubdomains() Words {
	return Say("start with: a browser that finds names below localhost on this machine, as Chromium and Firefox do", "시험하려면 localhost 아래 이름을 이 컴퓨터로 찾는 브라우저(Chromium, Firefox)로 시작하세요")
}

// otherDomainWords are the ways in which another site asks, by trial.
func otherDomainWords() map[string]Words {
	return map[string]Words{
		"session-lax": Say("cookie with SameSite=Lax", "SameSite=Lax 쿠키"), "session-none": Say("cookie with SameSite=None, CORS allowing", "SameSite=None 쿠키, CORS 허락"),
		"session-closed": Say("cookie with SameSite=None, CORS not allowing", "SameSite=None 쿠키, CORS 불허"),
		"sibling":        Say("cookie without Domain, at another subdomain", "Domain 없는 쿠키, 다른 서브도메인"), "sibling-domain": Say("cookie with Domain=, at another subdomain", "Domain=이 있는 쿠키, 다른 서브도메인"),
		"jwt": Say("token, CORS allowing", "토큰, CORS 허락"), "jwt-closed": Say("token, CORS not allowing", "토큰, CORS 불허"),
	}
}
