package labs

// refreshExposure counts how often each token is on the wire in a working day.
func refreshExposure() Statement {
	return Statement{
		ID: "refresh-exposure", Group: Refresh, Expected: Depends, Figure: "header-refresh",
		Sources: []Source{
			rfc(6749, "1.5"),
			rfc(6749, "10.4"),
			rfc(6265, "4.1.2.4"),
		},
		Says: Say("The refresh token crosses the network only to refresh, the access token on every call.", "리프레시 토큰은 갱신할 때만, 액세스 토큰은 호출마다 네트워크를 지난다."),
		Note: Say("a page that keeps its access token in memory also sends the refresh token at every reload", "액세스 토큰을 메모리에 두는 페이지는 새로고침할 때도 리프레시 토큰을 보내요"),
		Why: Say("Of requests it is true: a script sends the refresh token to one address alone, and a browser keeps it in a cookie whose Path is that address. Answers carry tokens too. Each sign-in and each renewal brings a new refresh token to the client.",
			"요청은 그래요. 스크립트는 리프레시 토큰을 주소 하나에만 보내고, 브라우저는 Path가 그 주소인 쿠키에 둬요. 하지만 응답에도 토큰이 실려요. 로그인하거나 갱신할 때마다 새 리프레시 토큰이 클라이언트로 와요."),
		Advice: Say("Bind the refresh cookie to its path, answer with Cache-Control: no-store, and look for the token in your own logs: requests and answers.",
			"리프레시 쿠키를 경로에 묶고, 응답에 Cache-Control: no-store를 붙이세요. 요청과 응답의 로그에 토큰이 남아 있는지도 찾아보세요."),
		Play: func(p *Play) {
			for _, way := range exposedWays() {
				w := p.Environment()
				en, ko := way.what.EN, way.what.KO
				p.Step("A request a minute for eight hours: "+en+".", "여덟 시간 동안 1분에 한 번 요청해요: "+ko+".")
				day := w.WorkingDay(w.Client(way.actor), true, way.how)
				p.Measure(way.id+"-requests", "requests, "+en, "요청, "+ko, day.Requests, Requests)
				p.Measure(way.id+"-access", "requests that carried the access token, "+en, "액세스 토큰을 실은 요청, "+ko, day.AccessSent, Requests)
				p.Measure(way.id+"-renewals", "renewals, "+en, "갱신, "+ko, day.Renewals, Times)
				p.Measure(way.id+"-refresh", "renewals that sent a refresh token, "+en, "리프레시 토큰을 보낸 갱신, "+ko, day.RefreshSent, Times)
				p.Measure(way.id+"-elsewhere", "other requests that carried a refresh token, "+en, "리프레시 토큰을 실은 다른 요청, "+ko, day.RefreshElsewhere, Requests)
				p.Measure(way.id+"-renewed", "answers to a renewal that carried a refresh token, "+en, "리프레시 토큰을 실은 갱신 응답, "+ko, day.RefreshRenewed, Times)
				p.Measure(way.id+"-sign-in", "answers to a sign-in that carried one, "+en, "리프레시 토큰을 실은 로그인 응답, "+ko, day.RefreshAtSignIn, Times)
			}
			w := p.Environment()
			page := w.Client(Owner)
			p.Step("A page keeps its access token in memory, and is reloaded three times. No token has expired.", "액세스 토큰을 메모리에 둔 페이지를 세 번 새로고침해요. 만료된 토큰은 없어요.")
			page.SignIn(JWT, ByPage)
			before := page.Sent().RefreshTokens
			for range 3 {
				page.Restores().Want(200)
			}
			p.Measure("reloads", "requests that carried the refresh token, for three reloads", "새로고침 세 번에 리프레시 토큰을 실은 요청", page.Sent().RefreshTokens-before, Requests)
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, way := range exposedWays() {
				id := way.id
				cases = append(cases,
					Case{When: Words{"requests of a " + way.what.EN, "요청, " + way.what.KO}, Want: true, Holds: m.Int(id+"-access") == m.Int(id+"-requests") &&
						m.Int(id+"-refresh") == m.Int(id+"-renewals") && m.Int(id+"-elsewhere") == 0},
					Case{When: Words{"answers to a " + way.what.EN, "응답, " + way.what.KO}, Want: false, Holds: m.Int(id+"-sign-in") == 0})
			}
			return append(cases, Case{When: Say("reloads of a page with the token in memory", "토큰을 메모리에 둔 페이지의 새로고침"), Holds: m.Int("reloads") == 0, Want: false})
		},
	}
}

// exposedWay is who sends tokens for a day, and in which carrier.
type exposedWay struct {
	id    string
	what  Words
	actor Actor
	how   How
}

func exposedWays() []exposedWay {
	return []exposedWay{
		{"header", Words{"script, token in a header", "스크립트, 헤더의 토큰"}, Script, ByAPI},
		{"cookie", Words{"browser, token in a cookie", "브라우저, 쿠키의 토큰"}, Owner, ByCookie},
	}
}
