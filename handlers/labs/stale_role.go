package labs

import (
	"twodoors/handlers/auth"
	"twodoors/models"
)

// staleRole changes the role of a user who is signed in.
func staleRole() Statement {
	rows := []variant{
		{"session", Words{"session, user read", "세션, 사용자를 읽음"}, Session, []Setting{SessionsIn("database")}, true},
		{"copied", Words{"session in memory, user copied, changed elsewhere", "메모리의 세션, 사용자 사본, 다른 곳에서 바뀜"}, Session, []Setting{SessionsIn("memory")}, false},
		{"cookie", Words{"signed cookie", "서명된 쿠키"}, Cookie, nil, false},
		{"token", Words{"opaque token", "불투명 토큰"}, Token, nil, true},
	}
	rows = append(rows, atLevels(func(l auth.Level) bool { return l != auth.LevelSignature })...)
	return Statement{
		ID: "stale-role", Group: Ending, Expected: Depends, Figure: "admin-pages",
		Sources: []Source{
			asvs("8.3.2"),
			rfc(9068, "2.2.3.1"),
		},
		Says: Say("A change of role is seen at the next request.", "역할이 바뀌면 다음 요청에서 바로 보인다."),
		Note: Say("the admin page always asks, whatever the mode", "관리자 페이지는 방식이 무엇이든 언제나 물어요"),
		Why: Say("Whoever reads the user at each request sees the role as it is. Whoever carries the role along sees it as it was. A page that acts on the role must therefore read it, at the price of a lookup.",
			"요청마다 사용자를 읽으면 지금의 역할을 봐요. 역할을 지니고 다니면 예전의 역할을 봐요. 그래서 역할에 따라 일하는 페이지는 조회 한 번을 들여 역할을 읽어야 해요."),
		Advice: Say("Never let a carried role open a door by itself: read it where it matters.", "지니고 다니는 역할만으로 문을 열지 마세요. 중요한 곳에서는 다시 읽으세요."),
		Play: func(p *Play) {
			opened := 0
			for _, r := range rows {
				w := p.Environment(r.settings...)
				owner := w.Client(Owner)
				w.SetRole(models.RoleAdmin)
				p.Step("The owner, an admin, signs in, and is then made a member: "+r.what.EN+".", "관리자인 주인이 로그인한 뒤 회원이 돼요: "+r.what.KO+".")
				owner.SignIn(r.mode)
				owner.AdminPage(r.mode).Want(200)
				w.SetRole(models.RoleMember)
				p.Measure(r.id, "the new role is seen, "+r.what.EN, "새 역할이 보임, "+r.what.KO, owner.Me(r.mode).Role() == models.RoleMember, Truth)
				if owner.AdminPage(r.mode).In() {
					opened++
				}
			}
			p.Measure("admin-pages", "admin pages that opened after the demotion", "회원이 된 뒤에 열린 관리자 페이지", opened, Times)
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, r := range rows {
				cases = append(cases, Case{When: r.what, Holds: m.Is(r.id), Want: r.want})
			}
			return append(cases, Case{When: Say("admin page", "관리자 페이지"), Holds: m.Int("admin-pages") == 0, Want: true})
		},
	}
}
