package labs

// PayloadOnlyLookup asks for a page for which the payload is enough, and for one for which it is not.
func (claims) PayloadOnlyLookup() Claim {
	return Claim{
		ID: "payload-only-lookup", Place: 4, Group: Cost, Expected: Fails, Figure: "home",
		Says: Say("The database is asked when the payload would be enough.", "페이로드만으로 충분할 때 데이터베이스를 조회한다."),
		Note: Say("the other way round; 0 lookups means that a copy works until it expires", "그 반대다. 조회 0번은 복사본이 만료까지 통한다는 뜻이다"),
		Why: Say("The home page shows name and role, which the payload has: nothing is asked. The notes are not in the token, so their page asks for them. The database is asked when the payload is not enough.",
			"홈은 페이로드에 있는 이름과 역할을 보이므로 아무것도 묻지 않는다. 메모는 토큰에 없으므로 그 페이지는 조회한다. 데이터베이스는 페이로드로 충분하지 않을 때 묻는다."),
		Advice: Say("Put into the token what most pages show and what may be a quarter of an hour old; leave all else in the database.", "대부분의 페이지가 보이고 15분쯤 낡아도 되는 것만 토큰에 넣고, 나머지는 데이터베이스에 두라."),
		Play: func(p *Play) {
			w := p.World()
			owner := w.Client(Owner)
			p.Step("The owner signs in and opens home: name and role are in the payload.", "주인이 로그인해 홈을 연다. 이름과 역할은 페이로드에 있다.")
			owner.SignIn(JWT)
			home := owner.Home(JWT).Want(200)
			p.Measure("home", "lookups of home, the payload being enough", "페이로드로 충분한 홈의 조회", home.Auth()+home.Data(), Lookups)
			p.Step("The owner opens the notes: they are not in the payload.", "주인이 메모를 연다. 메모는 페이로드에 없다.")
			notes := owner.NotesPage(JWT).Want(200)
			p.Measure("notes", "lookups of the notes, the payload not being enough", "페이로드로 충분하지 않은 메모의 조회", notes.Auth()+notes.Data(), Lookups)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("asked where the payload is enough", "충분한데 조회"), Holds: m.Int("home") > 0, Want: false},
				{When: Say("not asked where it is not", "부족한데 조회 안 함"), Holds: m.Int("notes") == 0, Want: false},
			}
		},
	}
}
