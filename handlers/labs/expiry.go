package labs

import (
	"time"

	"twodoors/handlers/auth"
)

// Expiry asks just before and just after a token's end.
func (claims) Expiry() Claim {
	return Claim{
		ID: "expiry", Place: 9, Group: Ending, Expected: Holds, Figure: "leeway",
		Sources: []Source{
			rfc(7519, "4.1.4"),
			asvs("9.2.1"),
			drfToken(),
		},
		Says: Say("A token ends by itself at its expiry.", "토큰은 만료 시각이 되면 저절로 끝난다."),
		Note: Say("and "+span(auth.Leeway).EN+" of leeway for clocks that differ", "시계가 서로 다를 수 있어 여유 "+span(auth.Leeway).KO+"가 더해져요"),
		Why: Say("The token carries its own end, under the signature. Every check compares it with the clock. A little leeway keeps two clocks that differ from refusing a fresh token.",
			"토큰에는 끝나는 때가 서명과 함께 적혀 있어요. 확인할 때마다 시계와 견줘요. 여유가 조금 있으면 시계가 서로 어긋나도 갓 만든 토큰을 거절하지 않아요."),
		Advice: Say("Require exp, keep the leeway short, and count it when you say how long a copy lives.",
			"exp를 꼭 요구하고, 여유는 짧게 두고, 사본의 수명을 말할 때 그 여유도 더하세요."),
		Play: func(p *Play) {
			w := p.World()
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
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("JWT", "JWT"), Holds: m.In("before") && m.In("within") && !m.In("after"), Want: true}}
		},
	}
}
