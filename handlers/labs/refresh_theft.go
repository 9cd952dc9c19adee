package labs

import "time"

// refreshTheft has thief and owner use the same refresh token, in several orders.
func refreshTheft() Statement {
	return Statement{
		ID: "refresh-theft", Group: Refresh, Expected: Depends, Figure: "both-thief",
		Sources: []Source{
			rfc(9700, "4.14.2"),
			rfc(6819, "5.2.2.3"),
			asvs("10.4.5"),
		},
		Says: Say("A stolen refresh token can be noticed.", "도난당한 리프레시 토큰은 알아챌 수 있다."),
		Note: Say("reuse ends the family; without a second use there is nothing to notice; two tabs are no theft", "재사용되면 계열이 끝나요. 두 번 쓰이지 않으면 알아챌 것이 없어요. 두 탭은 도난이 아니에요"),
		Why: Say("Each token is good for one exchange, so a second use shows that two have it. Which of them is the thief nobody can tell: the whole family ends. A short grace lets two tabs of one browser ask at once, and for as long hides a thief.",
			"토큰은 한 번만 교환할 수 있으니, 두 번 쓰이면 둘이 가졌다는 뜻이에요. 누가 도둑인지는 알 수 없어서 계열 전체를 끝내요. 짧은 유예 시간은 한 브라우저의 두 탭을 봐주지만, 그동안은 도둑도 가려 줘요."),
		Advice: Say("Rotate with reuse detection (RFC 9700, section 4.14.2) and keep the grace to seconds.", "재사용을 알아채도록 교환하고(RFC 9700 4.14.2절), 유예 시간은 몇 초로 하세요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner, thief := w.Client(Owner), w.Client(Thief)
			p.Step("A thief copies the refresh token and uses it. An hour later the owner does.", "도둑이 리프레시 토큰을 복사해 쓰고, 한 시간 뒤에 주인이 써요.")
			owner.SignIn(JWT)
			thief.CopiesRefreshToken(owner).Renews().Want(200)
			w.Clock.Forward(time.Hour)
			p.Status("both-owner", "the owner's use of it", "주인이 썼을 때", owner.Renews())
			p.Status("both-thief", "the thief's next use", "도둑의 다음 사용", thief.Renews())

			w = p.Environment()
			owner, thief = w.Client(Owner), w.Client(Thief)
			p.Step("The owner never comes back; the thief renews all day.", "주인은 돌아오지 않고, 도둑이 온종일 갱신해요.")
			owner.SignIn(JWT)
			thief.CopiesRefreshToken(owner)
			p.Measure("away", "for how long the thief got on", "도둑이 계속 쓴 시간", int64(w.RenewsUntil(thief)/time.Second), Seconds)

			w = p.Environment()
			alone := w.Client(Owner)
			p.Step("For comparison: the owner renews all day, and nobody else does.", "비교해 봐요. 주인만 온종일 갱신해요.")
			alone.SignIn(JWT)
			p.Measure("alone", "for how long the owner would have got on", "주인이었다면 계속 쓸 수 있던 시간", int64(w.RenewsUntil(alone)/time.Second), Seconds)

			w = p.Environment(Grace(defaults().RefreshGrace))
			owner, thief = w.Client(Owner), w.Client(Thief)
			p.Step("The owner renews, and the thief within the grace.", "주인이 갱신하고, 유예 시간 안에 도둑도 갱신해요.")
			owner.SignIn(JWT)
			thief.CopiesRefreshToken(owner)
			owner.Renews().Want(200)
			w.Clock.Forward(w.settings.RefreshGrace / 2)
			p.Status("grace-thief", "the thief, within the grace", "유예 시간 안의 도둑", thief.Renews())
			p.Measure("grace-same", "both hold the same successor", "둘이 같은 다음 토큰을 가짐", owner.RefreshToken() == thief.RefreshToken(), Truth)
			p.Step("Later each uses that successor: now there is a second use.", "나중에 각자 그 토큰을 써요. 이제 두 번째 사용이에요.")
			p.Status("grace-next", "the thief's next use", "도둑의 다음 사용", thief.Renews())
			w.Clock.Forward(time.Hour)
			p.Status("grace-later", "the owner's next use", "주인의 다음 사용", owner.Renews())
			p.Status("grace-after", "the thief after that", "그다음의 도둑", thief.Renews())

			for _, grace := range []time.Duration{defaults().RefreshGrace, 0} {
				id, words := "tabs", Words{"with the grace", "유예 시간이 있을 때"}
				if grace == 0 {
					id, words = "tabs-strict", Words{"without a grace", "유예 시간이 없을 때"}
				}
				w := p.Environment(Grace(grace))
				tab := w.Client(Owner)
				p.Step("Two tabs of one browser refresh at once, "+words.EN+".", "한 브라우저의 두 탭이 동시에 갱신해요, "+words.KO+".")
				tab.SignIn(JWT)
				other := w.Client(Owner)
				other.refreshToken = tab.RefreshToken()
				tab.Renews().Want(200)
				p.Status(id+"-second", "the second tab, "+words.EN, "두 번째 탭, "+words.KO, other.Renews())
				p.Status(id, "the browser's next refresh, "+words.EN, "브라우저의 다음 갱신, "+words.KO, tab.Renews())
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("both use it", "둘 다 사용"), Holds: !m.In("both-owner") && !m.In("both-thief"), Want: true},
				{When: Say("the owner never returns", "주인이 돌아오지 않음"), Holds: m.Int("away") < m.Int("alone"), Want: false},
				{When: Say("within the grace, at first", "유예 시간 안, 처음에는"), Holds: !m.In("grace-thief") || !m.Is("grace-same"), Want: false},
				{When: Say("after the grace, at the next use", "유예 시간 뒤, 다음 사용 때"), Holds: !m.In("grace-later") && !m.In("grace-after"), Want: true},
				{When: Say("without mistaking two tabs for it, with the grace", "두 탭을 도난으로 보지 않음, 유예 시간 있음"), Holds: m.In("tabs-second") && m.In("tabs"), Want: true},
				{When: Say("without mistaking two tabs for it, without", "두 탭을 도난으로 보지 않음, 유예 시간 없음"), Holds: m.In("tabs-strict"), Want: false},
			}
		},
	}
}
