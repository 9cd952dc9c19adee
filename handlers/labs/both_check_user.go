package labs

import "twodoors/handlers/auth"

// bothCheckUser deactivates the account and asks again.
func bothCheckUser() Statement {
	return Statement{
		ID: "both-check-user", Group: Cost, Expected: Depends, Figure: "jwt-signature",
		Sources: []Source{
			asvs("7.4.2"),
			simpleJWT("settings", "settings.html"),
			simpleJWT("stateless user authentication", "stateless_user_authentication.html"),
		},
		Says: Say("Both load the user and check that the account is active.", "둘 다 사용자를 불러와 계정이 활성인지 확인한다."),
		Note: Say("JWT from level user", "JWT는 ‘사용자’ 수준부터"),
		Why: Say("Session and opaque token join the user into their lookup, so they know at once. A JWT at level signature asks nobody and cannot know. From level user on it asks, and pays the same lookup.",
			"세션과 불투명 토큰은 사용자까지 한 번에 조회하니 바로 알아요. ‘서명’ 수준의 JWT는 아무에게도 묻지 않으니 알 수 없어요. ‘사용자’ 수준부터는 묻고, 똑같이 조회 한 번을 써요."),
		Advice: Say("Where an account must be shut at once, ask for the user at each request, whatever the credential.", "계정을 바로 막아야 한다면, 자격 증명이 무엇이든 요청마다 사용자를 확인하세요."),
		Play: func(p *Play) {
			try := func(id string, what Words, mode Mode, settings ...Setting) {
				w := p.Environment(settings...)
				owner := w.Client(Owner)
				p.Step("The owner signs in; the account is deactivated; the owner asks again: "+what.EN+".", "주인이 로그인한 뒤 계정이 비활성화되고, 주인이 다시 물어요: "+what.KO+".")
				owner.SignIn(mode)
				owner.Me(mode).Want(200)
				w.SetActive(false)
				p.Status(id, "after deactivation, "+what.EN, "비활성화 뒤, "+what.KO, owner.Me(mode))
			}
			try("session", Words{"session in the database", "데이터베이스의 세션"}, Session, SessionsIn("database"))
			try("token", Words{"opaque token", "불투명 토큰"}, Token)
			for _, level := range auth.Levels() {
				try("jwt-"+string(level), levelWords(level), JWT, Level(level))
			}
		},
		Rule: func(m Measured) []Case {
			cases := []Case{
				{When: Say("session in the database", "데이터베이스의 세션"), Holds: !m.In("session"), Want: true},
				{When: Say("opaque token", "불투명 토큰"), Holds: !m.In("token"), Want: true},
			}
			for _, level := range auth.Levels() {
				cases = append(cases, Case{When: levelWords(level), Holds: !m.In("jwt-" + string(level)), Want: level != auth.LevelSignature})
			}
			return cases
		},
	}
}
