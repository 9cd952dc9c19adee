package labs

import (
	"fmt"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/bench"
)

// loadConnections is how many connections put load on a node: a few, for the machine has other visitors.
const loadConnections = 4

// load sends many requests through sockets, and counts.
func load() Lab {
	return Lab{
		ID: "load", Title: Say("Load", "부하"),
		About: Say("The same request again and again through session, JWT, and JWT with every check: lookups and throughput against the number of requests.",
			"세션, JWT, 모든 것을 확인하는 JWT로 같은 요청을 되풀이해요. 요청 수에 따라 조회와 처리량이 어떻게 달라지는지 보세요."),
		Look: Say("Client and server share this machine's processors: read the lookups as facts and the times as this machine's, now. “twodoors bench” measures longer, and beside other databases.",
			"클라이언트와 서버가 이 컴퓨터의 프로세서를 나눠 써요. 조회는 사실로, 시간은 지금 이 컴퓨터의 것으로 읽으세요. ‘twodoors bench’는 더 오래, 다른 데이터베이스와도 재요."),
		Statements: []string{"load-slows-session", "no-load-after-issue", "jwt-no-lookup"},
		Controls: []Control{
			{Name: "requests", Kind: Choice, Default: "500", Label: Words{"Requests through each door", "문마다 보낼 요청"}, Options: []Option{
				{"100", Words{"100", "100개"}}, {"500", Words{"500", "500개"}}, {"2000", Words{"2,000", "2,000개"}}, {"5000", Words{"5,000", "5,000개"}},
			}},
			{Name: "page", Kind: Choice, Default: "me", Label: Words{"What is asked for", "무엇을 요청하나요?"}, Options: []Option{
				{"me", Words{"who am I: no data", "나는 누구인가요: 내용 없음"}}, {"notes", Words{"my notes: data", "내 노트: 내용 있음"}},
			}},
		},
		Play: func(p *Play, c Chosen) {
			doors := []*loaded{
				{name: Words{"session", "세션"}, mode: Session}, {name: levelWords(auth.LevelSignature), mode: JWT},
				{name: levelWords(auth.LevelVersion), mode: JWT, settings: []Setting{Level(auth.LevelVersion)}},
			}
			p.Step("The owner signs in at three servers, each with a port of its own.", "주인이 서버 세 대에 로그인해요. 서버마다 자기 포트가 있어요.")
			for _, d := range doors {
				d.ready(p, "/api/"+string(d.mode)+"/"+c["page"])
				defer d.client.Close()
			}
			lookups, rates := p.loadInTurn(doors, c.Int("requests"))
			grid := Grid{Caption: Say("In all", "모두 합해"), Corner: Say("door", "문"), Columns: []Words{{"lookups", "조회"}, {"a request", "요청당"}, {"requests a second", "초당 요청"}, {"half of them within", "절반은 이 안에"}, {"99 of 100 within", "100개 중 99개는 이 안에"}, {"a copy works on", "사본이 통하는 시간"}}}
			p.Step("The owner signs out, and a copy is tried.", "주인이 로그아웃하고, 사본을 써 봐요.")
			for _, d := range doors {
				s := d.sample
				per := fmt.Sprintf("%g", float64(s.Lookups)/float64(s.Requests))
				grid.Rows = append(grid.Rows, GridRow{Name: d.name, Mode: d.mode, Cells: []Cell{
					Count(s.Lookups), Spelled(per, per), Count(int(s.PerSecond())), Cell{Took: s.Took(50)}, Cell{Took: s.Took(99)}, {Text: d.copyLives()},
				}})
			}
			p.Lines(lookups)
			p.Lines(rates)
			p.Table(grid)
		},
	}
}

// loaded is a door under load.
type loaded struct {
	name     Words
	mode     Mode
	settings []Setting

	environment *Environment
	owner       *Client
	client      *bench.Client
	sample      bench.Sample // of all that was sent
}

// ready signs the owner in, and has the statements prepared.
func (d *loaded) ready(p *Play, target string) {
	d.environment = p.Environment(d.settings...)
	d.owner = d.environment.Client(Owner)
	d.owner.SignIn(d.mode)
	d.owner.Get(target).Want(200)
	d.client = bench.NewClient(d.environment.Listen(), d.owner.write(request{method: "GET", target: target}), loadConnections)
	_, err := d.client.Send(p.ctx, loadConnections*2) // and on every connection
	must(err)
}

// loadInTurn sends requests through each door in turn, a part at a time, so that whatever slows the machine for a
// while slows all of them alike.
func (p *Play) loadInTurn(doors []*loaded, requests int) (lookups, rates Series) {
	const parts = 10
	lookups = Series{Caption: Say("Lookups", "조회"), Over: Say("requests", "요청"), Unit: Lookups}
	rates = Series{Caption: Say("Requests a second, so far", "지금까지의 초당 요청"), Over: Say("requests", "요청")}
	for _, d := range doors {
		lookups.Lines = append(lookups.Lines, Line{Name: d.name, Mode: d.mode})
		rates.Lines = append(rates.Lines, Line{Name: d.name, Mode: d.mode})
	}
	for part := 1; part <= parts; part++ {
		sent := requests * part / parts
		p.Step(digits(sent).EN+" requests through each door.", "문마다 요청 "+digits(sent).KO+"개를 보내요.")
		lookups.At, rates.At = append(lookups.At, int64(sent)), append(rates.At, int64(sent))
		for i, d := range doors {
			s, err := d.client.Send(p.ctx, sent-d.sample.Requests)
			must(err)
			if d.sample = d.sample.And(s); d.sample.Failed > 0 {
				stop("%d requests failed: %s", d.sample.Failed, d.sample.Failure)
			}
			lookups.Lines[i].Values = append(lookups.Lines[i].Values, int64(d.sample.Lookups))
			rates.Lines[i].Values = append(rates.Lines[i].Values, int64(d.sample.PerSecond()))
		}
	}
	return lookups, rates
}

// copyLives is for how long a copy works once the owner has signed out.
func (d *loaded) copyLives() Words {
	thief := d.environment.Client(Thief).Copies(d.owner)
	d.owner.SignOut(d.mode)
	return span(d.environment.holdsFor(time.Hour, func() bool { return thief.Replay(d.mode).In() }))
}
