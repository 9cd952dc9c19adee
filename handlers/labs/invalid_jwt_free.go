package labs

import (
	"twodoors/handlers/auth"
)

// invalidJWTFree counts the lookups of refusals.
func invalidJWTFree() Statement {
	free := []struct{ id, en, ko string }{
		{"tampered", "tampered", "변조"}, {"issuer", "of another issuer", "다른 발급자"}, {"expired", "expired", "만료"},
	}
	levels := []auth.Level{auth.LevelUser, auth.LevelDenylist, auth.LevelVersion}
	return Statement{
		ID: "invalid-jwt-free", Group: Cost, Expected: Depends, Figure: "tampered",
		Sources: []Source{
			rfc(7515, "5.2"),
			rfc(7519, "7.2"),
			asvs("9.2.1"),
		},
		Says: Say("An invalid token never reaches the database.", "유효하지 않은 토큰은 데이터베이스에 닿지 않는다."),
		Note: Say("bad signature or date: 0; revoked is known only by asking; an opaque token always asks", "서명이나 날짜가 틀리면 0번, 폐기됐는지는 물어야만 알고, 불투명 토큰은 언제나 물어요"),
		Why: Say("Signature, issuer and date are checked first, with the key and the clock alone. Whether a genuine token was taken back stands in the database. An opaque token has nothing that could be checked before.",
			"서명, 발급자, 날짜는 키와 시계만으로 먼저 확인해요. 진짜 토큰이 폐기됐는지는 데이터베이스에 있어요. 불투명 토큰에는 미리 확인할 것이 없어요."),
		Advice: Say("Check what is free before what costs. It keeps made-up tokens from loading the database.", "값이 들지 않는 것부터 확인하세요. 그러면 꾸며 낸 토큰이 데이터베이스에 부담을 주지 못해요."),
		Play: func(p *Play) {
			w := p.Environment(Level(auth.LevelVersion))
			owner := w.Client(Owner)
			owner.SignIn(JWT)
			genuine := owner.Access(JWT)
			thief := w.Client(Thief)
			try := func(id, en, ko string, a *Answer) {
				p.Status(id+"-status", "the answer, "+en, "답, "+ko, a)
				p.Measure(id, "lookups, "+en, "조회, "+ko, a.Auth(), Lookups)
			}
			p.Step("At the level that asks most, three tokens that are no good.", "가장 많이 확인하는 수준에 쓸모없는 토큰 세 개를 보내요.")
			try("tampered", "tampered", "변조", thief.Holds(JWT, genuine[:len(genuine)-8]+"AAAAAAAA").Me(JWT))
			payload := Payload(genuine)
			payload["iss"] = "https://elsewhere.example"
			try("issuer", "of another issuer", "다른 발급자", thief.Holds(JWT, w.SignClaims(payload)).Me(JWT))
			w.Clock.Forward(w.settings.AccessTTL + auth.Leeway + second)
			try("expired", "expired", "만료", thief.Holds(JWT, genuine).Me(JWT))
			for _, level := range levels {
				w := p.Environment(Level(level))
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step("Level "+string(level)+": a genuine token that was taken back.", levelName(level).KO+" 수준: 폐기된 진짜 토큰을 보내요.")
				owner.SignIn(JWT)
				thief.Copies(owner)
				if level == auth.LevelUser {
					w.SetActive(false)
				} else {
					owner.SignOut(JWT)
				}
				try(string(level), "taken back, level "+string(level), "폐기됨, "+levelName(level).KO+" 수준", thief.Me(JWT))
			}
			p.Step("An opaque token that is unknown.", "모르는 불투명 토큰을 보내요.")
			// Well formed: 32 bytes in base64url.
			try("token", "unknown opaque token", "모르는 불투명 토큰", w.Client(Thief).Holds(Token, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").Me(Token))
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, f := range free {
				cases = append(cases, Case{When: Words{f.en, f.ko}, Holds: m.Int(f.id) == 0 && !m.In(f.id+"-status"), Want: true})
			}
			for _, level := range levels {
				cases = append(cases, Case{When: Say("taken back, level "+string(level), "폐기됨, "+levelName(level).KO+" 수준"), Holds: m.Int(string(level)) == 0 || m.In(string(level)+"-status"), Want: false})
			}
			return append(cases, Case{When: Say("unknown opaque token", "모르는 불투명 토큰"), Holds: m.Int("token") == 0 || m.In("token-status"), Want: false})
		},
	}
}
