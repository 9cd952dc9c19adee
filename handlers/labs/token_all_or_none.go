package labs

import (
	"fmt"
	"net/http"
)

// tokenAllOrNone tries to end one device of three.
func tokenAllOrNone() Statement {
	return Statement{
		ID: "token-all-or-none", Group: Ending, Expected: Holds, Figure: "after-end",
		Sources: []Source{
			asvs("7.5.2"),
			drfToken(),
			knox(),
		},
		Says: Say("With one token for a user, one device alone cannot be signed out.", "사용자마다 토큰이 하나면 기기 하나만 로그아웃시킬 수 없다."),
		Why: Say("Signing out on one device only makes that device forget the token. A copy of it works on, as it is the others' token too. Ending it at the server ends it for all.",
			"한 기기에서 로그아웃하면 그 기기가 토큰을 잊을 뿐이에요. 그 토큰은 다른 기기의 것이기도 해서 사본은 계속 통해요. 서버에서 끝내면 모두 끝나요."),
		Advice: Say("If people are to end one device, give each sign-in a row of its own: a session, or a family of refresh tokens.", "기기 하나를 끝낼 수 있어야 한다면 로그인마다 행을 두세요. 세션이나 리프레시 토큰 계열이 그래요."),
		Play: func(p *Play) {
			w := p.Environment()
			p.Step("The owner signs in on three devices; a thief copies from the third.", "주인이 세 기기에서 로그인하고, 도둑이 세 번째 기기에서 복사해요.")
			devices := threeDevices(w, Token)
			thief := w.Client(Thief).Copies(devices[2])
			p.Step("The third device signs out.", "세 번째 기기가 로그아웃해요.")
			devices[2].SignOut(Token)
			p.Status("copy", "the third device's copy, after its sign-out", "로그아웃한 세 번째 기기의 사본", thief.Replay(Token))
			p.Measure("after-sign-out", "other devices that are still let in", "여전히 들어가는 다른 기기", letInCount(devices[:2], Token), Times)
			p.Step("The owner ends the one device that is listed.", "주인이 목록에 있는 기기 하나를 끝내요.")
			var listed struct {
				Devices []struct {
					ID   int64
					Mode string
				}
			}
			devices[0].Get("/api/token/devices").Want(http.StatusOK).into(&listed)
			entries := int64(0)
			for _, d := range listed.Devices {
				if d.Mode == string(Token) {
					entries++
					devices[0].Send(http.MethodDelete, fmt.Sprint("/api/token/devices/", d.ID), "", "")
				}
			}
			p.Measure("listed", "entries in the list for three devices", "세 기기에 대한 목록의 항목", entries, Times)
			p.Measure("after-end", "devices that are still let in, after one was ended", "하나를 끝낸 뒤에도 들어가는 기기", letInCount(devices, Token), Times)
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("three devices", "세 기기"), Holds: m.In("copy") && m.Int("after-sign-out") == 2 && m.Int("listed") == 1 && m.Int("after-end") == 0, Want: true}}
		},
	}
}
