package labs

// csrf needs a browser: what one sends by itself to another site can be seen nowhere else. Its trials play in a
// sandbox of two origins.
func csrf() Statement {
	return Statement{
		ID: "csrf", Group: Growing, Expected: Depends,
		Sources: []Source{
			rfc(6265, "8.2"),
			rfc(7617, "2.2"),
			asvs("3.5.1"),
			cheatSheet("Cross-Site Request Forgery Prevention", ""),
		},
		Says:   Say("Another site can misuse a cookie; without cookies there is nothing for it to misuse.", "다른 사이트는 쿠키를 악용할 수 있고, 쿠키가 없으면 악용할 것도 없다."),
		Note:   Say("on whether the browser sends it by itself, on SameSite and on the check of the origin, not on the format", "형식이 아니라 브라우저가 스스로 보내는지, SameSite, 출처 검사에 달려 있어요"),
		Why:    Say("A browser adds cookies to requests that another site's page makes, unless SameSite forbids it. It adds no Bearer token by itself. But it does add the Authorization header of HTTP Basic, and also of Digest and Negotiate, once somebody has signed in that way: no cookie is needed, and SameSite does not apply. What is in the cookie, a session id or a JWT, makes no difference.", "다른 사이트의 페이지가 보내는 요청에도 SameSite가 막지 않으면 브라우저가 쿠키를 붙여요. Bearer 토큰은 스스로 붙이지 않아요. 하지만 HTTP Basic(Digest, Negotiate도)으로 로그인한 뒤에는 Authorization 헤더를 스스로 붙여요. 쿠키가 없어도 되고 SameSite도 적용되지 않아요. 쿠키에 든 것이 세션 id인지 JWT인지는 상관없어요."),
		Advice: Say("Check the origin on every change of state, whatever the browser sends by itself. Set SameSite=Lax on every cookie.", "브라우저가 무엇을 스스로 보내든, 상태를 바꾸는 요청마다 출처를 검사하세요. 쿠키에는 모두 SameSite=Lax를 붙이세요."),
		Figure: "session-none",
		Trials: []Trial{
			{ID: "session-none", Does: FormPosted, Mode: Session, Keeps: InCookie, SameSite: CrossSite, Unchecked: true, Says: Say("A form on another site posts a note: session, SameSite=None, no check of the origin.", "다른 사이트의 폼이 노트를 보내요: 세션, SameSite=None, 출처 검사 없음.")},
			{ID: "session-lax", Does: FormPosted, Mode: Session, Keeps: InCookie, Unchecked: true, Says: Say("The same: session, SameSite=Lax, no check.", "같은 폼: 세션, SameSite=Lax, 검사 없음.")},
			{ID: "session-checked", Does: FormPosted, Mode: Session, Keeps: InCookie, SameSite: CrossSite, Says: Say("The same: session, SameSite=None, the origin checked.", "같은 폼: 세션, SameSite=None, 출처 검사.")},
			{ID: "session-absent", Does: FormPosted, Mode: Session, Keeps: InCookie, SameSite: Unsaid, Unchecked: true, Says: Say("The same: session, no SameSite at all, no check, a moment after signing in.", "같은 폼: 세션, SameSite 없음, 검사 없음, 로그인 직후.")},
			{ID: "jwt-none", Does: FormPosted, Mode: JWT, Keeps: InCookie, SameSite: CrossSite, Unchecked: true, Says: Say("The same: JWT in a cookie, SameSite=None, no check.", "같은 폼: 쿠키의 JWT, SameSite=None, 검사 없음.")},
			{ID: "jwt-lax", Does: FormPosted, Mode: JWT, Keeps: InCookie, Unchecked: true, Says: Say("The same: JWT in a cookie, SameSite=Lax, no check.", "같은 폼: 쿠키의 JWT, SameSite=Lax, 검사 없음.")},
			{ID: "jwt-checked", Does: FormPosted, Mode: JWT, Keeps: InCookie, SameSite: CrossSite, Says: Say("The same: JWT in a cookie, SameSite=None, the origin checked.", "같은 폼: 쿠키의 JWT, SameSite=None, 출처 검사.")},
			{ID: "jwt-absent", Does: FormPosted, Mode: JWT, Keeps: InCookie, SameSite: Unsaid, Unchecked: true, Says: Say("The same: JWT in a cookie, no SameSite at all, no check, a moment after signing in.", "같은 폼: 쿠키의 JWT, SameSite 없음, 검사 없음, 로그인 직후.")},
			{ID: "header", Does: FormPosted, Mode: JWT, Keeps: InMemory, SameSite: CrossSite, Unchecked: true, Says: Say("The same: JWT by header, SameSite=None on its refresh cookie, no check.", "같은 폼: 헤더의 JWT, 리프레시 쿠키는 SameSite=None, 검사 없음.")},
			{ID: "basic", Does: FormPosted, Mode: JWT, Keeps: InBasic, Unchecked: true, Says: Say("The same: HTTP Basic at a proxy in front of the app, no cookie, no check.", "같은 폼: 앱 앞 프록시의 HTTP Basic, 쿠키 없음, 검사 없음.")},
			{ID: "basic-checked", Does: FormPosted, Mode: JWT, Keeps: InBasic, Says: Say("The same: HTTP Basic, the origin checked.", "같은 폼: HTTP Basic, 출처 검사.")},
		},
		Browse: func(b *Browsed) {
			for _, c := range csrfCases() {
				b.Written(c.id, "the other site's note was written: "+c.when.EN, "다른 사이트의 노트가 써짐: "+c.when.KO)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, c := range csrfCases() {
				// The statement is that a cookie can be misused, and that nothing else can.
				cases = append(cases, Case{When: c.when, Holds: m.Is(c.id) == c.cookie, Want: c.want})
			}
			return cases
		},
	}
}

// csrfCase is one way of holding a credential against another site's form.
type csrfCase struct {
	id     string
	when   Words
	cookie bool // the credential lies in a cookie
	want   bool // whether the statement is expected to be true there
}

func csrfCases() []csrfCase {
	return []csrfCase{
		{"session-none", Say("session, SameSite=None, unchecked", "세션, SameSite=None, 검사 없음"), true, true},
		{"jwt-none", Say("JWT in a cookie, SameSite=None, unchecked", "쿠키의 JWT, SameSite=None, 검사 없음"), true, true},
		{"session-absent", Say("session, fresh cookie without SameSite, unchecked", "세션, SameSite 없는 새 쿠키, 검사 없음"), true, true},
		{"jwt-absent", Say("JWT in a fresh cookie without SameSite, unchecked", "SameSite 없는 새 쿠키의 JWT, 검사 없음"), true, true},
		{"header", Say("JWT by header, unchecked", "헤더의 JWT, 검사 없음"), false, true},
		{"basic", Say("HTTP Basic without any cookie, unchecked", "쿠키 없이 HTTP Basic, 검사 없음"), false, false},
		{"basic-checked", Say("HTTP Basic without any cookie, the origin checked", "쿠키 없이 HTTP Basic, 출처 검사"), false, true},
		{"session-lax", Say("session, SameSite=Lax", "세션, SameSite=Lax"), true, false},
		{"jwt-lax", Say("JWT in a cookie, SameSite=Lax", "쿠키의 JWT, SameSite=Lax"), true, false},
		{"session-checked", Say("session, the origin checked", "세션, 출처 검사"), true, false},
		{"jwt-checked", Say("JWT in a cookie, the origin checked", "쿠키의 JWT, 출처 검사"), true, false},
	}
}
