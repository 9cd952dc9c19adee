package labs

import (
	"fmt"
	"strings"
)

// StateSessionBackends plays the same story on each store of sessions.
func (claims) StateSessionBackends() Claim {
	return Claim{
		ID: "state-session-backends", Place: 6, Group: State, Expected: Holds, Figure: "memory-same",
		Sources: []Source{
			django("configuring the session engine", "topics/http/sessions/#configuring-the-session-engine"),
			twelveFactor("processes", "processes"),
		},
		Says: Say("Session state can live in the database, in Redis or in the server's memory.", "세션 상태는 데이터베이스, 레디스, 서버 메모리 어디에나 둘 수 있다."),
		Why: Say("The mode asks its store for a session by its hash, and does not care who answers. All stores give the same answers to the same story. They differ in what a lookup costs and in what a restart forgets.",
			"세션 방식은 저장소에 해시로 세션을 물을 뿐, 누가 답하는지는 상관하지 않아요. 같은 이야기에 모든 저장소가 같은 답을 줘요. 다른 것은 조회에 드는 값과, 다시 시작하면 잊는 것이에요."),
		Advice: Say("Begin with the database you have. Move sessions to Redis when their lookups weigh on it, and keep them in memory only where one server is all there will ever be.",
			"이미 있는 데이터베이스로 시작하세요. 조회가 부담이 되면 레디스로 옮기고, 서버가 언제까지나 하나일 때만 메모리에 두세요."),
		Play: func(p *Play) {
			want := ""
			for _, store := range p.stores() {
				w := p.World(SessionsIn(store))
				owner, thief := w.Client(Owner), w.Client(Thief)
				name := storeName(store).EN
				p.Step("Sessions in "+name+": sign in, write a note, read it, sign out, replay a copy.", "세션 저장소 "+name+": 로그인, 노트 쓰기, 읽기, 로그아웃, 사본 다시 보내기.")
				var story []string
				tell := func(a *Answer) { story = append(story, fmt.Sprint(a.Target, " ", a.Status)) }
				owner.SignIn(Session)
				me := owner.Me(Session)
				tell(me)
				tell(owner.WriteNote(Session, "remember the milk"))
				tell(owner.Notes(Session))
				tell(owner.Get("/session/member?panel=open"))
				thief.Copies(owner)
				owner.SignOut(Session)
				tell(thief.Replay(Session))
				if want == "" {
					want = strings.Join(story, "\n")
				}
				p.Measure(name+"-same", "the same answers from "+name, name+"의 답이 같음", strings.Join(story, "\n") == want, Truth)
				p.Measure(name+"-lookups", "lookups of a request, "+name, "요청 하나의 조회, "+name, me.Auth(), Lookups)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, name := range []string{"database", "memory", "redis"} {
				if _, tried := m[name+"-same"]; tried {
					cases = append(cases, Case{When: Words{name, name}, Holds: m.Is(name + "-same"), Want: true})
				}
			}
			return cases
		},
	}
}

// storeName is a store without its address, which may hold a password.
func storeName(store string) Words {
	switch {
	case strings.HasPrefix(store, "redis"):
		return Words{"redis", "Redis"}
	case store == "memory":
		return Words{"memory", "메모리"}
	}
	return Words{"database", "데이터베이스"}
}

// stores are the stores of sessions that can be tried here: Redis where the engine was given one.
func (p *Play) stores() []string {
	stores := []string{"database", "memory"}
	if given := p.engine.options.SessionStore; strings.HasPrefix(given, "redis") {
		stores = append(stores, given)
	}
	return stores
}
