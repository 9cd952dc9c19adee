package labs

import "fmt"

// LookupGrows has the database count the rows that it looks at to find one session among many.
func (claims) LookupGrows() Claim {
	return Claim{
		ID: "lookup-grows", Place: 2, Group: Cost, Expected: Depends, Figure: "index-100000",
		Sources: []Source{
			manual("SQLite: query planning", "https://www.sqlite.org/queryplanner.html"),
			manual("PostgreSQL: using EXPLAIN", "https://www.postgresql.org/docs/current/using-explain.html"),
		},
		Says: Say("Finding a session gets slower the more people are signed in.", "로그인한 사람이 많을수록 세션을 찾는 것이 느려진다."),
		Note: Say("with the index: no", "색인이 있으면 그렇지 않아요"),
		Why: Say("With an index the database goes straight to the row, among however many. Without one it looks at every row there is. The table's key is the hash of the id, so the index is there from the start.",
			"색인이 있으면 몇 개 가운데서든 데이터베이스는 곧장 그 행으로 가요. 없으면 모든 행을 들여다봐요. 테이블의 키가 id의 해시라서 색인은 처음부터 있어요."),
		Advice: Say("Look at the query plan, not at the table's size.", "테이블의 크기가 아니라 실행 계획을 보세요."),
		Play: func(p *Play) {
			w := p.World()
			kept := 0
			for _, n := range []int{10, 1000, 100_000} {
				count := digits(n)
				p.Step(count.EN+" sessions: the database counts the rows that it looks at.", "세션 "+count.KO+"개: 데이터베이스가 들여다본 행을 세요.")
				hash := w.FillSessions(n - kept)
				kept = n
				for _, way := range []struct {
					id, en, ko string
					index      bool
				}{{"index", "with the index", "색인 있음", true}, {"scan", "without", "색인 없음", false}} {
					rows, err := w.Database.db.SessionLookupRows(p.ctx, hash, w.Clock.Now(), way.index)
					must(err)
					p.Measure(fmt.Sprint(way.id, "-", n), "rows looked at among "+count.EN+", "+way.en, count.KO+"개 중 들여다본 행, "+way.ko, rows, Rows)
				}
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("without an index", "색인 없음"), Holds: m.Int("scan-1000") > m.Int("scan-10") && m.Int("scan-100000") >= 100_000, Want: true},
				{When: Say("with the index", "색인 있음"), Holds: m.Int("index-100000") > m.Int("index-10") || m.Int("index-100000") != 1, Want: false},
			}
		},
	}
}
