package labs

import "fmt"

// moreServers spreads requests over several servers.
func moreServers() Lab {
	return Lab{
		ID: "more-servers", Title: Say("More servers", "서버 늘리기"),
		About: Say("Two or three servers answer in turn. Share the store and the key, or do not; let one of them die. Who stays signed in?",
			"서버 두세 대가 번갈아 답해요. 저장소와 키를 공유하거나 공유하지 않고, 하나를 멈춰 보세요. 누가 로그인한 채로 남을까요?"),
		Look:       Say("A JWT needs no shared rows, and a shared key all the same; its refresh token needs both.", "JWT는 공유한 행이 없어도 되지만 키는 공유해야 해요. 리프레시 토큰에는 둘 다 필요해요."),
		Statements: []string{"scale-session", "scale-sticky", "scale-store", "scale-jwt"},
		Controls: []Control{
			{Name: "servers", Kind: Choice, Default: "2", Label: Words{"Servers", "서버"}, Options: []Option{{"2", Words{"2", "2대"}}, {"3", Words{"3", "3대"}}}},
			{Name: "store", Kind: Choice, Default: "own", Label: Words{"Sessions", "세션"}, Options: []Option{
				{"own", Words{"each server its own memory", "서버마다 자기 메모리"}}, {"shared", Words{"one database", "데이터베이스 하나"}},
			}},
			{Name: "key", Kind: Choice, Default: "shared", Label: Words{"Keys", "키"}, Options: []Option{{"shared", Words{"one for all", "모두 같은 키"}}, {"own", Words{"each its own", "서버마다 자기 키"}}}},
			{Name: "balance", Kind: Choice, Default: "turn", Label: Words{"Requests go", "요청을 보내는 곳"}, Options: []Option{
				{"turn", Words{"to each server in turn", "서버마다 번갈아"}}, {"sticky", Words{"back to the same server", "같은 서버로만"}},
			}},
			{Name: "dies", Kind: Choice, Default: "no", Label: Words{"The first server dies", "첫 서버가 멈춰요"}, Options: []Option{{"no", Words{"no", "아니요"}}, {"yes", Words{"yes, half-way", "예, 중간에"}}}},
		},
		Play: func(p *Play, c Chosen) {
			const requests = 6
			var stays, out []Words
			servers := c.Int("servers")
			grid := Grid{Caption: Say("Request by request", "요청마다"), Corner: Say("door", "문")}
			for i := range requests {
				grid.Columns = append(grid.Columns, Words{fmt.Sprint(i + 1), fmt.Sprint(i + 1)})
			}
			grid.Columns = append(grid.Columns, Words{"renewing elsewhere", "다른 서버에서 갱신"})
			for _, d := range []door{
				{"session", Words{"session", "세션"}, Session, nil}, {"jwt", Words{"JWT", "JWT"}, JWT, nil},
				{"token", Words{"opaque token", "불투명 토큰"}, Token, nil}, {"cookie", Words{"signed cookie", "서명된 쿠키"}, Cookie, nil},
			} {
				w := p.Environment(SessionsIn(map[string]string{"own": "memory", "shared": "database"}[c["store"]]))
				for range servers - 1 {
					if c["key"] == "own" {
						w.Node(nil)
					} else {
						w.Node(w.keys)
					}
				}
				p.Step(fmt.Sprintf("The owner signs in at server 1 of %d and goes on asking: %s.", servers, d.name.EN), fmt.Sprintf("주인이 서버 %d대 중 1번에서 로그인하고 계속 요청해요: %s.", servers, d.name.KO))
				owner := w.Client(Owner)
				owner.SignIn(d.mode)
				row, refused := GridRow{Name: d.name, Mode: d.mode}, 0
				for i := range requests {
					if c["dies"] == "yes" && i == requests/2 {
						w.StopNode(1)
					}
					at := 1
					if c["balance"] == "turn" {
						at = i%servers + 1
					}
					if w.nodes[at-1].down { // the balancer knows, and asks the next one
						at = at%servers + 1
					}
					a := owner.At(at).Me(d.mode)
					cell := Came(a)
					cell.Below = Words{fmt.Sprintf("server %d", at), fmt.Sprintf("서버 %d", at)}
					row.Cells = append(row.Cells, cell)
					if !a.In() {
						refused++
					}
				}
				last := Spelled("–", "–")
				if d.mode == JWT {
					last = Came(w.Client(Script).CopiesRefreshToken(owner).At(servers).Renews())
				}
				row.Cells = append(row.Cells, last)
				grid.Rows = append(grid.Rows, row)
				if refused == 0 {
					stays = append(stays, d.name)
				} else {
					out = append(out, Words{fmt.Sprintf("%s (%d of %d refused)", d.name.EN, refused, requests), fmt.Sprintf("%s (%d번 중 %d번 거절)", d.name.KO, requests, refused)})
				}
			}
			if len(stays) > 0 {
				p.Say("Signed in all the time: "+join(stays).EN+".", "계속 로그인한 채로: "+join(stays).KO+".")
			}
			if len(out) > 0 {
				p.Say("Signed out on the way: "+join(out).EN+".", "도중에 로그아웃됨: "+join(out).KO+".")
			}
			p.Table(grid)
			p.Say("What all servers share is one database of users and refresh tokens; the controls say what else.", "모든 서버는 사용자와 리프레시 토큰의 데이터베이스를 함께 써요. 그 밖에 무엇을 공유하는지는 위에서 골라요.")
		},
	}
}
