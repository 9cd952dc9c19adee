package labs

// SimplePages opens a page without data and one with data, through both doors.
func (claims) SimplePages() Claim {
	return Claim{
		ID: "simple-pages", Place: 9, Group: Cost, Expected: Holds, Figure: "jwt-home-auth",
		Says: Say("Pages that need only who the user is cost JWT nothing; pages with data cost both.", "누구인지만 알면 되는 페이지는 JWT에 비용이 없고, 데이터가 있는 페이지는 둘 다 비용이 든다."),
		Note: Say("0 lookups means that a copy works until it expires", "조회 0번은 복사본이 만료까지 통한다는 뜻이다"),
		Why: Say("Who is asking stands in the token, and in a session's row. The notes stand in the database for either. So the difference is one lookup, on every page alike.",
			"누가 묻는지는 토큰에, 또는 세션의 행에 있다. 메모는 어느 쪽이든 데이터베이스에 있다. 그래서 차이는 어느 페이지나 조회 한 번이다."),
		Advice: Say("Count what your own pages need besides: where each makes ten lookups, one more or less decides nothing.", "페이지가 그 밖에 얼마나 조회하는지 세어 보라. 열 번씩 조회한다면 한 번 차이는 아무것도 결정하지 않는다."),
		Play: func(p *Play) {
			w := p.World(p.sharedStore())
			for _, mode := range []Mode{Session, JWT} {
				owner := w.Client(Owner)
				p.Step("Mode "+string(mode)+": home, then the notes.", string(mode)+" 방식: 홈, 그리고 메모.")
				owner.SignIn(mode)
				for _, page := range []struct {
					id string
					a  *Answer
				}{{"home", owner.Home(mode).Want(200)}, {"notes", owner.NotesPage(mode).Want(200)}} {
					id := string(mode) + "-" + page.id
					p.Measure(id+"-auth", "lookups of who is asking, "+id, "누구인지 묻는 조회, "+id, page.a.Auth(), Lookups)
					p.Measure(id+"-data", "lookups of data, "+id, "데이터 조회, "+id, page.a.Data(), Lookups)
				}
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("home", "홈"), Holds: m.Int("jwt-home-auth")+m.Int("jwt-home-data") == 0 && m.Int("session-home-auth") == 1 && m.Int("session-home-data") == 0, Want: true},
				{When: Say("notes", "메모"), Holds: m.Int("jwt-notes-data") == 1 && m.Int("session-notes-data") == 1 && m.Int("jwt-notes-auth") == 0 && m.Int("session-notes-auth") == 1, Want: true},
			}
		},
	}
}
