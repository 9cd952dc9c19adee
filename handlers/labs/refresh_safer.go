package labs

import "time"

// refreshSafer compares what a thief gets from either token.
func refreshSafer() Statement {
	return Statement{
		ID: "refresh-safer", Group: Refresh, Expected: Depends, Figure: "refresh-life",
		Sources: []Source{
			rfc(9700, "2.2.2"),
			rfc(9700, "4.14"),
			rfc(6749, "10.4"),
			asvs("10.4.5"),
			asvs("10.4.8"),
		},
		Says: Say("The refresh token is the less dangerous one to lose.", "리프레시 토큰은 잃어버려도 덜 위험하다."),
		Note: Say("seen less often, worth more", "덜 보이지만 값어치는 더 커요"),
		Why: Say("The access token crosses the network at every request. The refresh token crosses it at a sign-in and at each renewal, both ways. But whoever has it gets new access tokens until the sign-in ends, unless the owner's next use gives the thief away. So it is seen less often, and it is worth more.",
			"액세스 토큰은 요청마다 네트워크를 지나요. 리프레시 토큰은 로그인할 때와 갱신할 때 오가요. 하지만 리프레시 토큰을 손에 넣은 사람은, 주인이 다음에 쓰면서 들키지 않는 한, 로그인이 끝날 때까지 새 액세스 토큰을 얻어요. 덜 보이지만 값어치는 더 커요."),
		Advice: Say("Rotate it at each use or bind it to its client (RFC 9700, section 2.2.2). End its family on reuse, and give it an absolute end.", "쓸 때마다 교환하거나 클라이언트에 묶으세요(RFC 9700 2.2.2절). 재사용되면 패밀리를 끝내고, 절대 기한을 두세요."),
		Play: func(p *Play) {
			w := p.Environment()
			p.Step("A working day is counted.", "근무일 하루를 세요.")
			day := w.WorkingDay(w.Client(Script), true, ByAPI)
			p.Measure("access-seen", "times that an access token crossed the network, in requests and answers", "액세스 토큰이 요청과 응답에 실려 네트워크를 지난 횟수", day.AccessSent+day.AccessGiven, Times)
			p.Measure("refresh-seen", "times that a refresh token did", "리프레시 토큰이 지난 횟수", day.RefreshSent+day.RefreshElsewhere+day.RefreshGiven, Times)
			w = p.Environment()
			owner, thief := w.Client(Owner), w.Client(Thief)
			p.Step("A thief has one access token.", "도둑이 액세스 토큰 하나를 가졌어요.")
			owner.SignIn(JWT)
			thief.Holds(JWT, owner.Access(JWT))
			access := w.LivesUntil(thief, JWT, 24*time.Hour)
			p.Measure("access-life", "for how long it served the thief", "도둑이 쓸 수 있던 시간", int64(access/time.Second), Seconds)
			p.Step("A thief has the refresh token, and the owner is away.", "도둑이 리프레시 토큰을 가졌고, 주인은 자리를 비웠어요.")
			p.Measure("refresh-life", "for how long that served the thief", "리프레시 토큰을 도둑이 쓸 수 있던 시간", int64(w.RenewsUntil(w.Client(Thief).CopiesRefreshToken(owner))/time.Second), Seconds)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("how often it is seen", "보이는 횟수"), Holds: m.Int("refresh-seen") < m.Int("access-seen"), Want: true},
				{When: Say("for how long it serves a thief", "도둑이 쓸 수 있는 시간"), Holds: m.Int("refresh-life") <= m.Int("access-life"), Want: false},
			}
		},
	}
}

// RenewsUntil has a client renew its tokens every ten minutes until that is refused, and returns how long it was
// let in from now on. The clock is put back.
func (w *Environment) RenewsUntil(c *Client) time.Duration {
	began := w.Clock.Now()
	defer w.jump(began)
	const every = 10 * time.Minute
	for at := time.Duration(0); at < 1000*time.Hour; at += every {
		w.jump(began.Add(at))
		if !c.Renews().In() {
			if at == 0 {
				return 0
			}
			w.jump(began.Add(at - every))
			return at - every + w.LivesUntil(c, JWT, time.Hour)
		}
	}
	return 1000 * time.Hour
}
