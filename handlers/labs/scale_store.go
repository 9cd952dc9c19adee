package labs

import (
	"fmt"

	"twodoors/handlers/auth"
)

// scaleStore counts the lookups of the same requests on one, two and three servers.
func scaleStore() Statement {
	rows := []variant{{"session", Words{"session", "세션"}, Session, nil, false}}
	rows = append(rows, atLevels(func(auth.Level) bool { return false })...)
	return Statement{
		ID: "scale-store", Group: Growing, Expected: Fails, Figure: "session-3",
		Sources: []Source{
			twelveFactor("backing services", "backing-services"),
			django("configuring the session engine", "topics/http/sessions/#configuring-the-session-engine"),
		},
		Says: Say("The store must grow with the servers.", "저장소도 서버와 함께 커져야 한다."),
		Note: Say("it has to grow with the requests; JWT at level signature asks nothing, and then a copy works until it expires", "저장소는 요청 수에 따라 커져야 해요. ‘서명’ 수준의 JWT는 조회하지 않는 대신 사본이 만료될 때까지 유효해요"),
		Why: Say("The same ten requests cost the same lookups on one, two and three servers. Twice the requests cost twice the lookups, on one server too. Servers are usually added because there are more requests, so the two are easily confused.",
			"같은 요청 열 번은 서버가 한 대든 두 대든 세 대든 조회 횟수가 같아요. 요청이 두 배가 되면 서버가 한 대여도 조회가 두 배예요. 보통 요청이 늘어서 서버를 늘리기 때문에 둘을 혼동하기 쉬워요."),
		Advice: Say("Plan the store by requests per second, and measure when it is full. Each server also opens connections of its own: those do grow with the servers, and were not measured here.",
			"저장소 용량은 초당 요청 수로 계획하고, 언제 한계에 이르는지 재 보세요. 서버마다 여는 연결은 서버 수만큼 늘어요. 연결 수는 여기서 재지 않았어요."),
		Play: func(p *Play) {
			lookups := func(r variant, servers, requests int) int {
				w := p.Environment(append(r.settings[:len(r.settings):len(r.settings)], p.sharedStore(), Nodes(servers))...)
				owner := w.Client(Owner)
				p.Step(fmt.Sprintf("%d requests to %d servers in turn: %s.", requests, servers, r.what.EN), fmt.Sprintf("요청 %d번을 서버 %d대에 번갈아 보내요: %s.", requests, servers, r.what.KO))
				owner.SignIn(r.mode)
				owner.InTurn()
				sum := 0
				for range requests {
					sum += owner.Me(r.mode).Want(200).Auth()
				}
				return sum
			}
			for _, r := range rows {
				for servers := 1; servers <= 3; servers++ {
					p.Measure(fmt.Sprint(r.id, "-", servers), fmt.Sprintf("lookups, ten requests, servers: %d, %s", servers, r.what.EN), fmt.Sprintf("조회, 요청 열 번, 서버 %d대, %s", servers, r.what.KO), lookups(r, servers, 10), Lookups)
				}
				p.Measure(r.id+"-twice", "lookups, twenty requests, one server, "+r.what.EN, "조회, 요청 스무 번, 서버 1대, "+r.what.KO, lookups(r, 1, 20), Lookups)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, r := range rows {
				cases = append(cases, Case{When: r.what, Holds: m.Int(r.id+"-2") > m.Int(r.id+"-1") || m.Int(r.id+"-3") > m.Int(r.id+"-1")})
			}
			return cases
		},
	}
}
