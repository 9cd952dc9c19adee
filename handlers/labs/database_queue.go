package labs

import (
	"fmt"
	"net/http"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/bench"
)

// databaseQueue sends many requests at once to servers whose database answers one lookup at a time.
func databaseQueue() Statement {
	const (
		atOnce = 16
		takes  = 2 * time.Millisecond // a lookup in another zone of the same data centre
	)
	return Statement{
		ID: "database-queue", Group: Cost, Expected: Depends, Figure: "session",
		Sources: []Source{
			manual("PostgreSQL: max_connections", "https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS"),
			django("using cached sessions", "topics/http/sessions/#using-cached-sessions"),
		},
		Says: Say("With sessions, requests stand in line for the database; with tokens they do not.", "세션을 쓰면 요청이 데이터베이스 앞에 줄을 서고, 토큰을 쓰면 서지 않는다."),
		Note: Say("where sessions are in the database, and the token is checked by its signature alone", "세션이 데이터베이스에 있고, 토큰은 서명만 확인할 때"),
		Why: Say("A database answers so many lookups at a time, and the others wait: the last in line waits for all before it. A request that needs no lookup passes the line. A token that is checked against the database stands in it like a session.",
			"데이터베이스가 한 번에 답하는 조회 수는 정해져 있고, 나머지는 기다려요. 줄의 마지막은 앞의 모두를 기다려요. 조회가 필요 없는 요청은 줄을 지나쳐요. 데이터베이스에 확인하는 토큰은 세션처럼 줄을 서요."),
		Advice: Say("Watch how long lookups wait, not only how long they take. More connections, or sessions in Redis, shorten the line before another method has to.",
			"조회에 걸리는 시간뿐 아니라 기다리는 시간도 보세요. 방식을 바꾸기 전에 연결을 늘리거나 세션을 Redis에 두면 줄이 짧아져요."),
		Play: func(p *Play) {
			for _, v := range []variant{
				{id: "session", what: Words{"session in the database", "데이터베이스의 세션"}, mode: Session, settings: []Setting{SessionsIn(auth.StoreDatabase)}},
				{id: "memory", what: Words{"session in memory", "메모리의 세션"}, mode: Session, settings: []Setting{SessionsIn(auth.StoreMemory)}},
				{id: "signature", what: levelWords(auth.LevelSignature), mode: JWT, settings: []Setting{Level(auth.LevelSignature)}},
				{id: "version", what: levelWords(auth.LevelVersion), mode: JWT, settings: []Setting{Level(auth.LevelVersion)}},
			} {
				w := p.Environment(v.settings...)
				owner := w.Client(Owner)
				p.Step(fmt.Sprintf("%s: the owner signs in. Then the database takes 2 ms for a lookup, one at a time, and %d requests come at once.", v.what.EN, atOnce),
					fmt.Sprintf("%s: 주인이 로그인해요. 그다음 데이터베이스는 한 번에 하나씩, 조회마다 2ms가 걸려요. 요청 %d개가 한꺼번에 와요.", v.what.KO, atOnce))
				owner.SignIn(v.mode)
				target := "/api/" + string(v.mode) + "/me"
				owner.Get(target).Want(http.StatusOK)
				w.Database.OneAtATime(takes)
				client := bench.NewClient(w.Listen(), owner.write(request{method: http.MethodGet, target: target}), atOnce)
				sent, err := client.Send(p.ctx, atOnce)
				client.Close()
				must(err)
				if sent.Failed > 0 {
					stop("%d requests failed: %s", sent.Failed, sent.Failure)
				}
				p.Measure(v.id, fmt.Sprintf("lookups that %d requests waited for, %s", atOnce, v.what.EN), fmt.Sprintf("요청 %d개가 기다린 조회, %s", atOnce, v.what.KO), sent.Lookups, Lookups)
				p.Measure(v.id+"-last", "the last answer came after, "+v.what.EN, "마지막 답이 오기까지, "+v.what.KO, sent.Took(100).Microseconds(), Micros)
			}
		},
		Rule: func(m Measured) []Case {
			inLine := func(id string) bool { return m.Int(id) == atOnce }
			return []Case{
				{When: Say("session in the database against level signature", "데이터베이스의 세션과 ‘서명’ 수준"), Holds: inLine("session") && m.Int("signature") == 0, Want: true},
				{When: Say("session in memory", "메모리의 세션"), Holds: inLine("memory"), Want: false},
				{When: Say("session in the database against level version", "데이터베이스의 세션과 ‘버전’ 수준"), Holds: inLine("session") && m.Int("version") == 0, Want: false},
			}
		},
	}
}
