package labs

import (
	"time"

	"twodoors/handlers/auth"
)

// PasswordChange copies a credential, changes the password, and finds out until when the copy works.
func (claims) PasswordChange() Claim {
	rows := []variant{
		{"session", Words{"session", "세션"}, Session, nil, true},
		{"cookie", Words{"signed cookie", "서명된 쿠키"}, Cookie, nil, false},
		{"token", Words{"opaque token", "불투명 토큰"}, Token, nil, true},
	}
	rows = append(rows, atLevels(func(l auth.Level) bool { return l == auth.LevelVersion })...)
	return Claim{
		ID: "password-change", Place: 7, Group: Ending, Expected: Depends, Figure: "jwt-signature",
		Sources: []Source{
			asvs("7.4.3"),
			django("session invalidation on password change", "topics/auth/default/#session-invalidation-on-password-change"),
			simpleJWT("settings", "settings.html"),
		},
		Says: Say("Changing the password signs out everywhere: no old credential works.", "비밀번호를 바꾸면 모든 곳에서 로그아웃된다. 옛 자격 증명은 통하지 않는다."),
		Note: Say("a policy, and what the mode can know", "앱이 정하는 규칙이고, 방식이 무엇을 알 수 있는지의 문제예요"),
		Why: Say("It is a rule that the app carries out, not a law of passwords. A session gets a new id and a token a new version, so old ones are unknown. What carries its own proof works on, unless the server asks for the password's version.",
			"앱이 지키는 규칙이지 비밀번호의 법칙이 아니에요. 세션은 새 id를, 토큰은 새 버전을 받으니 옛것은 모르는 것이 돼요. 스스로 증거를 지닌 것은 서버가 비밀번호 버전을 묻지 않는 한 계속 통해요."),
		Advice: Say("End all other sign-ins when the password changes, and say on the page until when a token may still work.", "비밀번호가 바뀌면 다른 로그인을 모두 끝내고, 토큰이 언제까지 통할 수 있는지 페이지에 밝히세요."),
		Play: func(p *Play) {
			for _, r := range rows {
				w := p.World(r.settings...)
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step("The owner signs in, a thief copies the credential, the owner changes the password: "+r.what.EN+".", "주인이 로그인하고, 도둑이 복사하고, 주인이 비밀번호를 바꿔요: "+r.what.KO+".")
				owner.SignIn(r.mode)
				thief.Copies(owner)
				thief.Replay(r.mode).Want(200)
				owner.ChangePassword(r.mode)
				p.Measure(r.id, "for how long the old credential worked, "+r.what.EN, "옛 자격 증명이 통한 시간, "+r.what.KO, int64(w.LivesUntil(thief, r.mode, 48*time.Hour)/time.Second), Seconds)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, r := range rows {
				cases = append(cases, Case{When: r.what, Holds: m.Int(r.id) == 0, Want: r.want})
			}
			return cases
		},
	}
}
