package labs

// RefreshExposure counts how often each token is on the wire in a working day.
func (claims) RefreshExposure() Claim {
	return Claim{
		ID: "refresh-exposure", Place: 2, Group: Refresh, Expected: Holds, Figure: "header-refresh",
		Sources: []Source{
			rfc(6749, "1.5"),
			rfc(6749, "10.4"),
			rfc(6265, "4.1.2.4"),
		},
		Says: Say("The refresh token crosses the network only to refresh, the access token on every call.", "리프레시 토큰은 갱신할 때만, 액세스 토큰은 호출마다 네트워크를 지난다."),
		Note: Say("a page that keeps its token in memory sends it once more at every reload", "토큰을 메모리에 두는 페이지는 새로고침마다 한 번 더 보내요"),
		Why: Say("A script sends it in the body of one address. A browser has it in a cookie whose Path is that address. All other requests carry the access token alone.",
			"스크립트는 주소 하나에 본문으로 보내요. 브라우저는 Path가 그 주소인 쿠키에 둬요. 다른 모든 요청에는 액세스 토큰만 실려요."),
		Advice: Say("Bind the refresh cookie to its path, and look into your own logs for it: it should be in none.", "리프레시 쿠키를 경로에 묶고, 로그를 찾아보세요. 어디에도 없어야 해요."),
		Play: func(p *Play) {
			for _, way := range []struct {
				id, en, ko string
				actor      Actor
				how        How
			}{{"header", "script, in a header", "스크립트, 헤더", Script, ByAPI}, {"cookie", "browser, in a cookie", "브라우저, 쿠키", Owner, ByCookie}} {
				w := p.World()
				p.Step("A working day: "+way.en+".", "근무일 하루: "+way.ko+".")
				day := w.WorkingDay(w.Client(way.actor), true, way.how)
				p.Measure(way.id+"-access", "times that the access token was sent, "+way.en, "액세스 토큰을 보낸 횟수, "+way.ko, day.AccessSent, Times)
				p.Measure(way.id+"-refresh", "times that the refresh token was sent, to renew, "+way.en, "갱신하려고 리프레시 토큰을 보낸 횟수, "+way.ko, day.RefreshSent, Times)
				p.Measure(way.id+"-elsewhere", "times that it was sent elsewhere, "+way.en, "그 밖에 보낸 횟수, "+way.ko, day.RefreshElsewhere, Times)
			}
			w := p.World()
			page := w.Client(Owner)
			p.Step("A page keeps its token in memory, and is reloaded three times.", "토큰을 메모리에 둔 페이지를 세 번 새로고침해요.")
			page.SignIn(JWT, ByPage)
			before := page.Sent().RefreshTokens
			for range 3 {
				page.Restores().Want(200)
			}
			p.Measure("reloads", "times that the refresh token was sent for three reloads", "새로고침 세 번에 리프레시 토큰을 보낸 횟수", page.Sent().RefreshTokens-before, Times)
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, way := range []Words{{"header", "헤더"}, {"cookie", "쿠키"}} {
				id := way.EN
				cases = append(cases, Case{When: way, Want: true,
					Holds: m.Int(id+"-access") == 480 && m.Int(id+"-refresh") == 31 && m.Int(id+"-elsewhere") == 0})
			}
			return append(cases, Case{When: Say("reloads", "새로고침"), Holds: m.Int("reloads") == 3, Want: true})
		},
	}
}
