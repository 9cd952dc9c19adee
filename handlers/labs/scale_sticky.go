package labs

// scaleSticky has requests come back to the same server, and then stops it.
func scaleSticky() Statement {
	return Statement{
		ID: "scale-sticky", Group: Growing, Expected: Depends, Figure: "stopped",
		Sources: []Source{
			twelveFactor("processes", "processes"),
			manual("nginx: load balancing, ip_hash", "https://nginx.org/en/docs/http/load_balancing.html#nginx_load_balancing_with_ip_hash"),
		},
		Says: Say("With sessions, a user must come back to the same server.", "세션을 쓰면 사용자는 같은 서버로 돌아와야 한다."),
		Note: Say("only where each server keeps its own; and then its end signs everyone out", "서버마다 저장소가 따로일 때만 그래요. 그때는 그 서버가 멈추면 모두 로그아웃돼요"),
		Why: Say("Without stickiness every request that reaches the other server is refused. Where that answer also clears the cookie, all later requests are refused as well. Stickiness hides this until the server stops: then its users are signed out. With one store any server can answer, before and after.",
			"고정(sticky)하지 않으면 다른 서버로 간 요청은 모두 거절돼요. 그 응답이 쿠키까지 지우면 그 뒤의 요청도 모두 거절돼요. 고정은 서버가 멈출 때까지 이 문제를 감출 뿐이고, 서버가 멈추면 그 사용자들은 로그아웃돼요. 저장소를 공유하면 멈추기 전이든 뒤든 어느 서버나 답할 수 있어요."),
		Advice: Say("Share the store, and use stickiness for caches at most.", "저장소를 공유하고, 고정은 기껏해야 캐시에만 쓰세요."),
		Play: func(p *Play) {
			own := p.Environment(SessionsIn("memory"), Nodes(2))
			p.Step("Each server has sessions in its own memory; requests go to each in turn. The browser drops its cookie when an answer clears it.", "서버마다 세션을 자기 메모리에 두고, 요청은 번갈아 보내요. 응답이 쿠키를 지우면 브라우저도 지워요.")
			cleared, _ := refusedOf(own.Client(Owner), Session, 10)
			p.Measure("loose", "of ten requests refused, own memory, not sticky, the cookie cleared", "요청 열 번 중 거절, 서버마다 메모리, 고정 없음, 쿠키가 지워짐", cleared, Requests)
			p.Step("The same with a client that keeps its cookie.", "같은 조건에서 쿠키를 그대로 두는 클라이언트로 해 봐요.")
			held, _ := refusedOf(own.Client(ThirdDevice).KeepsCookies(), Session, 10)
			p.Measure("loose-kept", "of ten requests refused, own memory, not sticky, the cookie kept", "요청 열 번 중 거절, 서버마다 메모리, 고정 없음, 쿠키를 그대로 둠", held, Requests)
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

			shared := p.Environment(p.sharedStore(), Nodes(2))
			owner := shared.Client(Owner)
			p.Step("One store: not sticky, and then a server stops.", "저장소 하나: 고정 없이 보내고, 그다음 서버 하나가 멈춰요.")
			refusedThere, _ := refusedOf(owner, Session, 10)
			p.Measure("shared", "of ten requests refused, one store, not sticky", "요청 열 번 중 거절, 한 저장소, 고정 없음", refusedThere, Requests)
			shared.StopNode(1)
			p.Status("shared-stopped", "one store, a server stopped", "한 저장소, 서버 하나가 멈춤", owner.At(2).Me(Session))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("own memory", "저마다 메모리"), Holds: m.Int("loose") > 0 && m.Int("loose-kept") > 0 && m.Int("sticky") == 0 && !m.In("stopped"), Want: true},
				{When: Say("one store", "한 저장소"), Holds: m.Int("shared") > 0 || !m.In("shared-stopped"), Want: false},
			}
		},
	}
}
