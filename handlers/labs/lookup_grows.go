package labs

import (
	"fmt"

	"twodoors/handlers/auth"
)

// lookupGrows has the database count the rows that it looks at to find one session among many.
func lookupGrows() Statement {
	return Statement{
		ID: "lookup-grows", Group: Cost, Expected: Depends, Figure: "index-100000",
		Sources: []Source{
			manual("SQLite: query planning", "https://www.sqlite.org/queryplanner.html"),
			manual("PostgreSQL: using EXPLAIN", "https://www.postgresql.org/docs/current/using-explain.html"),
		},
		Says: Say("Finding a session gets slower the more people are signed in.", "로그인한 사람이 많을수록 세션을 찾는 것이 느려진다."),
		Note: Say("an index makes the work grow with the logarithm: a page more for many times the sessions", "인덱스가 있으면 로그에 비례해요. 세션이 여러 배가 되어도 한 페이지 더 읽어요"),
		Why: Say("An index is a B-tree: the database goes from its root page to a leaf page, and the tree is a few pages high. It gets a page higher when the table is many times as large. Without an index the database reads every page of the table. The table's key is the hash of the session id, so the index is there from the start.",
			"인덱스는 B-트리예요. 데이터베이스는 루트 페이지에서 리프 페이지까지 내려가고, 트리의 높이는 몇 페이지예요. 테이블이 여러 배로 커져야 한 페이지 높아져요. 인덱스가 없으면 테이블의 모든 페이지를 읽어요. 테이블의 키가 세션 id의 해시라서 인덱스는 처음부터 있어요."),
		Advice: Say("Look at the query plan and the pages it reads, not at the table's size.", "테이블의 크기가 아니라 실행 계획과 읽는 페이지 수를 보세요."),
		Play: func(p *Play) {
			w := p.Environment(SessionsIn(auth.StoreDatabase))
			kept := 0
			for _, n := range []int{10, 1000, 100_000} {
				count := digits(n)
				p.Step(count.EN+" sessions: the database counts what it reads to find one.", "세션 "+count.KO+"개: 하나를 찾으려고 읽는 것을 데이터베이스가 세요.")
				hash := w.FillSessions(n - kept)
				kept = n
				with, err := w.Database.db.ExamineSessionLookup(p.ctx, hash, w.Clock.Now(), true)
				must(err)
				without, err := w.Database.db.ExamineSessionLookup(p.ctx, hash, w.Clock.Now(), false)
				must(err)
				p.Measure(fmt.Sprint("index-", n), "pages read among "+count.EN+" sessions, with the index", "세션 "+count.KO+"개에서 읽은 페이지, 인덱스 있음", with.Pages, Pages)
				p.Measure(fmt.Sprint("scan-", n), "pages read, without an index", "읽은 페이지, 인덱스 없음", without.Pages, Pages)
				p.Measure(fmt.Sprint("rows-", n), "rows examined, without an index", "살펴본 행, 인덱스 없음", without.Rows, Rows)
			}
		},
		Rule: func(m Measured) []Case {
			// A hundred times the sessions: in proportion, if it takes at least fifty times the pages.
			inProportion := func(id string) bool { return m.Int(id+"-100000") >= 50*m.Int(id+"-1000") }
			return []Case{
				{When: Say("without an index: in proportion to the sessions", "인덱스 없음: 세션 수에 비례"), Holds: inProportion("scan") && m.Int("rows-100000") >= 100_000, Want: true},
				{When: Say("with the index: more than a few pages more", "인덱스 있음: 몇 페이지 넘게 더 읽음"), Want: false,
					Holds: inProportion("index") || m.Int("index-100000") > m.Int("index-10")+5},
			}
		},
	}
}
