package labs

// ScaleSession has two servers answer in turn.
func (claims) ScaleSession() Claim {
	return Claim{
		ID: "scale-session", Place: 1, Group: Growing, Expected: Depends, Figure: "own-refused",
		Sources: []Source{
			twelveFactor("processes", "processes"),
			django("using cached sessions", "topics/http/sessions/#using-cached-sessions"),
		},
		Says: Say("Sessions stand in the way of several servers.", "세션은 서버를 여러 대로 늘리는 데 방해가 된다."),
		Note: Say("not with a shared store", "저장소를 공유하면 그렇지 않아요"),
		Why: Say("A server that keeps sessions to itself is asked about sessions that it never saw. Where all servers ask one store, it does not matter who answers. So the store is what must be shared, and most apps share a database already.",
			"세션을 혼자 간직하는 서버는 본 적 없는 세션에 대해 질문을 받아요. 모든 서버가 한 저장소에 물으면 누가 답하든 상관없어요. 공유해야 하는 것은 저장소이고, 대부분의 앱은 이미 데이터베이스를 공유해요."),
		Advice: Say("Keep sessions in the database or in Redis from the first day; then a second server is a line of configuration.", "처음부터 세션을 데이터베이스나 레디스에 두세요. 그러면 두 번째 서버는 설정 한 줄이에요."),
		Play: func(p *Play) {
			own := p.World(SessionsIn("memory"), Nodes(2))
			p.Step("Two servers, each with sessions in its own memory, answer in turn.", "세션을 자기 메모리에 둔 두 서버가 번갈아 답해요.")
			p.Measure("own-refused", "of ten requests refused, each server with its own memory", "메모리가 저마다일 때, 요청 열 번 중 거절", refusedOf(own.Client(Owner), Session, 10), Requests)
			shared := p.World(p.sharedStore(), Nodes(2))
			p.Step("Two servers with one store answer in turn.", "저장소를 공유하는 두 서버가 번갈아 답해요.")
			p.Measure("shared-refused", "of ten requests refused, one store", "저장소가 하나일 때, 요청 열 번 중 거절", refusedOf(shared.Client(Owner), Session, 10), Requests)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("each server its own memory", "서버마다 자기 메모리"), Holds: m.Int("own-refused") > 0, Want: true},
				{When: Say("one store for all", "모두에게 한 저장소"), Holds: m.Int("shared-refused") > 0, Want: false},
			}
		},
	}
}

// sharedStore is a place for sessions that all servers ask: the one that the engine was given, or the database.
func (p *Play) sharedStore() Setting {
	if given := p.engine.options.SessionStore; given != "" && given != "memory" {
		return SessionsIn(given)
	}
	return SessionsIn("database")
}

// refusedOf signs a client in on the first node, and counts how many of n requests to the nodes in turn are
// refused.
func refusedOf(c *Client, m Mode, n int) int {
	c.SignIn(m)
	c.InTurn()
	refused := 0
	for range n {
		if !c.Me(m).In() {
			refused++
		}
	}
	return refused
}
