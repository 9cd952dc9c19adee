package labs

// CSRF needs a browser: what one sends by itself to another site can be seen nowhere else. Its trials play in a
// sandbox of two origins.
func (claims) CSRF() Claim {
	return Claim{
		ID: "csrf", Place: 7, Group: Growing, Expected: Depends,
		Sources: []Source{
			rfc(6265, "8.2"),
			asvs("3.5.1"),
			cheatSheet("Cross-Site Request Forgery Prevention", ""),
		},
		Says:   Say("Without cookies there is nothing for another site to misuse.", "쿠키가 없으면 다른 사이트가 악용할 것도 없다."),
		Note:   Say("on carrier, SameSite and check, not on the format", "형식이 아니라 보내는 방법, SameSite, 출처 검사에 달려 있어요"),
		Why:    Say("A browser adds cookies to requests that another site's page makes, unless SameSite forbids it. It never adds an Authorization header by itself. What is in the cookie, a session id or a JWT, makes no difference.", "다른 사이트의 페이지가 보내는 요청에도 SameSite가 막지 않으면 브라우저가 쿠키를 붙여요. Authorization 헤더는 스스로 붙이지 않아요. 쿠키에 든 것이 세션 id인지 JWT인지는 상관없어요."),
		Advice: Say("With any cookie: SameSite=Lax and a check of the origin on every change of state.", "어떤 쿠키든 SameSite=Lax를 붙이고, 상태를 바꾸는 요청마다 출처를 검사하세요."),
		Figure: "session-none",
		Trials: []Trial{
			{ID: "session-none", Does: FormPosted, Mode: Session, Keeps: InCookie, SameSite: CrossSite, Unchecked: true, Says: Say("A form on another site posts a note: session, SameSite=None, no check of the origin.", "다른 사이트의 양식이 노트를 보내요: 세션, SameSite=None, 출처 검사 없음.")},
			{ID: "session-lax", Does: FormPosted, Mode: Session, Keeps: InCookie, Unchecked: true, Says: Say("The same: session, SameSite=Lax, no check.", "같은 양식: 세션, SameSite=Lax, 검사 없음.")},
			{ID: "session-checked", Does: FormPosted, Mode: Session, Keeps: InCookie, SameSite: CrossSite, Says: Say("The same: session, SameSite=None, the origin checked.", "같은 양식: 세션, SameSite=None, 출처 검사.")},
			{ID: "session-absent", Does: FormPosted, Mode: Session, Keeps: InCookie, SameSite: Unsaid, Unchecked: true, Says: Say("The same: session, no SameSite at all, no check, a moment after signing in.", "같은 양식: 세션, SameSite 없음, 검사 없음, 로그인 직후.")},
			{ID: "jwt-none", Does: FormPosted, Mode: JWT, Keeps: InCookie, SameSite: CrossSite, Unchecked: true, Says: Say("The same: JWT in a cookie, SameSite=None, no check.", "같은 양식: 쿠키의 JWT, SameSite=None, 검사 없음.")},
			{ID: "jwt-lax", Does: FormPosted, Mode: JWT, Keeps: InCookie, Unchecked: true, Says: Say("The same: JWT in a cookie, SameSite=Lax, no check.", "같은 양식: 쿠키의 JWT, SameSite=Lax, 검사 없음.")},
			{ID: "jwt-checked", Does: FormPosted, Mode: JWT, Keeps: InCookie, SameSite: CrossSite, Says: Say("The same: JWT in a cookie, SameSite=None, the origin checked.", "같은 양식: 쿠키의 JWT, SameSite=None, 출처 검사.")},
			{ID: "jwt-absent", Does: FormPosted, Mode: JWT, Keeps: InCookie, SameSite: Unsaid, Unchecked: true, Says: Say("The same: JWT in a cookie, no SameSite at all, no check, a moment after signing in.", "같은 양식: 쿠키의 JWT, SameSite 없음, 검사 없음, 로그인 직후.")},
			{ID: "header", Does: FormPosted, Mode: JWT, Keeps: InMemory, SameSite: CrossSite, Unchecked: true, Says: Say("The same: JWT by header, SameSite=None on its refresh cookie, no check.", "같은 양식: 헤더의 JWT, 리프레시 쿠키는 SameSite=None, 검사 없음.")},
		},
		Browse: func(b *Browsed) {
			for _, c := range csrfCases() {
				b.Written(c.id, "the other site's note was written: "+c.when.EN, "다른 사이트의 노트가 써짐: "+c.when.KO)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, c := range csrfCases() {
				// The claim is that a cookie is what can be misused, and nothing else.
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
	want   bool // whether the claim is expected to be true there
}

func csrfCases() []csrfCase {
	return []csrfCase{
		{"session-none", Say("session, SameSite=None, unchecked", "세션, SameSite=None, 검사 없음"), true, true},
		{"jwt-none", Say("JWT in a cookie, SameSite=None, unchecked", "쿠키의 JWT, SameSite=None, 검사 없음"), true, true},
		{"session-absent", Say("session, fresh cookie without SameSite, unchecked", "세션, SameSite 없는 새 쿠키, 검사 없음"), true, true},
		{"jwt-absent", Say("JWT in a fresh cookie without SameSite, unchecked", "SameSite 없는 새 쿠키의 JWT, 검사 없음"), true, true},
		{"header", Say("JWT by header, unchecked", "헤더의 JWT, 검사 없음"), false, true},
		{"session-lax", Say("session, SameSite=Lax", "세션, SameSite=Lax"), true, false},
		{"jwt-lax", Say("JWT in a cookie, SameSite=Lax", "쿠키의 JWT, SameSite=Lax"), true, false},
		{"session-checked", Say("session, the origin checked", "세션, 출처 검사"), true, false},
		{"jwt-checked", Say("JWT in a cookie, the origin checked", "쿠키의 JWT, 출처 검사"), true, false},
	}
}
