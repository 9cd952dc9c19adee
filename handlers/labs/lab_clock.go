package labs

import (
	"fmt"
	"slices"
	"time"

	"twodoors/handlers/auth"
)

// clockLab moves time, and watches each credential end.
func clockLab() Lab {
	return Lab{
		ID: "clock", Title: Say("Clock", "시계"),
		About: Say("Let time pass, with a request now and then or without one. Idle limit, absolute limit, access token, refresh token, leeway: which of them ends what?",
			"시간을 보내 보세요. 가끔 요청해도 되고, 하지 않아도 돼요. 유휴 한도, 절대 한도, 액세스 토큰, 리프레시 토큰, 여유 시간 가운데 무엇이 무엇을 끝낼까요?"),
		Look:       Say("A date inside a credential is checked without asking anyone. A row can be ended before its date.", "자격 증명 안의 날짜는 아무에게도 묻지 않고 확인해요. 행은 날짜가 되기 전에도 끝낼 수 있어요."),
		Statements: []string{"expiry", "cookie-two-weeks", "short-means-relogin"},
		Controls: []Control{
			{Name: "every", Kind: Choice, Default: "20", Label: Words{"A request every", "요청 간격"}, Options: []Option{
				{"1", Words{"minute", "1분"}}, {"10", Words{"10 min", "10분"}}, {"20", Words{"20 min", "20분"}}, {"40", Words{"40 min", "40분"}}, {"0", Words{"only when we look", "볼 때만"}},
			}},
			{Name: "idle", Kind: Number, Default: "30", Min: 1, Max: 240, Label: Words{"Session's idle limit", "세션의 유휴 한도"}, Unit: Words{"min", "분"}},
			{Name: "max", Kind: Number, Default: "480", Min: 5, Max: 1440, Label: Words{"Absolute limit of a sign-in", "로그인의 절대 한도"}, Unit: Words{"min", "분"}},
			accessLife(),
			{Name: "remember", Kind: Choice, Default: "no", Label: Words{"“Remember me”", "‘로그인 유지’"}, Options: []Option{{"no", Words{"no", "아니요"}}, {"yes", Words{"yes", "예"}}}},
		},
		Play: func(p *Play, c Chosen) {
			limits := func(s *Settings) {
				s.SessionIdle, s.SessionMax, s.AccessTTL = c.Minutes("idle"), c.Minutes("max"), c.Minutes("access")
			}
			how := []How{ByAPI}
			if c["remember"] == "yes" {
				how = append(how, Remembered)
			}
			moments := []time.Duration{
				c.Minutes("access") - time.Second, c.Minutes("access") + auth.Leeway - time.Second, c.Minutes("access") + auth.Leeway + time.Second,
				auth.SessionLimits{Idle: c.Minutes("idle")}.LongestIdle() + time.Second, c.Minutes("max") - time.Second, c.Minutes("max") + 6*time.Second, 15 * 24 * time.Hour,
			}
			moments = inOrder(moments)
			grid := Grid{Caption: Say("Let in?", "들어갈 수 있나요?"), Corner: Say("door", "문"), Columns: columns(moments)}
			for _, d := range []struct {
				name   Words
				mode   Mode
				renews bool
			}{
				{Words{"session", "세션"}, Session, false}, {Words{"access token alone", "액세스 토큰만"}, JWT, false},
				{Words{"access token, renewed where it has ended", "액세스 토큰, 끝나면 갱신"}, JWT, true},
				{Words{"opaque token", "불투명 토큰"}, Token, false}, {Words{"signed cookie", "서명된 쿠키"}, Cookie, false},
			} {
				w := p.Environment(limits)
				owner := w.Client(Owner)
				p.Step("The owner signs in and time passes: "+d.name.EN+".", "주인이 로그인하고 시간이 흘러요: "+d.name.KO+".")
				owner.SignIn(d.mode, how...)
				grid.Rows = append(grid.Rows, GridRow{Name: d.name, Mode: d.mode, Cells: w.passing(owner, d.mode, d.renews, c.Int("every"), moments)})
			}
			p.Table(grid)
			p.Say(fmt.Sprintf("Leeway: an access token is taken for %s longer than it says, for clocks that differ.", span(auth.Leeway).EN),
				fmt.Sprintf("여유: 시계가 서로 다를 수 있어서 액세스 토큰을 적힌 것보다 %s 더 받아들여요.", span(auth.Leeway).KO))
		},
	}
}

// mostRequests bounds what is sent while time passes.
const mostRequests = 600

// passing lets time pass, with a request every so many minutes, and asks at each of the moments.
func (w *Environment) passing(c *Client, m Mode, renews bool, every int, moments []time.Duration) (cells []Cell) {
	began, at, sent := w.Clock.Now(), time.Duration(0), 0
	ask := func(d time.Duration) *Answer {
		w.jump(began.Add(d))
		sent++
		a := c.Me(m)
		if !a.In() && renews && c.Renews().In() {
			a = c.Me(m)
		}
		return a
	}
	for _, moment := range moments {
		for every > 0 && sent < mostRequests && at+time.Duration(every)*time.Minute < moment {
			at += time.Duration(every) * time.Minute
			if !ask(at).In() {
				break // nothing lets it in again
			}
		}
		at = max(at, moment)
		cells = append(cells, Came(ask(moment)))
	}
	w.play.event(Words{fmt.Sprintf("%d requests were sent while time passed.", sent), fmt.Sprintf("시간이 흐르는 동안 요청 %d개를 보냈어요.", sent)})
	return cells
}

// inOrder sorts moments and leaves out what is not ahead or stands twice.
func inOrder(list []time.Duration) []time.Duration {
	list = slices.DeleteFunc(slices.Clone(list), func(d time.Duration) bool { return d <= 0 })
	slices.Sort(list)
	return slices.Compact(list)
}
