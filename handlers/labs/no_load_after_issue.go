package labs

// noLoadAfterIssue adds up what a token costs the server over a working day.
func noLoadAfterIssue() Statement {
	return Statement{
		ID: "no-load-after-issue", Group: Cost, Expected: Fails, Figure: "lookups",
		Sources: []Source{
			rfc(7515, "5.2"),
			rfc(6749, "6"),
		},
		Says: Say("Once issued, a token is no burden to the server.", "토큰은 한번 발급하면 서버에 부담이 없다."),
		Note: Say("small, and of another kind", "작지만 종류가 다른 부담이에요"),
		Why: Say("Each request checks a signature, which costs processor time in place of a lookup. Whenever it ends, the token is renewed, with lookups and a new row. The burden is small, and it is not nothing.",
			"요청마다 서명을 확인하는데, 조회 대신 프로세서 시간이 들어요. 토큰이 끝날 때마다 갱신하면서 조회하고 행을 더해요. 부담은 작지만 없지는 않아요."),
		Advice: Say("Measure both: a signature check may cost more than a lookup in a local database, and less than one over the network.", "둘 다 재 보세요. 서명 확인은 가까운 데이터베이스의 조회보다 비쌀 수 있고, 네트워크 너머의 조회보다는 쌀 수 있어요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner := w.Client(Owner)
			p.Step("A working day: a request a minute for eight hours, renewed when the token has ended.", "근무일 하루: 여덟 시간 동안 1분에 한 번 요청하고, 토큰이 끝나면 갱신해요.")
			day := w.WorkingDay(owner, true)
			p.Measure("requests", "requests", "요청", day.Requests, Requests)
			p.Measure("checks", "signatures checked", "확인한 서명", day.Checks, Times)
			p.Measure("lookups", "lookups of renewing", "갱신의 조회", day.RenewLookups, Lookups)
			p.Measure("rows", "rows of refresh tokens at the end of the day", "하루 끝의 리프레시 토큰 행", w.Database.Rows("refresh_tokens"), Rows)
			p.Measure("micros", "one request at the server, as it took here", "여기서 요청 하나에 서버가 쓴 시간", float64(day.Took.Microseconds())/float64(max(day.Requests, 1)), Micros)
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("JWT over a working day", "하루 동안의 JWT"), Holds: m.Int("checks") == 0 || m.Int("lookups") == 0, Want: false}}
		},
	}
}
