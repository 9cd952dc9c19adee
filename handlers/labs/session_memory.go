package labs

import (
	"context"
	"fmt"

	"twodoors/handlers/auth"
)

// sessionMemory weighs sessions in each store.
func sessionMemory() Statement {
	const signIns = 100
	return Statement{
		ID: "session-memory", Group: State, Expected: Depends, Figure: "memory-each",
		Sources: []Source{
			django("using cached sessions", "topics/http/sessions/#using-cached-sessions"),
			manual("Redis: memory optimization", "https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/memory-optimization/"),
			twelveFactor("processes", "processes"),
		},
		Says: Say("Sessions use up the server's memory.", "세션은 서버의 메모리를 차지한다."),
		Note: Say("where they are kept in memory", "메모리에 둘 때"),
		Why: Say("A session is a few hundred bytes wherever it lies. In the app's own memory they are the app's, in Redis they are Redis's, and in the database they are on disk. Each sign-in adds as much again.",
			"세션은 어디에 있든 몇백 바이트예요. 앱의 메모리에 두면 앱의 메모리, Redis에 두면 Redis의 메모리, 데이터베이스에 두면 디스크를 써요. 로그인할 때마다 그만큼 늘어요."),
		Advice: Say("Multiply the bytes of one session by the sign-ins that you expect before you buy memory. A million of half a kilobyte are half a gigabyte.",
			"메모리를 사기 전에 세션 하나의 바이트에 예상하는 로그인 수를 곱해 보세요. 0.5KB짜리 백만 개는 0.5GB예요."),
		Play: func(p *Play) {
			for _, store := range p.stores() {
				w := p.Environment(SessionsIn(store))
				id, name := storeID(store), storeName(store)
				p.Step(fmt.Sprintf("Sessions in %s: %d sign-ins.", name.EN, signIns), fmt.Sprintf("세션 저장소 %s: 로그인 %d번.", name.KO, signIns))
				inMemory, onDisk := w.weightOfSessions(), w.Database.Bytes("sessions")
				for range signIns {
					w.Client(Owner).SignIn(Session)
				}
				inMemory, onDisk = w.weightOfSessions()-inMemory, w.Database.Bytes("sessions")-onDisk
				if store != auth.StoreDatabase {
					p.Measure(id+"-each", "bytes of memory a session, kept in "+name.EN, "세션 하나의 메모리 바이트, 저장소는 "+name.KO, inMemory/signIns, Bytes)
				}
				p.Measure(id+"-disk", "bytes in the database a session, kept in "+name.EN, "세션 하나의 데이터베이스 바이트, 저장소는 "+name.KO, onDisk/signIns, Bytes)
			}
		},
		Rule: func(m Measured) []Case {
			inMemory := func(id string) bool { return m.Int(id+"-each") >= 100 && m.Int(id+"-disk") == 0 }
			cases := []Case{
				{When: Say("in the app's memory", "앱의 메모리"), Holds: inMemory("memory"), Want: true},
				{When: Say("in the database", "데이터베이스"), Holds: m.Int("database-disk") == 0, Want: false},
			}
			redis := Case{When: Say("in Redis: of its memory", "Redis: Redis의 메모리"), Want: true}
			if m.Has("redis-each") {
				redis.Holds = inMemory("redis")
			} else {
				redis.NotTried = needsRedis("session-memory")
			}
			return append(cases, redis)
		},
	}
}

// weightOfSessions is how many bytes of memory the environment's sessions take where the last node keeps them, in a store that can say so.
func (w *Environment) weightOfSessions() int64 {
	store, ok := w.stores[len(w.stores)-1].(interface {
		Weight(ctx context.Context) (bytes int64, err error)
	})
	if !ok {
		return 0
	}
	bytes, err := store.Weight(w.background())
	must(err)
	return bytes
}
