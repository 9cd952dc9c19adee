package labs

import "twodoors/handlers/auth"

// simplePages opens a page without data and one with data, through both doors.
func simplePages() Statement {
	return Statement{
		ID: "simple-pages", Group: Cost, Expected: Holds, Figure: "jwt-home-auth",
		Sources: []Source{
			rfc(9068, "2.2"),
			django("configuring the session engine", "topics/http/sessions/#configuring-the-session-engine"),
		},
		Says: Say("Pages that need only who the user is cost JWT nothing; pages with data cost both.", "누구인지만 알면 되는 페이지는 JWT에 비용이 없고, 데이터가 있는 페이지는 둘 다 비용이 든다."),
		Note: Say("0 lookups means that a copy works until it expires", "조회 0번은 사본이 만료될 때까지 통한다는 뜻이에요"),
		Why: Say("Who is asking stands in the token, and in a session's row. The notes stand in the database for either. So the difference is one lookup, on every page alike.",
			"누가 묻는지는 토큰에, 또는 세션의 행에 있어요. 노트는 어느 쪽이든 데이터베이스에 있어요. 그래서 차이는 어느 페이지나 조회 한 번이에요."),
		Advice: Say("Count what your own pages need besides: where each makes many lookups, one more or less decides nothing.", "페이지가 그 밖에 얼마나 조회하는지 세어 보세요. 조회가 많은 페이지에서는 한 번 차이가 아무것도 결정하지 않아요."),
		Play: func(p *Play) {
			w := p.Environment(p.sharedStore(), Level(auth.LevelSignature))
			for _, mode := range []Mode{Session, JWT} {
				owner := w.Client(Owner)
				p.Step("Mode "+mode.Name().EN+": home, then the notes.", mode.Name().KO+": 홈을 열고, 노트를 열어요.")
				owner.SignIn(mode)
				for _, page := range []struct {
					id string
					a  *Answer
				}{{"home", owner.Home(mode).Want(200)}, {"notes", owner.NotesPage(mode).Want(200)}} {
					id := string(mode) + "-" + page.id
					p.Measure(id+"-auth", "lookups of who is asking, "+id, "누구인지 아는 조회, "+id, page.a.Auth(), Lookups)
					p.Measure(id+"-data", "lookups of data, "+id, "내용의 조회, "+id, page.a.Data(), Lookups)
				}
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("home", "홈"), Holds: m.Int("jwt-home-auth")+m.Int("jwt-home-data") == 0 && m.Int("session-home-auth") == 1 && m.Int("session-home-data") == 0, Want: true},
				{When: Say("notes", "노트"), Holds: m.Int("jwt-notes-data") == 1 && m.Int("session-notes-data") == 1 && m.Int("jwt-notes-auth") == 0 && m.Int("session-notes-auth") == 1, Want: true},
			}
		},
	}
}
