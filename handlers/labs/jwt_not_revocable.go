package labs

import (
	"time"

	"twodoors/handlers/auth"
)

// JWTNotRevocable replays a copied access token after its owner has signed out.
func (claims) JWTNotRevocable() Claim {
	return Claim{
		ID: "jwt-not-revocable", Place: 3, Group: Ending, Expected: Holds, Figure: "life",
		Says: Say("A JWT cannot be taken back unless the server keeps track.", "서버가 따로 기록하지 않는 한 JWT는 회수할 수 없다."),
		Note: Say("retiring the key ends everyone's, with no lookup", "키를 폐기하면 조회 없이 모두의 토큰이 끝난다"),
		Why: Say("The server believes its own signature, which a sign-out does not change. With a denylist it asks, at every request, whether this sign-in was ended. Without its key no token at all can be checked.",
			"서버는 자기 서명을 믿는데, 로그아웃해도 서명은 그대로다. 거부 목록이 있으면 요청마다 이 로그인이 끝났는지 묻는다. 키가 없으면 어떤 토큰도 확인할 수 없다."),
		Advice: Say("Keep access tokens short, and end the refresh token at sign-out. Ask a denylist where minutes are too long: that is one lookup a request.",
			"액세스 토큰은 짧게 하고, 로그아웃할 때 리프레시 토큰을 끝내라. 몇 분도 길다면 거부 목록을 조회하라. 요청마다 조회 한 번이다."),
		Play: func(p *Play) {
			for _, level := range []auth.Level{auth.LevelSignature, auth.LevelDenylist} {
				w := p.World(Level(level))
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step("Level "+string(level)+": the owner signs in, a thief copies the token, the owner signs out.",
					string(level)+" 수준: 주인이 로그인하고, 도둑이 토큰을 복사하고, 주인이 로그아웃한다.")
				owner.SignIn(JWT)
				thief.Copies(owner)
				owner.SignOut(JWT)
				after := thief.Replay(JWT)
				p.Status("after-"+string(level), "the copy, level "+string(level), string(level)+" 수준에서의 복사본", after)
				p.Measure("lookups-"+string(level), "its lookups, level "+string(level), string(level)+" 수준의 조회", after.Auth(), Lookups)
				if level == auth.LevelSignature {
					life := w.LivesUntil(thief, JWT, time.Hour)
					p.Measure("life", "for how long the copy worked", "복사본이 통한 시간", int64(life.Seconds()), Seconds)
				}
			}
			w := p.World()
			owner, thief := w.Client(Owner), w.Client(Thief)
			p.Step("The key is retired: a server that no longer has it is asked.", "키를 폐기한다. 이제 그 키가 없는 서버에 묻는다.")
			owner.SignIn(JWT)
			thief.Copies(owner).At(w.Node(nil))
			retired := thief.Replay(JWT)
			p.Status("retired", "the copy, its key retired", "키가 폐기된 뒤의 복사본", retired)
			p.Measure("lookups-retired", "its lookups, the key retired", "키 폐기 후의 조회", retired.Auth(), Lookups)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("nothing kept: the copy works on", "기록 없음: 복사본이 계속 통한다"), Holds: m.In("after-signature") && m.Int("life") >= 900, Want: true},
				{When: Say("denylist: refused at once, for a lookup", "거부 목록: 조회 한 번으로 즉시 거부"), Holds: !m.In("after-denylist") && m.Int("lookups-denylist") == 1, Want: true},
				{When: Say("key retired: refused", "키 폐기: 거부"), Holds: !m.In("retired") && m.Int("lookups-retired") == 0, Want: true},
			}
		},
	}
}
