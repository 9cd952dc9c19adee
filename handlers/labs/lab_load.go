package labs

import (
	"fmt"
	"time"

	"twodoors/handlers/auth"
)

// Load sends many requests and counts.
func (stages) Load() Lab {
	return Lab{
		ID: "load", Place: 12, Title: Say("Load", "부하"),
		About: Say("The same request again and again through session, JWT, and JWT with every check: lookups and time against the number of requests.",
			"세션, JWT, 모든 것을 확인하는 JWT로 같은 요청을 되풀이한다. 요청 수에 따른 조회와 시간."),
		Look:   Say("One client inside one process, without a network: read the lookups as facts and the times as this machine's.", "한 프로세스 안의 클라이언트 하나이고 네트워크도 없다. 조회는 사실로, 시간은 이 컴퓨터의 것으로 읽으라."),
		Claims: []string{"load-slows-session", "no-load-after-issue", "jwt-no-lookup"},
		Controls: []Control{
			{Name: "requests", Kind: Choice, Default: "500", Label: Words{"Requests through each door", "문마다 보낼 요청"}, Options: []Option{
				{"100", Words{"100", "100개"}}, {"500", Words{"500", "500개"}}, {"2000", Words{"2,000", "2,000개"}},
			}},
			{Name: "page", Kind: Choice, Default: "me", Label: Words{"What is asked for", "무엇을 요청하나"}, Options: []Option{
				{"me", Words{"who am I: no data", "나는 누구인가: 데이터 없음"}}, {"notes", Words{"my notes: data", "내 메모: 데이터"}},
			}},
		},
		Play: func(p *Play, c Chosen) {
			const points = 10
			n := c.Int("requests")
			lookups := Series{Caption: Say("Lookups", "조회"), Over: Say("requests", "요청"), Unit: Lookups}
			for i := 1; i <= points; i++ {
				lookups.At = append(lookups.At, int64(n*i/points))
			}
			grid := Grid{Caption: Say("In all", "모두"), Corner: Say("door", "문"), Columns: []Words{{"lookups, who", "조회, 누구"}, {"lookups, data", "조회, 데이터"}, {"requests a second", "초당 요청"}, {"middle time", "가운데 시간"}, {"a copy works on", "복사본이 통하는 시간"}}}
			for _, d := range []door{
				{"session", Words{"session", "세션"}, Session, nil}, {"jwt", levelWords(auth.LevelSignature), JWT, nil},
				{"jwt-version", levelWords(auth.LevelVersion), JWT, []Setting{Level(auth.LevelVersion)}},
			} {
				w := p.World(d.settings...)
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step(fmt.Sprintf("%d requests: %s.", n, d.name.EN), fmt.Sprintf("요청 %d개: %s.", n, d.name.KO))
				owner.SignIn(d.mode)
				ask := owner.Me
				if c["page"] == "notes" {
					ask = owner.Notes
				}
				ask(d.mode).Want(200)
				line := Line{Name: d.name, Mode: d.mode}
				auths, data, took, times := 0, 0, time.Duration(0), make([]time.Duration, 0, n)
				for i := 1; i <= n; i++ {
					a := ask(d.mode)
					auths += a.Auth()
					data += a.Data()
					took += a.Took
					times = append(times, a.Took)
					if i%(n/points) == 0 {
						line.Values = append(line.Values, int64(auths+data))
					}
				}
				lookups.Lines = append(lookups.Lines, line)
				thief.Copies(owner)
				owner.SignOut(d.mode)
				life := span(w.holdsFor(time.Hour, func() bool { return thief.Replay(d.mode).In() }))
				rate, mid := fmt.Sprintf("%.0f", float64(n)/took.Seconds()), fmt.Sprintf("%.3f ms", float64(middle(times))/float64(time.Millisecond))
				grid.Rows = append(grid.Rows, GridRow{Name: d.name, Mode: d.mode, Cells: []Cell{
					Count(auths), Count(data), {Text: Words{rate, rate}}, {Text: Words{mid, mid}}, {Text: life},
				}})
			}
			p.Lines(lookups)
			p.Table(grid)
		},
	}
}
