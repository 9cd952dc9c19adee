package labs

import (
	"fmt"
	"time"

	"twodoors/handlers/auth"
)

// dayOfWork counts what a day of requests takes.
func dayOfWork() Lab {
	return Lab{
		ID: "working-day", Title: Say("A working day", "근무일 하루"),
		About: Say("A request every few minutes, all day. How often must somebody sign in, how often does a token cross the network, and what does the database hear of it?",
			"하루 종일 몇 분마다 요청해요. 몇 번 로그인해야 하고, 토큰이 몇 번 네트워크를 지나고, 데이터베이스는 얼마나 알게 될까요?"),
		Look:       Say("A token that is seen less often is not worth less: whoever gets the refresh token gets access tokens. And fewer lookups mean that less is known in between.", "덜 보인다고 값어치가 덜한 것은 아니에요. 리프레시 토큰을 얻은 사람은 액세스 토큰도 얻어요. 조회가 적으면 그사이에 아는 것도 적어요."),
		Statements: []string{"short-means-relogin", "refresh-exposure", "refresh-safer", "no-load-after-issue", "load-slows-session"},
		Controls: []Control{
			{Name: "access", Kind: Choice, Default: "15", Label: Words{"Life of an access token", "액세스 토큰의 수명"}, Options: []Option{
				{"5", Words{"5 min", "5분"}}, {"15", Words{"15 min", "15분"}}, {"30", Words{"30 min", "30분"}}, {"60", Words{"60 min", "60분"}},
			}},
			{Name: "every", Kind: Choice, Default: "1", Label: Words{"A request every", "요청 간격"}, Options: []Option{{"1", Words{"minute", "1분"}}, {"5", Words{"5 min", "5분"}}, {"20", Words{"20 min", "20분"}}}},
			{Name: "hours", Kind: Choice, Default: "8", Label: Words{"Hours", "시간"}, Options: []Option{{"2", Words{"2", "2시간"}}, {"8", Words{"8", "8시간"}}}},
		},
		Play: func(p *Play, c Chosen) {
			grid := Grid{Caption: Say("The day in figures", "하루의 수치"), Corner: Say("door", "문"), Columns: []Words{
				{"requests", "요청"}, {"sign-ins", "로그인"}, {"renewals", "갱신"}, {"lookups, who is asking", "누구인지 아는 조회"}, {"access credential on the wire", "자격 증명이 네트워크를 지난 횟수"}, {"refresh token on the wire", "리프레시 토큰이 지난 횟수"}, {"password on the wire", "비밀번호가 지난 횟수"},
			}}
			lines := Series{Caption: Say("Lookups to know who is asking, over the day", "하루 동안 누구인지 아는 조회"), Over: Say("minutes", "분"), Unit: Lookups}
			every, seen := c.Int("every"), 0
			for _, d := range []struct {
				door
				renews bool
			}{
				{door{"session", Words{"session", "세션"}, Session, nil}, false},
				{door{"jwt", Words{"JWT with a refresh token", "JWT, 리프레시 토큰 있음"}, JWT, nil}, true},
				{door{"jwt-alone", Words{"JWT, access token alone", "JWT, 액세스 토큰만"}, JWT, nil}, false},
				{door{"token", Words{"opaque token", "불투명 토큰"}, Token, nil}, false},
				{door{"cookie", Words{"signed cookie", "서명된 쿠키"}, Cookie, nil}, false},
			} {
				w := p.Environment(AccessLife(c.Minutes("access")))
				p.Step("The day of "+d.name.EN+".", d.name.KO+"의 하루예요.")
				line := Line{Name: d.name, Mode: d.mode}
				day := w.dayOf(w.Client(Script), d.mode, d.renews, c.Int("hours")*60, every, func(minute, lookups int) {
					if d.id == "session" {
						lines.At = append(lines.At, int64(minute))
					}
					line.Values = append(line.Values, int64(lookups))
				})
				lines.Lines = append(lines.Lines, line)
				if d.id == "session" && day.lookups > day.requests+10 {
					seen = day.lookups - day.requests
				}
				grid.Rows = append(grid.Rows, GridRow{Name: d.name, Mode: d.mode, Cells: []Cell{
					Count(day.requests), Count(day.signIns), Count(day.renewals), Count(day.lookups), Count(day.shown), Count(day.refreshShown), Count(day.passwords),
				}})
			}
			p.Lines(lines)
			if seen > 0 {
				every := span(auth.SessionLimits{Idle: defaults().SessionIdle}.LastSeenEvery())
				p.Say("A session's “last seen” is written at most once in "+every.EN+": that is its second lookup.",
					"세션의 ‘마지막 접속’은 많아야 "+every.KO+"에 한 번 적어요. 그것이 두 번째 조회예요.")
			}
			p.Table(grid)
			p.Say(fmt.Sprintf("An access token lasts %s. Without a refresh token each end is a sign-in with the password; with one it is a renewal.", span(c.Minutes("access")).EN),
				fmt.Sprintf("액세스 토큰은 %s 동안 쓸 수 있어요. 리프레시 토큰이 없으면 끝날 때마다 비밀번호로 로그인하고, 있으면 갱신해요.", span(c.Minutes("access")).KO))
		},
	}
}

// counted is what a day came to.
type counted struct {
	requests, signIns, renewals, lookups, shown, refreshShown, passwords int
}

// dayOf has a client send a request every so many minutes; tell hears a dozen times how many lookups there were.
func (w *Environment) dayOf(c *Client, m Mode, renews bool, minutes, every int, tell func(minute, lookups int)) counted {
	var day counted
	began := w.Clock.Now()
	sign := func() {
		a := c.SignIn(m, ByAPI)
		day.signIns++
		day.passwords++
		day.lookups += a.Auth()
	}
	sign()
	next := 0
	for minute := 0; minute < minutes; minute += every {
		w.jump(began.Add(time.Duration(minute) * time.Minute))
		a := c.Me(m)
		if !a.In() {
			day.lookups += a.Auth()
			if renews {
				b := c.Renews()
				day.renewals++
				day.refreshShown++
				day.lookups += b.Auth()
			} else {
				sign()
			}
			day.shown++ // the one that was refused was seen as well
			a = c.Me(m)
		}
		day.requests++
		day.shown++
		day.lookups += a.Auth()
		if minute >= next {
			tell(minute, day.lookups)
			next += minutes / 12
		}
	}
	tell(minutes, day.lookups)
	return day
}
