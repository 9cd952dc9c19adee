package labs

import "twodoors/handlers/auth"

// jwtNoLookup counts the lookups of a request at each level.
func jwtNoLookup() Statement {
	return Statement{
		ID: "jwt-no-lookup", Group: Cost, Expected: Depends, Figure: "signature",
		Sources: []Source{
			rfc(7519, "7.2"),
			rfc(9068, "4"),
			cheatSheet("JSON Web Token", "jwt-denylist"),
		},
		Says: Say("A JWT is verified without the database.", "JWT는 데이터베이스 없이 검증된다."),
		Note: Say("0 lookups means that a copy works until it expires", "조회 0번은 사본이 만료될 때까지 통한다는 뜻이에요"),
		Why: Say("A signature can be checked with the key alone. Whether the user is still active, signed in or has a new password stands in the database. Asking for any of it costs the one lookup that a session costs.",
			"서명은 키만으로 확인할 수 있어요. 사용자가 아직 활성인지, 로그인해 있는지, 비밀번호를 바꿨는지는 데이터베이스에 있어요. 그중 하나라도 물으면 세션과 똑같이 조회 한 번이 들어요."),
		Advice: Say("Choose the level by what must be known at each request. With anything above the signature, a session is the simpler way to pay the same price.",
			"요청마다 무엇을 알아야 하는지에 따라 수준을 고르세요. 서명보다 더 확인해야 한다면, 같은 값을 치르는 더 간단한 방법은 세션이에요."),
		Play: func(p *Play) {
			for _, level := range auth.Levels() {
				w := p.Environment(Level(level))
				owner := w.Client(Owner)
				p.Step("Level "+string(level)+": the owner signs in and asks who they are.", levelName(level).KO+" 수준: 주인이 로그인하고 자기가 누구인지 물어요.")
				owner.SignIn(JWT)
				a := owner.Me(JWT).Want(200)
				p.Measure(string(level), "lookups at level "+string(level), levelName(level).KO+" 수준의 조회", a.Auth()+a.Data(), Lookups)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, level := range auth.Levels() {
				cases = append(cases, Case{When: Say("level "+string(level), levelName(level).KO+" 수준"), Holds: m.Int(string(level)) == 0, Want: level == auth.LevelSignature})
			}
			// Above the signature it is one joined lookup, never more: else the figure beside the verdict is wrong.
			for _, level := range auth.Levels()[1:] {
				if m.Int(string(level)) != 1 {
					cases = append(cases, Case{When: Say("one joined lookup", "조인한 조회 한 번"), Holds: false, Want: true})
				}
			}
			return cases
		},
	}
}
