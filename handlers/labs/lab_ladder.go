package labs

import (
	"fmt"
	"slices"
	"time"

	"twodoors/models"
)

// ladder sets JWT's levels beside the places where a session can be kept.
func ladder() Lab {
	return Lab{
		ID: "ladder", Title: Say("The ladder", "사다리"),
		About: Say("From rung to rung more is known at each request. JWT climbs from its signature to the password's version; a session comes down from the database to memory with the user copied. Somewhere they meet.",
			"위로 갈수록 요청마다 더 많은 것을 알아요. JWT는 서명에서 비밀번호 버전까지 오르고, 세션은 데이터베이스에서 사용자 사본을 둔 메모리로 내려와요. 어디선가 둘이 만나요."),
		Look:       Say("0 lookups always means that something is not known until the credential ends.", "조회 0번은 언제나, 자격 증명이 끝날 때까지 모르는 것이 있다는 뜻이에요."),
		Statements: []string{"jwt-no-lookup", "session-lookup", "both-check-user", "drf-same-lookup"},
		Controls: []Control{
			{Name: "requests", Kind: Choice, Default: "20", Label: Words{"Requests to each", "문마다 보낼 요청"}, Options: []Option{
				{"5", Words{"5", "5개"}}, {"20", Words{"20", "20개"}}, {"100", Words{"100", "100개"}},
			}},
		},
		Play: func(p *Play, c Chosen) {
			n := c.Int("requests")
			grid := Grid{
				Caption: Say("What each request costs, and what the next one knows", "요청 하나에 드는 것, 그다음 요청이 아는 것"), Corner: Say("rung", "칸"),
				Columns: []Words{{"lookups a request", "요청당 조회"}, {"time, middle of all", "시간(중앙값)"}, {"signed out?", "로그아웃?"}, {"new role?", "새 역할?"}, {"deactivated?", "비활성화?"}, {"password changed?", "비밀번호 변경?"}},
			}
			mid, rungs := map[string]time.Duration{}, map[string][]Cell{}
			for _, d := range everyDoor() {
				w := p.Environment(d.settings...)
				owner := w.Client(Owner)
				p.Step(fmt.Sprintf("%s: %d requests, then one after each change.", d.name.EN, n), fmt.Sprintf("%s: 요청 %d개를 보내고, 바꿀 때마다 하나씩 더 보내요.", d.name.KO, n))
				owner.SignIn(d.mode)
				owner.Me(d.mode).Want(200) // statements are prepared
				lookups, times := 0, make([]time.Duration, 0, n)
				for range n {
					a := owner.Me(d.mode).Want(200)
					lookups += a.Auth()
					times = append(times, a.Took)
				}
				mid[d.id] = middle(times)
				row := GridRow{Name: d.name, Mode: d.mode, Cells: []Cell{
					{Text: Words{fmt.Sprintf("%g", float64(lookups)/float64(n)), fmt.Sprintf("%g", float64(lookups)/float64(n))}}, {Took: mid[d.id]},
				}}
				knows := w.knows(owner, d.mode)
				rungs[d.id] = append([]Cell{row.Cells[0]}, knows...)
				row.Cells = append(row.Cells, knows...)
				grid.Rows = append(grid.Rows, row)
			}
			p.Table(grid)
			if slices.Equal(rungs["session"], rungs["jwt-version"]) {
				p.Say("A session in the database and JWT at level version know the same and cost the same: one joined lookup. There they meet.",
					"데이터베이스의 세션과 ‘버전’ 수준의 JWT는 아는 것도, 드는 것도 같아요. 조인한 조회 한 번이에요. 거기서 둘이 만나요.")
			}
			if mid["jwt-signature"] > mid["session"] {
				p.Say("On this machine the signature's check took longer than the session's lookup, in a database in this very process. How it is with one across a network, “twodoors bench” measures.",
					"이 컴퓨터에서는 서명 확인이 세션 조회보다 오래 걸렸어요. 여기서 데이터베이스는 같은 프로세스 안에 있어요. 네트워크 너머에 있을 때는 ‘twodoors bench’로 재요.")
			} else {
				p.Say("On this machine the session's lookup took longer than the signature's check.", "이 컴퓨터에서는 세션 조회가 서명 확인보다 오래 걸렸어요.")
			}
		},
	}
}

// knows tries what the app notices at the next request of a sign-in, change after change: each is made without telling
// the node that keeps copies, as another server would.
func (w *Environment) knows(owner *Client, m Mode) []Cell {
	thief := w.Client(Thief).Copies(owner)
	w.User(adminName, models.RoleAdmin)
	w.SetRole(models.RoleAdmin)
	role := thief.Me(m).Role() == models.RoleAdmin
	w.SetActive(false)
	inactive := !thief.Me(m).In()
	w.SetActive(true)
	second := w.Client(SecondDevice)
	second.SignIn(m)
	copied := w.Client(Thief).Copies(second)
	second.SignOut(m)
	out := !copied.Me(m).In()
	third := w.Client(ThirdDevice)
	third.SignIn(m)
	old := w.Client(Thief).Copies(third)
	third.ChangePassword(m)
	changed := !old.Me(m).In()
	return []Cell{YesNo(out), YesNo(role), YesNo(inactive), YesNo(changed)}
}

func middle(list []time.Duration) time.Duration {
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}
