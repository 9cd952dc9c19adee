package labs

import (
	"time"

	"twodoors/handlers/auth"
)

// Expiry asks just before and just after a token's end.
func (claims) Expiry() Claim {
	return Claim{
		ID: "expiry", Place: 9, Group: Ending, Expected: Holds, Figure: "leeway",
		Says: Say("A token ends by itself at its expiry.", "토큰은 만료 시각이 되면 저절로 끝난다."),
		Note: Say("and a few seconds of leeway for clocks that differ", "서로 다른 시계를 위한 몇 초의 여유가 더해진다"),
		Why: Say("The token carries its own end, under the signature. Every check compares it with the clock. A leeway of seconds keeps two clocks that differ from refusing a fresh token.",
			"토큰은 서명 아래 자기의 끝을 지닌다. 확인할 때마다 시계와 견준다. 몇 초의 여유는 어긋난 두 시계가 갓 만든 토큰을 거부하지 않게 한다."),
		Advice: Say("Require exp, keep the leeway below half a minute, and count it when you say how long a copy lives.",
			"exp를 필수로 하고, 여유는 30초 미만으로 두며, 복사본의 수명을 말할 때 그 여유도 더하라."),
		Play: func(p *Play) {
			w := p.World()
			owner := w.Client(Owner)
			p.Step("The owner signs in.", "주인이 로그인한다.")
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
				p.Step("The clock is moved: "+at.en+".", "시계를 옮긴다: "+at.ko+".")
				w.Clock.To(w.settings.AccessTTL + at.after)
				p.Status(at.id, at.en, at.ko, owner.Me(JWT))
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("JWT", "JWT"), Holds: m.In("before") && m.In("within") && !m.In("after"), Want: true}}
		},
	}
}
