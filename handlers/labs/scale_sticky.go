package labs

// ScaleSticky has requests come back to the same server, and then stops it.
func (claims) ScaleSticky() Claim {
	return Claim{
		ID: "scale-sticky", Place: 2, Group: Growing, Expected: Depends, Figure: "stopped",
		Sources: []Source{
			twelveFactor("processes", "processes"),
			manual("nginx: load balancing, ip_hash", "https://nginx.org/en/docs/http/load_balancing.html#nginx_load_balancing_with_ip_hash"),
		},
		Says: Say("With sessions, a user must come back to the same server.", "세션을 쓰면 사용자는 같은 서버로 돌아와야 한다."),
		Note: Say("only where each server keeps its own; and then its end signs everyone out", "서버마다 저장소가 따로일 때만 그래요. 그때는 그 서버가 멈추면 모두 로그아웃돼요"),
		Why: Say("Stickiness hides that the state is not shared, for as long as the server lives. When it stops, everyone it knew is signed out. With one store any server will do, before and after.",
			"고정(sticky)은 서버가 살아 있는 동안 상태를 공유하지 않는다는 것을 감출 뿐이에요. 서버가 멈추면 그 서버가 알던 모두가 로그아웃돼요. 저장소가 하나면 전이든 뒤든 어느 서버나 괜찮아요."),
		Advice: Say("Share the store, and use stickiness for caches at most.", "저장소를 공유하고, 고정은 기껏해야 캐시에만 쓰세요."),
		Play: func(p *Play) {
			own := p.World(SessionsIn("memory"), Nodes(2))
			p.Step("Each server has sessions in its own memory; requests are not sticky.", "서버마다 세션을 자기 메모리에 두고, 요청은 고정하지 않아요.")
			p.Measure("loose", "of ten requests refused, own memory, not sticky", "요청 열 번 중 거절, 저마다 메모리, 고정 없음", refusedOf(own.Client(Owner), Session, 10), Requests)
			p.Step("The same, sticky.", "같은 조건에서 고정해요.")
			sticky := own.Client(SecondDevice)
			sticky.SignIn(Session)
			refused := 0
			for range 10 {
				if !sticky.Me(Session).In() {
					refused++
				}
			}
			p.Measure("sticky", "of ten requests refused, own memory, sticky", "요청 열 번 중 거절, 저마다 메모리, 고정", refused, Requests)
			p.Step("The sticky server stops, and the balancer sends the user to the other.", "고정된 서버가 멈추고, 분배기가 사용자를 다른 서버로 보내요.")
			own.StopNode(1)
			p.Status("stopped", "own memory, the sticky server stopped", "저마다 메모리, 고정된 서버가 멈춤", sticky.At(2).Me(Session))

			shared := p.World(p.sharedStore(), Nodes(2))
			owner := shared.Client(Owner)
			p.Step("One store: not sticky, and then a server stops.", "저장소 하나: 고정 없이 보내고, 그다음 서버 하나가 멈춰요.")
			p.Measure("shared", "of ten requests refused, one store, not sticky", "요청 열 번 중 거절, 한 저장소, 고정 없음", refusedOf(owner, Session, 10), Requests)
			shared.StopNode(1)
			p.Status("shared-stopped", "one store, a server stopped", "한 저장소, 서버 하나가 멈춤", owner.At(2).Me(Session))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("own memory", "저마다 메모리"), Holds: m.Int("loose") > 0 && m.Int("sticky") == 0 && !m.In("stopped"), Want: true},
				{When: Say("one store", "한 저장소"), Holds: m.Int("shared") > 0 || !m.In("shared-stopped"), Want: false},
			}
		},
	}
}
