package labs

import (
	"fmt"

	"twodoors/handlers/auth"
)

// loadSlowsSession counts the lookups of many requests.
func loadSlowsSession() Statement {
	const n = 50
	return Statement{
		ID: "load-slows-session", Group: Cost, Expected: Depends, Figure: "session",
		Sources: []Source{
			rfc(7009, "3"),
			django("using cached sessions", "topics/http/sessions/#using-cached-sessions"),
			cheatSheet("JSON Web Token", "jwt-denylist"),
		},
		Says: Say("The more requests, the more the database carries for sessions, and nothing for tokens.", "요청이 늘수록 데이터베이스는 세션 때문에 부담이 커지고, 토큰은 부담이 없다."),
		Note: Say("and nothing is known of a sign-out at level signature", "‘서명’ 수준에서는 로그아웃을 알 수 없어요"),
		Why: Say("A session costs one lookup a request, so the sum grows with the requests. A JWT at level signature costs none, and believes whoever holds it until it expires. At level version it costs as many as the session.",
			"세션은 요청마다 조회 한 번이니 합은 요청을 따라 늘어요. ‘서명’ 수준의 JWT는 조회가 없는 대신, 만료될 때까지 가진 사람을 믿어요. ‘버전’ 수준에서는 세션만큼 들어요."),
		Advice: Say("Compare modes at the level of knowledge that you need. One lookup by key is a small part of most pages.", "필요한 만큼 아는 수준끼리 견주세요. 키로 찾는 조회 한 번은 대부분의 페이지에서 작은 부분이에요."),
		Play: func(p *Play) {
			try := func(id string, what Words, mode Mode, settings ...Setting) {
				w := p.Environment(settings...)
				owner := w.Client(Owner)
				p.Step(fmt.Sprintf("%d requests: %s.", n, what.EN), fmt.Sprintf("요청 %d번: %s.", n, what.KO))
				owner.SignIn(mode)
				sum := 0
				for range n {
					sum += owner.Me(mode).Want(200).Auth()
				}
				p.Measure(id, fmt.Sprintf("lookups of %d requests, %s", n, what.EN), fmt.Sprintf("요청 %d번의 조회, %s", n, what.KO), sum, Lookups)
			}
			try("session", Words{"session", "세션"}, Session, p.sharedStore())
			try("signature", levelWords(auth.LevelSignature), JWT, Level(auth.LevelSignature))
			try("version", levelWords(auth.LevelVersion), JWT, Level(auth.LevelVersion))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("session against level signature", "세션과 ‘서명’ 수준"), Holds: m.Int("session") == n && m.Int("signature") == 0, Want: true},
				{When: Say("session against level version", "세션과 ‘버전’ 수준"), Holds: m.Int("session") != n || m.Int("version") == 0, Want: false},
			}
		},
	}
}
