package labs

// scaleSession has two servers answer in turn.
func scaleSession() Statement {
	return Statement{
		ID: "scale-session", Group: Growing, Expected: Depends, Figure: "kept-refused",
		Sources: []Source{
			twelveFactor("processes", "processes"),
			django("using cached sessions", "topics/http/sessions/#using-cached-sessions"),
		},
		Says: Say("Sessions stand in the way of several servers.", "세션은 서버를 여러 대로 늘리는 데 방해가 된다."),
		Note: Say("not with a shared store", "저장소를 공유하면 그렇지 않아요"),
		Why: Say("A server that keeps sessions in its own memory does not know those of the other server, and refuses them. Its refusal also clears the browser's cookie, so all later requests carry none and are refused too. A client that keeps its cookie is refused only by the other server. With one store for all it does not matter which server answers.",
			"세션을 자기 메모리에만 두는 서버는 다른 서버의 세션을 몰라서 거절해요. 거절하는 응답이 브라우저의 쿠키까지 지우기 때문에 그 뒤의 요청은 쿠키 없이 가서 모두 거절돼요. 쿠키를 지우지 않는 클라이언트는 다른 서버에서만 거절돼요. 저장소를 공유하면 어느 서버가 답해도 상관없어요."),
		Advice: Say("Keep sessions in the database or in Redis from the first day; then a second server is a line of configuration.", "처음부터 세션을 데이터베이스나 Redis에 두세요. 그러면 서버를 한 대 더 늘리는 일은 설정 한 줄로 끝나요."),
		Play: func(p *Play) {
			try := func(id, en, ko string, clients *Client) {
				refused, carried := refusedOf(clients, Session, 10)
				p.Measure(id+"-refused", "of ten requests: refused, "+en, "요청 열 번 중 거절, "+ko, refused, Requests)
				p.Measure(id+"-carried", "of ten requests: sent with a session cookie, "+en, "요청 열 번 중 세션 쿠키를 보낸 요청, "+ko, carried, Requests)
			}
			p.Step("Two servers, each with sessions in its own memory, answer in turn. The browser drops its cookie when an answer clears it.", "세션을 자기 메모리에 둔 두 서버가 번갈아 답해요. 응답이 쿠키를 지우면 브라우저도 지워요.")
			try("own", "own memory, the cookie cleared", "서버마다 메모리, 쿠키가 지워짐", p.Environment(SessionsIn("memory"), Nodes(2)).Client(Owner))
			p.Step("The same with a client that keeps its cookie, whatever the answer says.", "같은 조건에서, 응답이 뭐라고 하든 쿠키를 그대로 두는 클라이언트로 해 봐요.")
			try("kept", "own memory, the cookie kept", "서버마다 메모리, 쿠키를 그대로 둠", p.Environment(SessionsIn("memory"), Nodes(2)).Client(Owner).KeepsCookies())
			p.Step("Two servers with one store answer in turn.", "저장소를 공유하는 두 서버가 번갈아 답해요.")
			try("shared", "one store", "저장소 하나", p.Environment(p.sharedStore(), Nodes(2)).Client(Owner))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("each server its own memory, the cookie cleared", "서버마다 자기 메모리, 쿠키가 지워짐"), Holds: m.Int("own-refused") > 0, Want: true},
				{When: Say("each server its own memory, the cookie kept", "서버마다 자기 메모리, 쿠키를 그대로 둠"), Holds: m.Int("kept-refused") > 0 && m.Int("kept-carried") == 10, Want: true},
				{When: Say("one store for all", "모두가 저장소 하나를 공유"), Holds: m.Int("shared-refused") > 0, Want: false},
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
// refused, and how many carried a credential at all.
func refusedOf(c *Client, m Mode, n int) (refused, carried int) {
	c.SignIn(m)
	c.InTurn()
	for range n {
		if c.Access(m) != "" {
			carried++
		}
		if !c.Me(m).In() {
			refused++
		}
	}
	return refused, carried
}
