package labs

import (
	"time"

	"twodoors/handlers/auth"
)

// expiry asks just before and just after a token's end.
func expiry() Statement {
	return Statement{
		ID: "expiry", Group: Ending, Expected: Depends, Figure: "leeway",
		Sources: []Source{
			rfc(7519, "4.1.4"),
			asvs("9.2.1"),
			drfToken(),
		},
		Says: Say("A token ends by itself at its expiry.", "토큰은 만료 시각이 되면 저절로 끝난다."),
		Note: Say("and "+span(auth.Leeway).EN+" of leeway for clocks that differ", "시계가 서로 다를 수 있어 여유 "+span(auth.Leeway).KO+"가 더해져요"),
		Why: Say("A JWT carries its own end, under the signature, and every check compares it with the clock. A little leeway keeps two clocks that differ from refusing a fresh token. An opaque token carries nothing: it ends when its row says so, and this one's row has no date, as in Django REST Framework. It works until it is replaced.",
			"JWT에는 만료 시각이 서명과 함께 들어 있고, 확인할 때마다 시계와 비교해요. 여유가 조금 있으면 시계가 서로 어긋나도 갓 만든 토큰을 거절하지 않아요. 불투명 토큰에는 아무것도 들어 있지 않아요. 행에 적힌 만료일에 끝나는데, 이 토큰의 행에는 Django REST Framework처럼 날짜가 없어서 교체할 때까지 유효해요."),
		Advice: Say("Require exp in a JWT, keep the leeway short, and add it when you say how long a stolen copy works. Give the row of an opaque token an expiry date.",
			"JWT에는 exp를 꼭 요구하고, 여유는 짧게 두고, 훔친 사본이 유효한 시간을 말할 때 여유도 더하세요. 불투명 토큰의 행에는 만료일을 두세요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner := w.Client(Owner)
			p.Step("The owner signs in.", "주인이 로그인해요.")
			owner.SignIn(JWT)
			p.Measure("leeway", "leeway of the checks", "확인할 때의 여유", int64(auth.Leeway/time.Second), Seconds)
			for _, at := range []struct {
				id     string
				after  time.Duration
				en, ko string
			}{
				{"before", -time.Second, "one second before exp", "exp 1초 전"},
				{"within", auth.Leeway - time.Second, "one second before the leeway's end", "여유가 끝나기 1초 전"},
				{"after", auth.Leeway + time.Second, "one second after the leeway's end", "여유가 끝난 1초 뒤"},
			} {
				p.Step("The clock is moved: "+at.en+".", "시계를 옮겨요: "+at.ko+".")
				w.Clock.To(w.settings.AccessTTL + at.after)
				p.Status(at.id, at.en, at.ko, owner.Me(JWT))
			}
			opaque := p.Environment()
			holder := opaque.Client(Script)
			p.Step("Somebody signs in with an opaque token and comes back ten years later.", "불투명 토큰으로 로그인하고 10년 뒤에 다시 와요.")
			holder.SignIn(Token)
			opaque.Clock.Forward(10 * 365 * 24 * time.Hour)
			p.Status("opaque", "the opaque token after ten years", "10년 뒤의 불투명 토큰", holder.Me(Token))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("JWT", "JWT"), Holds: m.In("before") && m.In("within") && !m.In("after"), Want: true},
				{When: Say("opaque token in a header", "헤더로 보내는 불투명 토큰"), Holds: !m.In("opaque"), Want: false},
			}
		},
	}
}
