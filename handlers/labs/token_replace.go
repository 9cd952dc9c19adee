package labs

// tokenReplace replaces the token while three devices hold it.
func tokenReplace() Statement {
	return Statement{
		ID: "token-replace", Group: Ending, Expected: Holds, Figure: "after",
		Sources: []Source{
			asvs("7.4.3"),
			drfToken(),
		},
		Says: Say("Replacing the token in the database signs out every device.", "데이터베이스의 토큰을 바꾸면 모든 기기가 로그아웃된다."),
		Why: Say("All devices hold the same token, and the row knows only its newest hash. The old token is looked up and not found. Whoever changed it gets the new one and stays.",
			"모든 기기가 같은 토큰을 가졌고, 행은 가장 새로운 해시만 알아요. 옛 토큰은 찾아도 없어요. 바꾼 사람만 새것을 받아 남아요."),
		Advice: Say("Replace the token when the password changes and when a device is lost; tell people that all of them must sign in anew.", "비밀번호가 바뀌거나 기기를 잃어버리면 토큰을 바꾸세요. 모두 다시 로그인해야 한다고 알려 주세요."),
		Play: func(p *Play) {
			w := p.Environment()
			devices := threeDevices(w, Token)
			p.Step("The owner signs in on three devices.", "주인이 세 기기에서 로그인해요.")
			p.Measure("before", "devices that are let in, before", "바꾸기 전에 들어가는 기기", letInCount(devices, Token), Times)
			p.Step("The owner changes the password, which replaces the token.", "주인이 비밀번호를 바꿔요. 토큰도 바뀌어요.")
			old := devices[0].Access(Token)
			devices[0].ChangePassword(Token)
			p.Measure("new", "the device that changed it has a new token", "바꾼 기기가 새 토큰을 받음", devices[0].Access(Token) != old, Truth)
			devices[0].Holds(Token, old)
			p.Measure("after", "devices that are let in with the old token, after", "바꾼 뒤 옛 토큰으로 들어가는 기기", letInCount(devices, Token), Times)
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("opaque token", "불투명 토큰"), Holds: m.Int("before") == 3 && m.Is("new") && m.Int("after") == 0, Want: true}}
		},
	}
}

// threeDevices signs the owner in on three.
func threeDevices(w *Environment, m Mode, how ...How) []*Client {
	list := []*Client{w.Client(Owner), w.Client(SecondDevice), w.Client(ThirdDevice)}
	for _, c := range list {
		c.SignIn(m, how...)
	}
	return list
}

func letInCount(list []*Client, m Mode) int {
	n := 0
	for _, c := range list {
		if c.Me(m).In() {
			n++
		}
	}
	return n
}
