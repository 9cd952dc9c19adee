package labs

import (
	"time"

	"twodoors/handlers/auth"
)

// JWTNotRevocable replays a copied access token after its owner has signed out.
func (claims) JWTNotRevocable() Claim {
	return Claim{
		ID: "jwt-not-revocable", Place: 3, Group: Ending, Expected: Holds, Figure: "life",
		Sources: []Source{
			rfc(7009, "3"),
			asvs("7.4.1"),
			cheatSheet("JSON Web Token", "jwt-revocation"),
		},
		Says: Say("A JWT cannot be taken back unless the server keeps track.", "서버가 따로 기록하지 않는 한 JWT는 폐기할 수 없다."),
		Note: Say("retiring the key ends everyone's, with no lookup", "키를 폐기하면 조회 없이 모두의 토큰이 끝나요"),
		Why: Say("The server believes its own signature, which a sign-out does not change. With a denylist it asks, at every request, whether this sign-in was ended. Without its key no token at all can be checked.",
			"서버는 자기 서명을 믿는데, 로그아웃해도 서명은 그대로예요. 차단 목록이 있으면 요청마다 이 로그인이 끝났는지 물어요. 키가 없으면 어떤 토큰도 확인할 수 없어요."),
		Advice: Say("Keep access tokens short, and end the refresh token at sign-out. Ask a denylist where minutes are too long: that is one lookup a request.",
			"액세스 토큰은 짧게 하고, 로그아웃할 때 리프레시 토큰을 끝내세요. 몇 분도 길다면 차단 목록에 물으세요. 요청마다 조회 한 번이에요."),
		Play: func(p *Play) {
			for _, level := range []auth.Level{auth.LevelSignature, auth.LevelDenylist} {
				w := p.World(Level(level))
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step("Level "+string(level)+": the owner signs in, a thief copies the token, the owner signs out.",
					levelName(level).KO+" 수준: 주인이 로그인하고, 도둑이 토큰을 복사하고, 주인이 로그아웃해요.")
				owner.SignIn(JWT)
				thief.Copies(owner)
				owner.SignOut(JWT)
				after := thief.Replay(JWT)
				p.Status("after-"+string(level), "the copy, level "+string(level), levelName(level).KO+" 수준에서 사본", after)
				p.Measure("lookups-"+string(level), "its lookups, level "+string(level), levelName(level).KO+" 수준의 조회", after.Auth(), Lookups)
				if level == auth.LevelSignature {
					life := w.LivesUntil(thief, JWT, time.Hour)
					p.Measure("life", "for how long the copy worked", "사본이 통한 시간", int64(life.Seconds()), Seconds)
				}
			}
			w := p.World()
			owner, thief := w.Client(Owner), w.Client(Thief)
			p.Step("The key is retired: a server that no longer has it is asked.", "키를 폐기해요. 이제 그 키가 없는 서버에 물어요.")
			owner.SignIn(JWT)
			thief.Copies(owner).At(w.Node(nil))
			retired := thief.Replay(JWT)
			p.Status("retired", "the copy, its key retired", "키를 폐기한 뒤의 사본", retired)
			p.Measure("lookups-retired", "its lookups, the key retired", "키를 폐기한 뒤의 조회", retired.Auth(), Lookups)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("nothing kept: the copy works on", "기록 없음: 사본이 계속 통함"), Holds: m.In("after-signature") && m.Int("life") >= 900, Want: true},
				{When: Say("denylist: refused at once, for a lookup", "차단 목록: 조회 한 번으로 바로 거절"), Holds: !m.In("after-denylist") && m.Int("lookups-denylist") == 1, Want: true},
				{When: Say("key retired: refused", "키 폐기: 거절"), Holds: !m.In("retired") && m.Int("lookups-retired") == 0, Want: true},
			}
		},
	}
}
