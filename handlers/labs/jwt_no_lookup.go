package labs

import "twodoors/handlers/auth"

// JWTNoLookup counts the lookups of a request at each level.
func (claims) JWTNoLookup() Claim {
	return Claim{
		ID: "jwt-no-lookup", Place: 3, Group: Cost, Expected: Depends, Figure: "signature",
		Says: Say("A JWT is verified without the database.", "JWT는 데이터베이스 없이 검증된다."),
		Note: Say("0 lookups means that a copy works until it expires", "조회 0번은 복사본이 만료까지 통한다는 뜻이다"),
		Why: Say("A signature can be checked with the key alone. Whether the user is still active, signed in or has a new password stands in the database. Asking for any of it costs the one lookup that a session costs.",
			"서명은 키만으로 확인할 수 있다. 사용자가 아직 활성인지, 로그인 상태인지, 비밀번호를 바꿨는지는 데이터베이스에 있다. 그중 하나라도 물으면 세션과 똑같이 조회 한 번이 든다."),
		Advice: Say("Choose the level by what must be known at each request. With anything above the signature, a session is the simpler way to pay the same price.",
			"요청마다 무엇을 알아야 하는지에 따라 수준을 고르라. 서명보다 더 확인한다면, 같은 값을 치르는 더 단순한 방법은 세션이다."),
		Play: func(p *Play) {
			for _, level := range auth.Levels() {
				w := p.World(Level(level))
				owner := w.Client(Owner)
				p.Step("Level "+string(level)+": the owner signs in and asks who they are.", string(level)+" 수준: 주인이 로그인하고 자신이 누구인지 묻는다.")
				owner.SignIn(JWT)
				a := owner.Me(JWT).Want(200)
				p.Measure(string(level), "lookups at level "+string(level), string(level)+" 수준의 조회", a.Auth()+a.Data(), Lookups)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, level := range auth.Levels() {
				cases = append(cases, Case{When: Say("level "+string(level), string(level)+" 수준"), Holds: m.Int(string(level)) == 0, Want: level == auth.LevelSignature})
			}
			// Above the signature it is one joined lookup, never more: else the figure beside the verdict is wrong.
			for _, level := range auth.Levels()[1:] {
				if m.Int(string(level)) != 1 {
					cases = append(cases, Case{When: Say("one joined lookup", "결합된 조회 한 번"), Holds: false, Want: true})
				}
			}
			return cases
		},
	}
}
