package labs

import (
	"time"

	"twodoors/handlers/auth"
)

// jwtNotRevocable replays a copied access token after its owner has signed out.
func jwtNotRevocable() Statement {
	return Statement{
		ID: "jwt-not-revocable", Group: Ending, Expected: Holds, Figure: "life",
		Sources: []Source{
			rfc(7009, "3"),
			asvs("7.4.1"),
			cheatSheet("JSON Web Token", "jwt-revocation"),
		},
		Says: Say("A JWT cannot be taken back unless the server keeps track.", "서버가 따로 기록하지 않는 한 JWT는 폐기할 수 없다."),
		Note: Say("retiring the signing key is a record too: it ends everyone's tokens, with no lookup", "서명 키를 폐기하는 것도 기록이에요. 조회 없이 모두의 토큰이 끝나요"),
		Why: Say("The server trusts its own signature, and a sign-out does not change that signature. A denylist is a record of ended sign-ins, which the server reads at every request. The list of keys that are still good is a record as well: it is short and lies in memory, but it cannot single out one token.",
			"서버는 자기 서명을 믿는데, 로그아웃해도 서명은 그대로예요. 차단 목록은 끝난 로그인의 기록이고, 서버가 요청마다 읽어요. 아직 유효한 키의 목록도 기록이에요. 짧고 메모리에 있지만 토큰 하나만 골라 끝낼 수는 없어요."),
		Advice: Say("Keep access tokens short, and end the refresh token at sign-out. Use a denylist where minutes are too long: that is one lookup a request. Retire the key when the key itself has leaked.",
			"액세스 토큰은 짧게 하고, 로그아웃할 때 리프레시 토큰을 끝내세요. 몇 분도 길다면 차단 목록을 쓰세요. 요청마다 조회 한 번이에요. 키 폐기는 키가 유출됐을 때 하세요."),
		Play: func(p *Play) {
			w := p.Environment(Level(auth.LevelSignature))
			owner, thief, other := w.Client(Owner), w.Client(Thief), w.Client(SecondDevice)
			denylist := w.Node(w.keys, Level(auth.LevelDenylist))
			p.Step("The owner signs in on two devices. A thief copies the first one's token. The owner signs out there.",
				"주인이 두 기기에서 로그인해요. 도둑이 첫 기기의 토큰을 복사해요. 주인이 첫 기기에서 로그아웃해요.")
			owner.SignIn(JWT)
			other.SignIn(JWT)
			thief.Copies(owner)
			owner.SignOut(JWT)
			p.Step("The copy is sent to a server that keeps nothing in mind.", "아무것도 기록하지 않는 서버에 사본을 보내요.")
			after := thief.Replay(JWT)
			p.Status("after-signature", "the copy, where nothing is recorded", "기록이 없는 서버에 보낸 사본", after)
			p.Measure("lookups-signature", "its lookups, where nothing is recorded", "기록이 없는 서버의 조회", after.Auth(), Lookups)
			p.Measure("left", "for how long the token says it is good", "토큰에 적힌 남은 수명", secondsLeft(thief.Access(JWT), w.Clock.Now()), Seconds)
			p.Measure("life", "for how long the copy worked", "사본이 통한 시간", int64(w.LivesUntil(thief, JWT, 2*w.settings.AccessTTL+time.Hour)/time.Second), Seconds)
			p.Step("The same copy is sent to a server that reads the denylist.", "차단 목록을 읽는 서버에 같은 사본을 보내요.")
			denied, stays := thief.At(denylist).Replay(JWT), other.At(denylist).Replay(JWT)
			p.Status("after-denylist", "the copy, where the denylist is read", "차단 목록을 읽는 서버에 보낸 사본", denied)
			p.Measure("lookups-denylist", "its lookups, where the denylist is read", "차단 목록을 읽는 서버의 조회", denied.Auth(), Lookups)
			p.Status("other-denylist", "the token of the other device there", "같은 서버에 보낸 다른 기기의 토큰", stays)
			p.Step("The first server, which accepted the copy, retires its signing key.", "사본을 받아 준 첫 서버가 서명 키를 폐기해요.")
			thief.At(1)
			p.Status("before-retired", "the copy, just before", "폐기하기 직전의 사본", thief.Replay(JWT))
			w.RetireKey()
			retired := thief.Replay(JWT)
			p.Status("retired", "the copy, the key retired", "키를 폐기한 뒤의 사본", retired)
			p.Measure("lookups-retired", "its lookups, the key retired", "키를 폐기한 뒤의 조회", retired.Auth(), Lookups)
			p.Status("other-retired", "the token of the other device, the key retired", "키를 폐기한 뒤의 다른 기기의 토큰", other.At(1).Replay(JWT))
			p.Status("new", "a token of a new sign-in", "새로 로그인한 토큰", signedInAgain(w))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("nothing recorded: the copy works until it expires", "기록 없음: 사본이 만료될 때까지 통함"), Want: true,
					Holds: m.In("after-signature") && m.Int("lookups-signature") == 0 && m.Int("life") >= m.Int("left")},
				{When: Say("denylist: this copy refused at once, for a lookup", "차단 목록: 조회 한 번으로 이 사본만 바로 거절"), Want: true,
					Holds: !m.In("after-denylist") && m.In("other-denylist") && m.Int("lookups-denylist") > 0},
				{When: Say("key retired: every older token refused", "키 폐기: 이전 토큰이 모두 거절"), Want: true,
					Holds: m.In("before-retired") && !m.In("retired") && !m.In("other-retired") && m.In("new") && m.Int("lookups-retired") == 0},
			}
		},
	}
}

// signedInAgain is the owner's first request after signing in once more.
func signedInAgain(w *Environment) *Answer {
	again := w.Client(Owner)
	again.SignIn(JWT)
	return again.Me(JWT)
}

// secondsLeft is for how long a JWT says that it is good.
func secondsLeft(token string, now time.Time) int64 {
	expires, ok := Payload(token)["exp"].(float64)
	if !ok {
		stop("the token has no exp")
	}
	return int64(expires) - now.Unix()
}
