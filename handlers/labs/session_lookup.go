package labs

import "twodoors/models/sqltrace"

// sessionLookup counts the lookups of a session's request, wherever the session is kept.
func sessionLookup() Statement {
	return Statement{
		ID: "session-lookup", Group: Cost, Expected: Depends, Figure: "database",
		Sources: []Source{
			asvs("7.2.1"),
			django("using cached sessions", "topics/http/sessions/#using-cached-sessions"),
		},
		Says: Say("Every session request asks the database who this is.", "세션 요청은 매번 데이터베이스에 누구인지 묻는다."),
		Note: Say("with the user copied, a deactivated user stays in", "사용자 사본을 두면 비활성화된 사용자도 그대로 들어와요"),
		Why: Say("A session id means nothing without its store. Where the store is the database, that is one lookup, joined with the user. Where session and copied user lie in memory, the database is not asked, and does not get to say that the user has changed.",
			"세션 id는 저장소가 없으면 아무 뜻이 없어요. 저장소가 데이터베이스라면 사용자까지 함께 읽는 조회 한 번이에요. 세션과 사용자 사본이 메모리에 있으면 데이터베이스에 묻지 않으니, 사용자가 바뀌었다는 말도 듣지 못해요."),
		Advice: Say("Join the user into the session's lookup: one statement by its key. Copy the user only where a stale role is harmless.",
			"세션을 찾을 때 사용자도 함께 읽으세요. 키로 찾는 문장 하나예요. 역할이 낡아도 괜찮을 때만 사용자 사본을 두세요."),
		Play: func(p *Play) {
			for _, store := range p.stores() {
				w := p.Environment(SessionsIn(store))
				owner := w.Client(Owner)
				id, name := storeID(store), storeName(store)
				p.Step("The owner signs in and asks who they are; sessions are in "+name.EN+".", "주인이 로그인하고 자기가 누구인지 물어요. 세션은 "+name.KO+"에 있어요.")
				owner.SignIn(Session)
				a := owner.Me(Session).Want(200)
				statements, commands := 0, 0
				for _, l := range a.Lookups {
					switch l.Kind {
					case sqltrace.KindStatement:
						statements++
					case sqltrace.KindCommand:
						commands++
					}
				}
				p.Measure(id, "lookups in the database, sessions in "+name.EN, "데이터베이스 조회, 세션은 "+name.KO, statements, Lookups)
				p.Measure(id+"-commands", "commands to Redis, sessions in "+name.EN, "Redis 명령, 세션은 "+name.KO, commands, Commands)
				w.SetActive(false)
				p.Status(id+"-inactive", "after the account was deactivated elsewhere, sessions in "+name.EN, "다른 곳에서 계정을 비활성화한 뒤, 세션은 "+name.KO, owner.Me(Session))
			}
		},
		Rule: func(m Measured) []Case {
			cases := []Case{
				{When: Say("in the database: once", "데이터베이스: 한 번"), Holds: m.Int("database") == 1 && !m.In("database-inactive"), Want: true},
				{When: Say("in memory, the user copied", "메모리, 사용자 사본"), Holds: m.Int("memory") > 0 || !m.In("memory-inactive"), Want: false},
			}
			redis := Case{When: Say("in Redis, the user copied: one command", "Redis, 사용자 사본: 명령 하나"), Want: false}
			if m.Has("redis") {
				redis.Holds = m.Int("redis") > 0 || !m.In("redis-inactive") || m.Int("redis-commands") != 1
			} else {
				redis.NotTried = needsRedis("session-lookup")
			}
			return append(cases, redis)
		},
	}
}
