package labs

import (
	"fmt"
	"net/http"
)

// databaseOff takes the database away while people are signed in.
func databaseOff() Lab {
	return Lab{
		ID: "database-off", Title: Say("Database off", "데이터베이스 끄기"),
		About: Say("People are signed in through every door, and the database goes away. Who still gets in, what does everybody else hear, and is everything as before when it is back?",
			"모든 문으로 로그인해 있는데 데이터베이스가 사라져요. 누가 계속 들어가고, 나머지는 어떤 답을 들을까요? 돌아오면 모두 전과 같을까요?"),
		Look:       Say("Being let in is worth little where every page needs data: the notes are away for all.", "모든 페이지에 내용이 필요하다면 들어가는 것만으로는 소용이 적어요. 노트는 누구도 볼 수 없어요."),
		Statements: []string{"database-down", "jwt-no-lookup"},
		Controls: []Control{
			{Name: "while", Kind: Choice, Default: "ask", Label: Words{"While it is away", "사라진 동안"}, Options: []Option{
				{"ask", Words{"everyone asks who they are", "모두 자기가 누구인지 물어요"}}, {"renew", Words{"and the token's time runs out", "토큰의 시간도 다해요"}},
			}},
		},
		Play: func(p *Play, c Chosen) {
			grid := Grid{Caption: Say("Answers", "답"), Corner: Say("door", "문"), Columns: []Words{{"before", "전"}, {"away: who am I", "없을 때: 나는 누구"}, {"away: notes", "없을 때: 노트"}, {"away: home page", "없을 때: 홈 페이지"}, {"back", "돌아온 뒤"}}}
			if c["while"] == "renew" {
				grid.Columns = append(grid.Columns[:4], Words{"away: renewing", "없을 때: 갱신"}, grid.Columns[4])
			}
			in, told, lost := 0, 0, 0
			for _, d := range everyDoor() {
				w := p.Environment(d.settings...)
				owner := w.Client(Owner)
				p.Step("Signed in, then without a database, then with it: "+d.name.EN+".", "로그인한 뒤, 데이터베이스가 없을 때, 돌아왔을 때: "+d.name.KO+".")
				owner.SignIn(d.mode)
				row := GridRow{Name: d.name, Mode: d.mode, Cells: []Cell{Came(owner.Me(d.mode))}}
				w.Database.Off()
				me, notes, home := owner.Me(d.mode), owner.Notes(d.mode), owner.Home(d.mode)
				row.Cells = append(row.Cells, Came(me), Came(notes), Came(home))
				if me.In() {
					in++
				}
				for _, a := range []*Answer{me, notes, home} {
					if a.Status == http.StatusUnauthorized {
						told++
					}
				}
				if c["while"] == "renew" {
					cell := Spelled("–", "–")
					if d.mode == JWT {
						w.Clock.Forward(w.settings.AccessTTL + second*10)
						cell = Came(owner.Renews())
					}
					row.Cells = append(row.Cells, cell)
				}
				w.Database.On()
				if c["while"] == "renew" && d.mode == JWT {
					owner.Renews()
				}
				back := owner.Me(d.mode)
				if !back.In() {
					lost++
				}
				row.Cells = append(row.Cells, Came(back))
				grid.Rows = append(grid.Rows, row)
			}
			p.Say(fmt.Sprintf("%d of %d still got in while it was away.", in, len(grid.Rows)), fmt.Sprintf("없는 동안에도 %d가지 가운데 %d가지가 들어갔어요.", len(grid.Rows), in))
			p.Table(grid)
			if told > 0 || lost > 0 {
				p.Say(fmt.Sprintf("%d answers said “signed out”, and %d doors stayed shut when it was back.", told, lost), fmt.Sprintf("답 %d개가 로그아웃됐다고 했고, 돌아온 뒤에도 문 %d개가 닫혀 있었어요.", told, lost))
				return
			}
			p.Say("503 says “not now”. It is not 401: nobody is told that they are signed out, and nobody is.", "503은 ‘지금은 안 돼요’라는 말이에요. 401이 아니에요. 로그아웃됐다는 말을 듣는 사람도, 정말 로그아웃되는 사람도 없어요.")
		},
	}
}
