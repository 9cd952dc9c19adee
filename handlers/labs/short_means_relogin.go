package labs

import "time"

// shortMeansRelogin counts the sign-ins of a working day.
func shortMeansRelogin() Statement {
	return Statement{
		ID: "short-means-relogin", Group: Refresh, Expected: Holds, Figure: "without",
		Sources: []Source{
			rfc(6749, "1.5"),
			rfc(6749, "6"),
		},
		Says: Say("Short access tokens alone make people sign in again and again.", "짧은 액세스 토큰만 쓰면 계속 다시 로그인해야 한다."),
		Why: Say("A token of minutes ends many times in a working day. Without a refresh token only the password gets a new one. With it the client renews by itself.",
			"몇 분짜리 토큰은 일하는 하루 동안 여러 번 끝나요. 리프레시 토큰이 없으면 비밀번호로만 새것을 받을 수 있어요. 있으면 클라이언트가 알아서 갱신해요."),
		Advice: Say("Short access tokens and refresh tokens belong together. If you want neither, use a session.", "짧은 액세스 토큰과 리프레시 토큰은 한 쌍이에요. 둘 다 원하지 않으면 세션을 쓰세요."),
		Play: func(p *Play) {
			for _, renews := range []bool{false, true} {
				id, words := "without", Words{"without refresh", "갱신 없이"}
				if renews {
					id, words = "with", Words{"with refresh", "갱신하면"}
				}
				w := p.Environment(AccessLife(15 * time.Minute))
				p.Step("A request a minute for eight hours, "+words.EN+".", "여덟 시간 동안 1분에 한 번 요청해요, "+words.KO+".")
				day := w.WorkingDay(w.Client(Script), renews, ByAPI)
				p.Measure(id, "sign-ins, "+words.EN, "로그인 횟수, "+words.KO, day.SignIns, Times)
				p.Measure(id+"-refused", "requests refused, "+words.EN, "거절된 요청, "+words.KO, day.Refused, Requests)
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("15 minutes, 8 hours", "15분, 8시간"), Want: true,
				Holds: m.Int("without") == 32 && m.Int("with") == 1 && m.Int("without-refused")+m.Int("with-refused") == 0}}
		},
	}
}
