package labs

import (
	"fmt"

	"twodoors/handlers/auth"
)

// ScaleStore counts the store's operations for one, two and three servers.
func (claims) ScaleStore() Claim {
	rows := []variant{{"session", Words{"session", "세션"}, Session, nil, true}}
	rows = append(rows, atLevels(func(l auth.Level) bool { return l != auth.LevelSignature })...)
	const each = 10
	return Claim{
		ID: "scale-store", Place: 3, Group: Growing, Expected: Depends, Figure: "session-3",
		Sources: []Source{
			twelveFactor("backing services", "backing-services"),
			django("configuring the session engine", "topics/http/sessions/#configuring-the-session-engine"),
		},
		Says: Say("The store must grow with the servers.", "저장소도 서버와 함께 커져야 한다."),
		Note: Say("JWT at level signature: none, and 0 lookups means that a copy works until it expires", "‘서명’ 수준의 JWT는 조회가 없어요. 조회 0번은 사본이 만료될 때까지 통한다는 뜻이에요"),
		Why: Say("Three servers answer three times as many requests, and each request asks the store once. A JWT asks as often, once anything above its signature is to be known. At level signature servers need nothing from each other but the key.",
			"서버가 세 배면 답하는 요청도 세 배이고, 요청마다 저장소에 한 번 물어요. 서명보다 더 알려면 JWT도 똑같이 물어요. ‘서명’ 수준에서는 서버끼리 키만 있으면 돼요."),
		Advice: Say("One lookup by key is the smallest query there is: measure when the store will be full before you plan for it.", "키로 찾는 조회는 가장 작은 질의예요. 대비하기 전에 저장소가 언제 차는지 재 보세요."),
		Play: func(p *Play) {
			for _, r := range rows {
				for n := 1; n <= 3; n++ {
					w := p.World(append(r.settings[:len(r.settings):len(r.settings)], p.sharedStore(), Nodes(n))...)
					owner := w.Client(Owner)
					p.Step(fmt.Sprintf("%d servers, ten requests each: %s.", n, r.what.EN), fmt.Sprintf("서버 %d대에 요청을 열 번씩 보내요: %s.", n, r.what.KO))
					owner.SignIn(r.mode)
					owner.InTurn()
					sum := 0
					for range each * n {
						sum += owner.Me(r.mode).Want(200).Auth()
					}
					p.Measure(fmt.Sprint(r.id, "-", n), fmt.Sprintf("operations of the store, %d servers, %s", n, r.what.EN), fmt.Sprintf("저장소의 조회, 서버 %d대, %s", n, r.what.KO), sum, Lookups)
				}
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, r := range rows {
				grows := true
				for n := 1; n <= 3; n++ {
					grows = grows && m.Int(fmt.Sprint(r.id, "-", n)) == int64(each*n)
				}
				cases = append(cases, Case{When: r.what, Holds: grows || m.Int(r.id+"-3") > 0, Want: r.want})
				if m.Int(r.id+"-3") > 0 && !grows { // neither none nor one a request: the figure is wrong
					cases = append(cases, Case{When: Say("one operation a request", "요청마다 한 번"), Holds: false, Want: true})
				}
			}
			return cases
		},
	}
}
