package labs

import (
	"fmt"
	"time"
)

// ShortLimitsTheft steals tokens of different lives.
func (claims) ShortLimitsTheft() Claim {
	return Claim{
		ID: "short-limits-theft", Place: 4, Group: Refresh, Expected: Depends, Figure: "life-15",
		Sources: []Source{
			rfc(6750, "5.3"),
			rfc(9700, "4.10"),
		},
		Says: Say("A short life limits what a thief can do.", "수명이 짧으면 도둑이 할 수 있는 일도 제한된다."),
		Note: Say("not if the refresh token went too", "리프레시 토큰까지 도둑맞았다면 그렇지 않아요"),
		Why: Say("An access token alone serves a thief until it expires and no second longer. Whoever takes it from the same place often finds the refresh token beside it. Then its life is the sign-in's.",
			"액세스 토큰만으로는 만료될 때까지만 쓸 수 있어요. 그러나 같은 곳에서 훔쳤다면 리프레시 토큰도 옆에 있기 쉬워요. 그러면 로그인이 끝날 때까지 쓸 수 있어요."),
		Advice: Say("Keep the two in different places: the refresh token where no script reads it.", "둘을 다른 곳에 두세요. 리프레시 토큰은 스크립트가 읽지 못하는 곳에 두세요."),
		Play: func(p *Play) {
			for _, minutes := range []int{1, 15, 60} {
				life := time.Duration(minutes) * time.Minute
				w := p.World(AccessLife(life))
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step(fmt.Sprintf("Access tokens live %d min; a thief copies one.", minutes), fmt.Sprintf("액세스 토큰의 수명은 %d분이에요. 도둑이 하나를 복사해요.", minutes))
				owner.SignIn(JWT)
				thief.Holds(JWT, owner.Access(JWT))
				p.Measure(fmt.Sprint("life-", minutes), fmt.Sprintf("for how long it served the thief, life %d min", minutes), fmt.Sprintf("도둑이 쓴 시간, 수명 %d분", minutes), int64(w.LivesUntil(thief, JWT, 48*time.Hour)/time.Second), Seconds)
				if minutes == 15 {
					p.Step("The thief copies the refresh token as well.", "도둑이 리프레시 토큰까지 복사해요.")
					p.Measure("both", "for how long both served the thief", "둘 다로 도둑이 쓴 시간", int64(w.RenewsUntil(w.Client(Thief).Copies(owner))/time.Second), Seconds)
				}
			}
		},
		Rule: func(m Measured) []Case {
			limited := true
			for _, minutes := range []int64{1, 15, 60} {
				life := m.Int(fmt.Sprint("life-", minutes))
				limited = limited && life >= minutes*60 && life <= minutes*60+30
			}
			return []Case{
				{When: Say("the access token alone", "액세스 토큰만"), Holds: limited, Want: true},
				{When: Say("the refresh token too", "리프레시 토큰까지"), Holds: m.Int("both") <= 15*60+30, Want: false},
			}
		},
	}
}
