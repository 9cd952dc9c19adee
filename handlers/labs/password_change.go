package labs

import (
	"time"

	"twodoors/handlers/auth"
)

// passwordChange copies a credential, changes the password, and finds out until when the copy works.
func passwordChange() Statement {
	type row struct {
		variant
		own bool // it is expected to be true of the own old copy; variant.want is for other devices
	}
	rows := []row{
		{variant{"session", Words{"session", "세션"}, Session, nil, true}, true},
		{variant{"cookie", Words{"signed cookie", "서명된 쿠키"}, Cookie, nil, false}, false},
		{variant{"token", Words{"opaque token", "불투명 토큰"}, Token, nil, true}, true},
	}
	for _, v := range atLevels(func(l auth.Level) bool { return l.AtLeast(auth.LevelDenylist) }) {
		rows = append(rows, row{v, v.id == "jwt-"+string(auth.LevelVersion)})
	}
	return Statement{
		ID: "password-change", Group: Ending, Expected: Depends, Figure: "jwt-signature",
		Sources: []Source{
			asvs("7.4.3"),
			django("session invalidation on password change", "topics/auth/default/#session-invalidation-on-password-change"),
			simpleJWT("settings", "settings.html"),
		},
		Says: Say("Changing the password signs out everywhere: no old credential works.", "비밀번호를 바꾸면 모든 곳에서 로그아웃된다. 옛 자격 증명은 통하지 않는다."),
		Note: Say("a policy, and what the mode can know", "앱이 정하는 규칙이고, 방식이 무엇을 알 수 있는지의 문제예요"),
		Why: Say("It is a rule that the app carries out, not a law of passwords. A session gets a new id and an opaque token a new value, so the server does not know the old ones. A self-contained credential keeps working unless the server checks more than its signature. The denylist ends the other sign-ins, but the sign-in that changed the password goes on, so a copy of its old token works until it expires. Only the level version refuses that too.",
			"앱이 지키는 규칙이지 비밀번호의 법칙이 아니에요. 세션은 새 id를, 불투명 토큰은 새 값을 받으니 서버는 옛것을 몰라요. 서명으로 스스로를 증명하는 자격 증명은 서버가 서명 말고 더 확인하지 않는 한 계속 유효해요. 차단 목록은 다른 로그인을 끝내지만 비밀번호를 바꾼 로그인은 이어지니, 그 로그인의 옛 토큰 사본은 만료될 때까지 유효해요. ‘버전’ 수준만 그것까지 거절해요."),
		Advice: Say("End all other sign-ins when the password changes, and say on the page until when a token may still work.", "비밀번호가 바뀌면 다른 로그인을 모두 끝내고, 토큰이 언제까지 통할 수 있는지 페이지에 밝히세요."),
		Play: func(p *Play) {
			for _, r := range rows {
				w := p.Environment(r.settings...)
				owner, device, thief := w.Client(Owner), w.Client(SecondDevice), w.Client(Thief)
				p.Step("The owner signs in on two devices. A thief copies the first one's credential, and the owner changes the password there: "+r.what.EN+".", "주인이 두 기기에서 로그인해요. 도둑이 첫째 기기의 자격 증명을 복사하고, 주인이 그 기기에서 비밀번호를 바꿔요: "+r.what.KO+".")
				owner.SignIn(r.mode)
				device.SignIn(r.mode)
				thief.Copies(owner)
				if r.mode == Token { // one for all devices: the newest sign-in's is every device's
					thief.Copies(device)
					owner.Copies(device)
				}
				thief.Replay(r.mode).Want(200)
				other := w.Client(Thief).Copies(device)
				owner.ChangePassword(r.mode)
				p.Measure(r.id+"-other", "for how long another device stayed signed in, "+r.what.EN, "다른 기기의 로그인이 유지된 시간, "+r.what.KO, int64(w.LivesUntil(other, r.mode, 48*time.Hour)/time.Second), Seconds)
				p.Measure(r.id, "for how long a copy of the old credential worked, "+r.what.EN, "옛 자격 증명의 사본이 유효한 시간, "+r.what.KO, int64(w.LivesUntil(thief, r.mode, 48*time.Hour)/time.Second), Seconds)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, r := range rows {
				cases = append(cases,
					Case{When: Words{r.what.EN + ", other devices", r.what.KO + ", 다른 기기"}, Holds: m.Int(r.id+"-other") == 0, Want: r.want},
					Case{When: Words{r.what.EN + ", a copy of the changer's own", r.what.KO + ", 바꾼 기기의 사본"}, Holds: m.Int(r.id) == 0, Want: r.own})
			}
			return cases
		},
	}
}
