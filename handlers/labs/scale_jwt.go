package labs

import "twodoors/handlers/auth"

// scaleJWT sends a token to a second server, with the same key and with another.
func scaleJWT() Statement {
	return Statement{
		ID: "scale-jwt", Group: Growing, Expected: Depends, Figure: "one-key",
		Sources: []Source{
			rfc(7517, "5"),
			rfc(7519, "7.2"),
			asvs("9.1.3"),
		},
		Says: Say("A JWT works on any server.", "JWT는 어느 서버에서나 통한다."),
		Note: Say("the key is shared state; refresh and denylist are state", "키는 공유하는 상태이고, 리프레시 토큰과 차단 목록도 상태예요"),
		Why: Say("A server accepts what its own keys can check, so the key has to be everywhere. Refresh tokens are rows, and a server without those rows refuses them. A denylist that is not shared does not know who signed out elsewhere.",
			"서버는 자기 키로 확인되는 것만 받으니 키가 어디에나 있어야 해요. 리프레시 토큰은 행이고, 그 행이 없는 서버는 거절해요. 공유하지 않는 차단 목록은 다른 곳의 로그아웃을 몰라요."),
		Advice: Say("Plan how keys reach every server and how they rotate. What is not shared is not known.", "키가 모든 서버에 어떻게 닿고 어떻게 바뀌는지 계획하세요. 공유하지 않은 것은 알 수 없어요."),
		Play: func(p *Play) {
			w := p.Environment(Nodes(2))
			owner := w.Client(Owner)
			p.Step("Two servers with one key and one database.", "두 서버가 키와 데이터베이스를 공유해요.")
			owner.SignIn(JWT)
			p.Status("one-key", "the other server, one key", "다른 서버, 같은 키", owner.At(2).Me(JWT))
			p.Status("refresh", "renewing there, one database", "거기서 갱신, 같은 데이터베이스", owner.Renews())
			p.Step("A third server has a key of its own.", "세 번째 서버는 자기 키를 써요.")
			p.Status("two-keys", "a server with another key", "다른 키를 가진 서버", owner.At(w.Node(nil)).Me(JWT))

			apart := p.Environment(Level(auth.LevelDenylist))
			other := apart.NodeApart()
			owner, thief := apart.Client(Owner), apart.Client(Thief)
			p.Step("Two servers with one key, each with its own database, at level denylist.", "두 서버의 키는 같고 데이터베이스는 저마다예요. ‘차단 목록’ 수준이에요.")
			owner.SignIn(JWT)
			thief.Copies(owner)
			p.Status("refresh-apart", "renewing on the other server, own databases", "다른 서버에서 갱신, 데이터베이스는 저마다", apart.Client(Script).CopiesRefreshToken(owner).At(other).Renews())
			owner.SignOut(JWT)
			p.Status("denied-here", "the copy after sign-out, on the same server", "로그아웃한 뒤의 사본, 같은 서버", thief.Replay(JWT))
			p.Status("denied-there", "the copy after sign-out, on the other server", "로그아웃한 뒤의 사본, 다른 서버", thief.At(other).Replay(JWT))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("one key", "같은 키"), Holds: m.In("one-key") && m.In("refresh"), Want: true},
				{When: Say("two keys", "다른 키"), Holds: m.In("two-keys"), Want: false},
				{When: Say("refreshing without a shared database", "데이터베이스를 공유하지 않는 갱신"), Holds: m.In("refresh-apart"), Want: false},
				{When: Say("a sign-out known without a shared database", "데이터베이스를 공유하지 않아도 로그아웃을 앎"), Holds: !m.In("denied-here") && !m.In("denied-there"), Want: false},
			}
		},
	}
}
