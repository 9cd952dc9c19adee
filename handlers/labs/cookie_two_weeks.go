package labs

import (
	"time"

	"twodoors/handlers/auth"
)

// cookieTwoWeeks asks just before and just after each limit.
func cookieTwoWeeks() Statement {
	type limit struct {
		id, en, ko string
		mode       Mode
		how        []How
		life       time.Duration
	}
	limits := []limit{
		{"token", "opaque token in its cookie", "쿠키에 담은 불투명 토큰", Token, []How{ByCookie, Remembered}, 336 * time.Hour},
		{"session", "remembered session", "로그인을 유지한 세션", Session, []How{Remembered}, 336 * time.Hour},
		{"jwt", "access token", "액세스 토큰", JWT, nil, 15*time.Minute + auth.Leeway},
	}
	return Statement{
		ID: "cookie-two-weeks", Group: State, Expected: Holds, Figure: "jwt-life",
		Sources: []Source{
			rfc(6265, "4.1.2.2"),
			asvs("7.3.2"),
			django("SESSION_COOKIE_AGE", "ref/settings/#session-cookie-age"),
		},
		Says: Say("The opaque token's signed cookie is good for two weeks, the access token for fifteen minutes.", "불투명 토큰의 서명된 쿠키는 2주, 액세스 토큰은 15분 동안 유효하다."),
		Note: Say("and "+span(auth.Leeway).EN+" of leeway for the access token", "액세스 토큰에는 여유 "+span(auth.Leeway).KO+"가 더해져요"),
		Why: Say("These are settings, each kept by the server and not by the browser. The cookie's date stands under its signature, the session's in its row, the token's in its claims. A copy that ignores the browser's date is refused all the same.",
			"모두 설정으로 정하고, 브라우저가 아니라 서버가 지켜요. 쿠키의 날짜는 서명 안에, 세션의 날짜는 행에, 토큰의 날짜는 클레임에 있어요. 브라우저의 날짜를 무시한 사본도 거절돼요."),
		Advice: Say("Let the server enforce every end; Max-Age is a request to a browser that a thief does not use.", "모든 기한은 서버가 지키게 하세요. Max-Age는 브라우저에 하는 부탁일 뿐이고, 도둑은 브라우저를 쓰지 않아요."),
		Play: func(p *Play) {
			for _, l := range limits {
				w := p.Environment(RememberedFor(336*time.Hour), AccessLife(15*time.Minute))
				owner, copied := w.Client(Owner), w.Client(Thief)
				p.Step("The owner signs in: "+l.en+". A copy is tried one second before the limit, and at it.", "주인이 로그인해요: "+l.ko+". 기한 1초 전과 기한이 된 때에 사본을 써 봐요.")
				owner.SignIn(l.mode, l.how...)
				copied.Copies(owner)
				began := w.Clock.Now()
				p.Measure(l.id+"-life", "how long a copy worked, "+l.en, "사본이 통한 시간, "+l.ko, int64(w.LivesUntil(copied, l.mode, 2*l.life)/time.Second), Seconds)
				w.jump(began)
				w.Clock.To(l.life - second)
				p.Status(l.id+"-before", "one second before the limit, "+l.en, "기한 1초 전, "+l.ko, copied.Replay(l.mode))
				w.Clock.To(l.life + second)
				p.Status(l.id+"-after", "one second after it, "+l.en, "기한 1초 뒤, "+l.ko, copied.Replay(l.mode))
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, l := range limits {
				cases = append(cases, Case{When: Words{l.en, l.ko}, Holds: m.In(l.id+"-before") && !m.In(l.id+"-after") && isAbout(m.Int(l.id+"-life"), l.life), Want: true})
			}
			return cases
		},
	}
}

// isAbout is to the second, for what is kept with fractions of one.
func isAbout(seconds int64, d time.Duration) bool {
	return max(seconds-int64(d/time.Second), int64(d/time.Second)-seconds) <= 1
}
