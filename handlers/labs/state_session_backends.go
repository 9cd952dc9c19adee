package labs

import (
	"net/http"
	"strings"
)

// stateSessionBackends plays the same story on each store of sessions.
func stateSessionBackends() Statement {
	return Statement{
		ID: "state-session-backends", Group: State, Expected: Holds, Figure: "memory-right",
		Sources: []Source{
			django("configuring the session engine", "topics/http/sessions/#configuring-the-session-engine"),
			twelveFactor("processes", "processes"),
		},
		Says: Say("Session state can live in the database, in Redis or in the server's memory.", "세션 상태는 데이터베이스, Redis, 서버 메모리 어디에나 둘 수 있다."),
		Why: Say("Session mode looks the session up by its hash, and any store can answer. Every store that was tried gave the same five answers. The stores differ in the cost of a lookup, and in what a restart loses.",
			"세션 방식은 해시로 세션을 조회하고, 어느 저장소든 답할 수 있어요. 시험한 저장소는 모두 같은 다섯 가지 답을 했어요. 조회 비용과, 다시 시작할 때 잃는 것이 서로 달라요."),
		Advice: Say("Begin with the database that you have. Move sessions to Redis when their lookups become a burden. Keep sessions in memory only where there will never be a second server.",
			"이미 쓰는 데이터베이스로 시작하세요. 세션 조회가 부담이 되면 Redis로 옮기세요. 서버가 앞으로도 하나뿐일 때만 메모리에 두세요."),
		Play: func(p *Play) {
			for _, store := range p.stores() {
				w := p.Environment(SessionsIn(store))
				owner, thief := w.Client(Owner), w.Client(Thief)
				id, name := storeID(store), storeName(store)
				p.Step("Sessions in "+name.EN+": sign in, write a note, read it, sign out, replay a copy.", "세션 저장소 "+name.KO+": 로그인, 노트 쓰기, 읽기, 로그아웃, 사본 다시 보내기.")
				right := 0
				answered := func(a *Answer, want int) {
					if a.Status == want {
						right++
					}
				}
				owner.SignIn(Session)
				me := owner.Me(Session)
				answered(me, http.StatusOK)
				answered(owner.WriteNote(Session, "remember the milk"), http.StatusCreated)
				notes := owner.Notes(Session)
				answered(notes, http.StatusOK)
				thief.Copies(owner)
				owner.SignOut(Session)
				answered(owner.Me(Session), http.StatusUnauthorized)
				answered(thief.Replay(Session), http.StatusUnauthorized)
				p.Measure(id+"-right", "of five answers: right, sessions in "+name.EN, "다섯 답 중 옳은 답, 세션은 "+name.KO, right, Times)
				p.Measure(id+"-note", "the note was read back, sessions in "+name.EN, "노트를 다시 읽음, 세션은 "+name.KO, notes.Shows("remember the milk"), Truth)
				p.Measure(id+"-lookups", "lookups of a request, sessions in "+name.EN, "요청 하나의 조회, 세션은 "+name.KO, me.Auth(), Lookups)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, store := range []string{"database", "memory", "redis"} {
				c := Case{When: storeName(store), Want: true}
				if m.Has(store + "-right") {
					c.Holds = m.Int(store+"-right") == 5 && m.Is(store+"-note")
				} else {
					c.NotTried = needsRedis("state-session-backends")
				}
				cases = append(cases, c)
			}
			return cases
		},
	}
}

// storeID is the kind of a store, as it stands in the ids of what is measured.
func storeID(store string) string {
	if strings.HasPrefix(store, "redis") { // an address, which may hold a password
		return "redis"
	}
	return store
}

// storeName is what a store is called.
func storeName(store string) Words {
	return map[string]Words{"database": {"database", "데이터베이스"}, "memory": {"memory", "메모리"}, "redis": {"Redis", "Redis"}}[storeID(store)]
}

// needsRedis says how to have a statement tried on Redis.
func needsRedis(statement string) Words {
	command := "twodoors verify " + statement + " --session-store=redis://localhost:6379/0"
	return Words{"start with: " + command, "시험하려면 이렇게 시작하세요: " + command}
}

// stores are the stores of sessions that can be tried here: Redis where the engine was given one.
func (p *Play) stores() []string {
	stores := []string{"database", "memory"}
	if given := p.engine.options.SessionStore; strings.HasPrefix(given, "redis") {
		stores = append(stores, given)
	}
	return stores
}
