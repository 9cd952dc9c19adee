package labs

// ScaleSticky has requests come back to the same server, and then stops it.
func (claims) ScaleSticky() Claim {
	return Claim{
		ID: "scale-sticky", Place: 2, Group: Growing, Expected: Depends, Figure: "stopped",
		Says: Say("With sessions, a user must come back to the same server.", "세션을 쓰면 사용자는 같은 서버로 돌아와야 한다."),
		Note: Say("only where each server keeps its own; and then its end signs everyone out", "서버마다 저장소가 따로일 때만. 그러면 그 서버가 멈출 때 모두 로그아웃된다"),
		Why: Say("Stickiness hides that the state is not shared, for as long as the server lives. When it stops, everyone it knew is signed out. With one store any server will do, before and after.",
			"고정(sticky)은 서버가 살아 있는 동안만 상태가 공유되지 않음을 감춘다. 서버가 멈추면 그 서버가 알던 모두가 로그아웃된다. 저장소가 하나면 전이든 후든 어느 서버나 된다."),
		Advice: Say("Share the store, and use stickiness for caches at most.", "저장소를 공유하고, 고정은 기껏해야 캐시에만 쓰라."),
		Play: func(p *Play) {
			own := p.World(SessionsIn("memory"), Nodes(2))
			p.Step("Each server has sessions in its own memory; requests are not sticky.", "서버마다 세션을 자기 메모리에 두고, 요청은 고정되지 않는다.")
			p.Measure("loose", "of ten requests refused, own memory, not sticky", "거부, 각자 메모리, 고정 없음", refusedOf(own.Client(Owner), Session, 10), Requests)
			p.Step("The same, sticky.", "같은 조건에 고정.")
			sticky := own.Client(SecondDevice)
			sticky.SignIn(Session)
			refused := 0
			for range 10 {
				if !sticky.Me(Session).In() {
					refused++
				}
			}
			p.Measure("sticky", "of ten requests refused, own memory, sticky", "거부, 각자 메모리, 고정", refused, Requests)
			p.Step("The sticky server stops, and the balancer sends the user to the other.", "고정된 서버가 멈추고, 다른 서버로 보낸다.")
			own.StopNode(1)
			p.Status("stopped", "own memory, the sticky server stopped", "각자 메모리, 고정된 서버 정지", sticky.At(2).Me(Session))

			shared := p.World(p.sharedStore(), Nodes(2))
			owner := shared.Client(Owner)
			p.Step("One store: not sticky, and then a server stops.", "한 저장소: 고정 없이, 그리고 서버 하나가 멈춘다.")
			p.Measure("shared", "of ten requests refused, one store, not sticky", "거부, 한 저장소, 고정 없음", refusedOf(owner, Session, 10), Requests)
			shared.StopNode(1)
			p.Status("shared-stopped", "one store, a server stopped", "한 저장소, 서버 하나 정지", owner.At(2).Me(Session))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("own memory", "각자 메모리"), Holds: m.Int("loose") > 0 && m.Int("sticky") == 0 && !m.In("stopped"), Want: true},
				{When: Say("one store", "한 저장소"), Holds: m.Int("shared") > 0 || !m.In("shared-stopped"), Want: false},
			}
		},
	}
}
