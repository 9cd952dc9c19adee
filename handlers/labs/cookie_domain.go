package labs

// cookieDomain needs a browser: to which hosts one sends a cookie can be seen nowhere else. Its trials play at two
// subdomains, in the sandbox of two origins.
func cookieDomain() Statement {
	return Statement{
		ID: "cookie-domain", Group: Growing, Expected: Depends, Figure: "domain",
		Sources: []Source{
			rfc(6265, "4.1.2.3"),
			rfc(6265, "5.1.3"),
			rfc(6265, "8.6"),
			cookiesBis("4.1.3.2"),
			cheatSheet("Session Management", "domain-and-path-attributes"),
			manual("MDN: Using HTTP cookies", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Cookies#define_where_cookies_are_sent"),
		},
		Says: Say("A cookie is shared by all subdomains.", "쿠키는 모든 서브도메인이 함께 쓴다."),
		Note: Say("only with Domain=; a cookie without it belongs to one host", "Domain=이 있을 때만 그래요. 없으면 한 호스트의 것이에요"),
		Why: Say("A browser sends a cookie with Domain=example.com to every subdomain of example.com. It sends one without Domain to the host that set it, and to no other. The way back is open too: any subdomain can set a cookie for the whole domain. The app gets it beside its own, and cannot tell who set it. A name that begins with __Host- closes both ways: browsers take such a cookie only without Domain.",
			"브라우저는 Domain=example.com인 쿠키를 example.com의 모든 서브도메인에 보내요. Domain이 없으면 쿠키를 설정한 호스트에만 보내요. 반대 방향도 열려 있어요. 어느 서브도메인이든 도메인 전체에 쿠키를 설정할 수 있어요. 앱은 그 쿠키를 자기 쿠키와 함께 받고, 누가 설정했는지 알 수 없어요. 이름이 __Host-로 시작하면 두 방향 모두 막혀요. 브라우저는 Domain이 없을 때만 그런 쿠키를 받아요."),
		Advice: Say("Give a session cookie no Domain, and a name with __Host- over https. Leave no subdomain to people you do not trust. Treat two cookies of one name as nobody's.",
			"세션 쿠키에 Domain을 주지 말고, https에서는 이름을 __Host-로 시작하세요. 믿을 수 없는 사람에게 서브도메인을 맡기지 마세요. 같은 이름의 쿠키가 둘 오면 로그인하지 않은 것으로 다루세요."),
		Trials: []Trial{
			{ID: "host-only", Does: SiblingAsked, Mode: Session, Keeps: InCookie, Unchecked: true, Says: Say("The app signs somebody in at a.doors.localhost and is asked at b.doors.localhost: cookie without Domain.", "앱이 a.doors.localhost에서 로그인시키고 b.doors.localhost에서 요청을 받아요: Domain 없는 쿠키.")},
			{ID: "domain", Does: SiblingAsked, Mode: Session, Keeps: InCookie, Unchecked: true, Domain: true, Says: Say("The same: cookie with Domain=doors.localhost.", "같은 일: Domain=doors.localhost인 쿠키.")},
			{ID: "prefix", Does: SiblingAsked, Mode: Session, Keeps: InCookie, Unchecked: true, HostPrefix: true, Says: Say("The same: cookie named __Host-, without Domain.", "같은 일: 이름이 __Host-로 시작하고 Domain이 없는 쿠키.")},
			{ID: "prefix-domain", Does: SiblingAsked, Mode: Session, Keeps: InCookie, Unchecked: true, HostPrefix: true, Domain: true, Says: Say("The same: cookie named __Host-, with Domain=doors.localhost.", "같은 일: 이름이 __Host-로 시작하고 Domain=doors.localhost인 쿠키.")},
			{ID: "tossed", Does: SiblingSets, Mode: Session, Keeps: InCookie, Unchecked: true, Says: Say("The app signs somebody in at a.doors.localhost, cookie without Domain. b.doors.localhost sets a cookie of the same name with Domain=doors.localhost.", "앱이 a.doors.localhost에서 로그인시켜요: Domain 없는 쿠키. b.doors.localhost가 같은 이름의 쿠키를 Domain=doors.localhost로 설정해요.")},
			{ID: "tossed-prefix", Does: SiblingSets, Mode: Session, Keeps: InCookie, Unchecked: true, HostPrefix: true, Says: Say("The same: cookies named __Host-.", "같은 일: 이름이 __Host-로 시작하는 쿠키.")},
		},
		Browse: func(b *Browsed) {
			if b.Of("domain").Unreached {
				return
			}
			b.Measure("domain", "status at the other subdomain: cookie with Domain=", "다른 서브도메인의 상태 코드: Domain=이 있는 쿠키", b.Of("domain").Read, Status)
			b.Measure("host-only", "status at the other subdomain: cookie without Domain", "다른 서브도메인의 상태 코드: Domain 없는 쿠키", b.Of("host-only").Read, Status)
			b.Measure("tossed", "cookies of that name that the app gets, after the other subdomain set one", "다른 서브도메인이 쿠키를 설정한 뒤 앱이 받는 같은 이름의 쿠키", b.Of("tossed").Same, Times)
			b.Measure("tossed-read", "the app's answer to them", "그 쿠키들에 대한 앱의 답", b.Of("tossed").Read, Status)
			b.Measure("prefix", "status at the host that set it: name with __Host-, no Domain", "쿠키를 설정한 호스트의 상태 코드: __Host- 이름, Domain 없음", b.Of("prefix").Own, Status)
			b.Measure("prefix-other", "and at the other subdomain", "다른 서브도메인에서는", b.Of("prefix").Read, Status)
			b.Measure("prefix-domain", "status at the host that set it: name with __Host-, and Domain=", "쿠키를 설정한 호스트의 상태 코드: __Host- 이름, Domain= 있음", b.Of("prefix-domain").Own, Status)
			b.Measure("tossed-prefix", "cookies that the app gets, after the other subdomain set one: name with __Host-", "다른 서브도메인이 쿠키를 설정한 뒤 앱이 받는 쿠키: __Host- 이름", b.Of("tossed-prefix").Same, Times)
		},
		Rule: func(m Measured) []Case {
			cases := []Case{
				{When: Say("with Domain=", "Domain=이 있을 때"), Want: true},
				{When: Say("set by another subdomain with Domain=", "다른 서브도메인이 Domain=으로 설정할 때"), Want: true},
				{When: Say("without Domain", "Domain이 없을 때"), Want: false},
				{When: Say("with a name that begins with __Host-", "이름이 __Host-로 시작할 때"), Want: false},
			}
			if !m.Has("domain") {
				for i := range cases {
					cases[i].NotTried = noSubdomains()
				}
				return cases
			}
			cases[0].Holds = m.In("domain")
			cases[1].Holds = m.Int("tossed") == 2
			cases[2].Holds = m.In("host-only")
			cases[3].Holds = m.In("prefix-other") || m.In("prefix-domain") || m.Int("tossed-prefix") > 1
			if !m.In("prefix") {
				cases[3].NotTried = Say("start with: a browser that takes Secure cookies from names of this machine without https, as Chromium does",
					"시험하려면 https 없이도 이 컴퓨터의 이름에서 Secure 쿠키를 받는 브라우저(Chromium)로 시작하세요")
			}
			return cases
		},
	}
}
