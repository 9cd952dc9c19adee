package labs

import "twodoors/handlers/auth"

// LoadSlowsSession counts the lookups of many requests.
func (claims) LoadSlowsSession() Claim {
	const n = 50
	return Claim{
		ID: "load-slows-session", Place: 12, Group: Cost, Expected: Depends, Figure: "session",
		Says: Say("The more requests, the more the database carries for sessions, and nothing for tokens.", "요청이 늘수록 데이터베이스는 세션 때문에 부담이 커지고, 토큰은 부담이 없다."),
		Note: Say("and nothing is known of a sign-out at level signature", "signature 수준에서는 로그아웃을 알 수 없다"),
		Why: Say("A session costs one lookup a request, so the sum grows with the requests. A JWT at level signature costs none, and believes whoever holds it until it expires. At level version it costs as many as the session.",
			"세션은 요청마다 조회 한 번이므로 요청에 따라 늘어난다. signature 수준의 JWT는 조회가 없는 대신 만료까지 가진 사람을 믿는다. version 수준에서는 세션만큼 든다."),
		Advice: Say("Compare modes at the level of knowledge that you need. One lookup by key is a small part of most pages.", "필요한 만큼 아는 수준끼리 비교하라. 키로 찾는 조회 한 번은 대부분의 페이지에서 작은 부분이다."),
		Play: func(p *Play) {
			try := func(id string, what Words, mode Mode, settings ...Setting) {
				w := p.World(settings...)
				owner := w.Client(Owner)
				p.Step("Fifty requests: "+what.EN+".", "요청 쉰 번: "+what.KO+".")
				owner.SignIn(mode)
				sum := 0
				for range n {
					sum += owner.Me(mode).Want(200).Auth()
				}
				p.Measure(id, "lookups of 50 requests, "+what.EN, "요청 50번의 조회, "+what.KO, sum, Lookups)
			}
			try("session", Words{"session", "세션"}, Session, p.sharedStore())
			try("signature", levelWords(auth.LevelSignature), JWT)
			try("version", levelWords(auth.LevelVersion), JWT, Level(auth.LevelVersion))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("session against level signature", "세션과 signature 수준"), Holds: m.Int("session") == n && m.Int("signature") == 0, Want: true},
				{When: Say("session against level version", "세션과 version 수준"), Holds: m.Int("session") != n || m.Int("version") == 0, Want: false},
			}
		},
	}
}
