package labs

import "twodoors/handlers/auth"

// DRFSameLookup compares what the two token classes of a well-known framework cost.
func (claims) DRFSameLookup() Claim {
	return Claim{
		ID: "drf-same-lookup", Place: 11, Group: Cost, Expected: Depends, Figure: "jwt-user",
		Sources: []Source{
			drfToken(),
			simpleJWT("settings", "settings.html"),
			simpleJWT("stateless user authentication", "stateless_user_authentication.html"),
		},
		Says: Say("Django REST Framework's token and its JWT both fetch the user on each request.", "Django REST Framework의 토큰과 JWT는 둘 다 요청마다 사용자를 조회한다."),
		Note: Say("a choice of the framework, not of JWT; 0 lookups means that a copy works until it expires", "JWT가 아니라 프레임워크의 선택이에요. 조회 0번은 사본이 만료될 때까지 통한다는 뜻이에요"),
		Why: Say("There the JWT class reads the user after it has checked the signature, as our level user does. Its stateless class believes the claims, as our level signature does. So the lookup is a choice, and both choices exist there too.",
			"그 프레임워크의 JWT 클래스는 여기의 ‘사용자’ 수준처럼 서명을 확인한 뒤 사용자를 읽어요. 무상태 클래스는 여기의 ‘서명’ 수준처럼 클레임을 믿어요. 조회는 선택이고, 거기에도 둘 다 있어요."),
		Advice: Say("Measure your framework before you draw conclusions about JWT.", "JWT에 대해 결론짓기 전에, 쓰는 프레임워크부터 재 보세요."),
		Play: func(p *Play) {
			try := func(id string, what Words, mode Mode, settings ...Setting) {
				w := p.World(settings...)
				owner := w.Client(Owner)
				p.Step("The owner signs in and asks: "+what.EN+".", "주인이 로그인해 물어요: "+what.KO+".")
				owner.SignIn(mode)
				p.Measure(id, "lookups, "+what.EN, "조회, "+what.KO, owner.Me(mode).Want(200).Auth(), Lookups)
			}
			try("token", Words{"opaque token", "불투명 토큰"}, Token)
			try("jwt-user", levelWords(auth.LevelUser), JWT, Level(auth.LevelUser))
			try("jwt-signature", levelWords(auth.LevelSignature), JWT, Level(auth.LevelSignature))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("opaque token", "불투명 토큰"), Holds: m.Int("token") == 1, Want: true},
				{When: levelWords(auth.LevelUser), Holds: m.Int("jwt-user") == 1, Want: true},
				{When: levelWords(auth.LevelSignature), Holds: m.Int("jwt-signature") > 0, Want: false},
			}
		},
	}
}
