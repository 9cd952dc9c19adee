package labs

import "twodoors/handlers/auth"

// payloadOnlyLookup asks for a page for which the payload is enough, and for one for which it is not.
func payloadOnlyLookup() Statement {
	return Statement{
		ID: "payload-only-lookup", Group: Cost, Expected: Fails, Figure: "home",
		Sources: []Source{
			rfc(9068, "2.2"),
			simpleJWT("stateless user authentication", "stateless_user_authentication.html"),
		},
		Says: Say("The database is asked when the payload would be enough.", "페이로드만으로 충분할 때 데이터베이스를 조회한다."),
		Note: Say("the other way round; 0 lookups means that a copy works until it expires", "그 반대예요. 조회 0번은 사본이 만료될 때까지 통한다는 뜻이에요"),
		Why: Say("The home page shows name and role, which the payload has: nothing is asked. The notes are not in the token, so their page asks for them. The database is asked when the payload is not enough.",
			"홈은 페이로드에 있는 이름과 역할을 보여 주니 아무것도 묻지 않아요. 노트는 토큰에 없으니 그 페이지는 조회해요. 페이로드로 충분하지 않을 때 데이터베이스에 물어요."),
		Advice: Say("Put into the token what most pages show and what may be as old as the token; leave all else in the database.", "대부분의 페이지가 보여 주고 토큰의 나이만큼 낡아도 되는 것만 토큰에 넣고, 나머지는 데이터베이스에 두세요."),
		Play: func(p *Play) {
			w := p.Environment(Level(auth.LevelSignature))
			owner := w.Client(Owner)
			p.Step("The owner signs in and opens home: name and role are in the payload.", "주인이 로그인해 홈을 열어요. 이름과 역할은 페이로드에 있어요.")
			owner.SignIn(JWT)
			home := owner.Home(JWT).Want(200)
			p.Measure("home", "lookups of home, the payload being enough", "페이로드로 충분한 홈의 조회", home.Auth()+home.Data(), Lookups)
			p.Step("The owner opens the notes: they are not in the payload.", "주인이 노트를 열어요. 노트는 페이로드에 없어요.")
			notes := owner.NotesPage(JWT).Want(200)
			p.Measure("notes", "lookups of the notes, the payload not being enough", "페이로드로 충분하지 않은 노트의 조회", notes.Auth()+notes.Data(), Lookups)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("asked where the payload is enough", "충분한데 조회함"), Holds: m.Int("home") > 0, Want: false},
				{When: Say("not asked where it is not", "충분하지 않은데 조회하지 않음"), Holds: m.Int("notes") == 0, Want: false},
			}
		},
	}
}
