package labs

import "strings"

// refreshChecked presents refresh tokens that are good and some that are not.
func refreshChecked() Statement {
	bad := []Words{{"forged", "위조한"}, {"ended", "끝난"}, {"expired", "만료된"}}
	return Statement{
		ID: "refresh-checked", Group: Refresh, Expected: Holds, Figure: "good",
		Sources: []Source{
			rfc(6749, "6"),
			rfc(9700, "4.14.2"),
		},
		Says: Say("A refresh token is compared with the database.", "리프레시 토큰은 데이터베이스와 대조한다."),
		Why: Say("It is random, so nothing but its row says what it is good for. The row also says whether it was used, ended or is over. That is why it can be taken back.",
			"무작위 값이라서 무엇에 쓸 수 있는지는 그 행만 알아요. 이미 썼는지, 끝났는지, 기한이 지났는지도 행에 있어요. 그래서 폐기할 수 있어요."),
		Advice: Say("Keep its hash alone, and exchange it in one transaction, so that of two uses one wins.", "해시만 보관하고, 두 번 와도 하나만 통하도록 한 트랜잭션에서 교환하세요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner := w.Client(Script)
			p.Step("A good one is exchanged.", "쓸 수 있는 토큰을 교환해요.")
			owner.SignIn(JWT)
			a := owner.Renews()
			p.Status("good-status", "the answer to a good one", "쓸 수 있는 토큰에 대한 답", a)
			p.Measure("good", "lookups of exchanging it", "교환하는 데 든 조회", a.Auth(), Lookups)
			p.Step("One is made up, one is signed out, one is older than its sign-in may be.", "하나는 꾸며 내고, 하나는 로그아웃하고, 하나는 기한을 넘겨요.")
			forged := w.Client(Script)
			forged.refreshToken = strings.Repeat("A", len(owner.RefreshToken()))
			ended := w.Client(Script)
			ended.SignIn(JWT)
			copied := w.Client(Thief).CopiesRefreshToken(ended)
			ended.SignOut(JWT)
			expired := w.Client(Script)
			expired.SignIn(JWT)
			answers := []*Answer{forged.Renews(), copied.Renews()}
			w.Clock.Forward(w.settings.SessionMax + second)
			answers = append(answers, expired.Renews())
			for i, b := range bad {
				p.Status(b.EN+"-status", "the answer to one that is "+b.EN, b.KO+" 토큰의 답", answers[i])
				p.Measure(b.EN, "lookups of refusing one that is "+b.EN, b.KO+" 토큰을 거절하는 데 든 조회", answers[i].Auth(), Lookups)
			}
		},
		Rule: func(m Measured) []Case {
			cases := []Case{{When: Say("good", "쓸 수 있음"), Holds: m.In("good-status") && m.Int("good") > 0, Want: true}}
			for _, b := range bad {
				cases = append(cases, Case{When: Words{b.EN, b.KO + " 토큰"}, Holds: m.Int(b.EN+"-status") == 400 && m.Int(b.EN) > 0, Want: true})
			}
			return cases
		},
	}
}
