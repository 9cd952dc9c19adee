package labs

import (
	"fmt"
	"time"
)

// forcedLogout ends a sign-in, and times for how long copies of each credential go on working.
func forcedLogout() Lab {
	return Lab{
		ID: "forced-logout", Title: Say("Forced logout", "강제 로그아웃"),
		About: Say("Somebody must be out, now. End the sign-in, and see through which door a copy of the credential still gets in, and for how long.",
			"누군가를 지금 당장 내보내야 해요. 로그인을 끝내고, 자격 증명의 사본이 어느 문으로 얼마 동안 더 들어가는지 보세요."),
		Look:       Say("What ends at once is what is looked up at each request: that lookup is the price.", "바로 끝나는 것은 요청마다 조회하는 것이에요. 그 조회가 치르는 값이에요."),
		Statements: []string{"jwt-not-revocable", "logout-ends-session", "logout-cookie-store"},
		Controls: []Control{
			{Name: "how", Kind: Choice, Default: "sign-out", Label: Words{"How it is ended", "끝내는 방법"}, Options: []Option{
				{"sign-out", Words{"the owner signs out", "주인이 로그아웃해요"}},
				{"deactivate", Words{"the account is deactivated", "계정을 비활성화해요"}},
				{"password", Words{"the owner changes the password", "주인이 비밀번호를 바꿔요"}},
				{"key", Words{"the server's keys are thrown away", "서버의 키를 버려요"}},
			}},
			accessLife(),
		},
		Play: func(p *Play, c Chosen) {
			moments := []time.Duration{0, time.Minute, 5 * time.Minute, 20 * time.Minute, time.Hour, 7 * time.Hour}
			const most = 15 * 24 * time.Hour
			grid := Grid{Caption: Say("A copy of the credential, sent again", "자격 증명의 사본을 다시 보내면"), Corner: Say("door", "문"), Columns: append([]Words{{"lookups", "조회"}}, columns(moments)...)}
			lives := Lives{Caption: Say("For how long a copy still works", "사본이 더 통하는 시간"), Most: most}
			atOnce := 0
			for _, d := range everyDoor(AccessLife(c.Minutes("access"))) {
				w := p.Environment(d.settings...)
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step("Through the door "+d.name.EN+": the owner signs in, a copy is made, the sign-in is ended.", d.name.KO+": 주인이 로그인하고, 사본을 만들고, 로그인을 끝내요.")
				owner.SignIn(d.mode)
				thief.Copies(owner)
				before := thief.Replay(d.mode).Want(200)
				w.endSignIn(owner, thief, d.mode, c["how"])
				cells := w.replayAt(thief, d.mode, moments)
				grid.Rows = append(grid.Rows, GridRow{Name: d.name, Mode: d.mode, Cells: append([]Cell{Count(before.Auth())}, cells...)})
				life := w.holdsFor(most, func() bool { return thief.Replay(d.mode).In() })
				if life == 0 {
					atOnce++
				}
				lives.Rows = append(lives.Rows, Life{Name: d.name, Mode: d.mode, Span: life})
			}
			p.Spans(lives)
			p.Say(fmt.Sprintf("%d of %d were out at the next request.", atOnce, len(lives.Rows)), fmt.Sprintf("%d가지 가운데 %d가지가 다음 요청에서 바로 막혔어요.", len(lives.Rows), atOnce))
			p.Table(grid)
		},
	}
}

// endSignIn ends the owner's sign-in in one of the ways there are. With its keys thrown away, a server stands that
// never had them.
func (w *Environment) endSignIn(owner, thief *Client, m Mode, how string) {
	switch how {
	case "sign-out":
		owner.SignOut(m)
	case "deactivate":
		w.SetActive(false)
	case "password":
		owner.ChangePassword(m)
	case "key":
		w.play.event(Words{"A server with other keys stands in.", "다른 키를 가진 서버가 대신 나서요."})
		thief.At(w.Node(nil))
	}
}
