package labs

import (
	"fmt"
	"time"

	"twodoors/handlers/auth"
)

// theft copies a credential and uses it elsewhere.
func theft() Lab {
	return Lab{
		ID: "theft", Title: Say("Theft", "도난"),
		About: Say("A thief copies a credential and sends it from elsewhere. Choose what is stolen, whether the owner comes back, and how long the grace for a second use is.",
			"도둑이 자격 증명을 복사해 다른 곳에서 보내요. 무엇을 훔치는지, 주인이 언제 돌아오는지, 두 번째 사용을 얼마나 봐주는지 고르세요."),
		Look:       Say("A refusal says that two had the token, and not which of them was the thief.", "거절은 둘이 같은 토큰을 가졌다는 뜻이지, 누가 도둑인지는 말해 주지 않아요."),
		Statements: []string{"bearer", "theft-discloses", "refresh-theft", "short-limits-theft"},
		Controls: []Control{
			{Name: "what", Kind: Choice, Default: "refresh", Label: Words{"What is stolen", "무엇을 훔치나요?"}, Options: []Option{
				{"refresh", Words{"the refresh token", "리프레시 토큰"}},
				{"credential", Words{"what is sent with each request", "요청마다 보내는 것"}},
				{"tabs", Words{"nothing: two tabs of one browser renew at once", "훔치지 않음: 한 브라우저의 두 탭이 동시에 갱신"}},
			}},
			{Name: "wait", Kind: Number, Default: "60", Min: 0, Max: 600, Label: Words{"The owner comes back after", "주인이 돌아오기까지"}, Unit: Words{"min", "분"}},
			{Name: "grace", Kind: Choice, Default: "10", Label: Words{"Grace for a second use", "두 번째 사용의 유예 시간"}, Options: []Option{
				{"0", Words{"none", "없음"}}, {"10", Words{"10 s", "10초"}}, {"60", Words{"60 s", "60초"}},
			}},
		},
		Play: func(p *Play, c Chosen) {
			grace := Grace(time.Duration(c.Int("grace")) * time.Second)
			switch c["what"] {
			case "credential":
				p.replays(c.Minutes("wait"))
			case "tabs":
				p.twoTabs(grace)
			default:
				p.stolenRefresh(grace, c.Minutes("wait"))
			}
		},
	}
}

// replays sends copies of every credential from elsewhere.
func (p *Play) replays(wait time.Duration) {
	grid := Grid{
		Caption: Say("What a copy does in the thief's hands", "도둑의 손에서 사본이 하는 일"), Corner: Say("door", "문"),
		Columns: []Words{{"told by itself, of id, name and role", "그 자체로 알려 주는 것(번호, 이름, 역할 중)"}, {"sent at once", "바로 보내면"}, {"notes read", "노트 읽기"}, {"a note written", "노트 쓰기"}, {"later", "나중에"}},
	}
	grid.Columns[4] = after(wait)
	let := 0
	for _, d := range []door{
		{"session", Words{"session", "세션"}, Session, nil}, {"cookie", Words{"signed cookie", "서명된 쿠키"}, Cookie, nil},
		{"token", Words{"opaque token", "불투명 토큰"}, Token, nil}, {"jwt", levelWords(auth.LevelSignature), JWT, nil},
		{"jwt-version", levelWords(auth.LevelVersion), JWT, []Setting{Level(auth.LevelVersion)}},
	} {
		w := p.Environment(d.settings...)
		owner, thief := w.Client(Owner), w.Client(Thief)
		p.Step("The owner signs in, the thief copies what is sent and uses it: "+d.name.EN+".", "주인이 로그인하고, 도둑이 보내는 것을 복사해 써요: "+d.name.KO+".")
		owner.SignIn(d.mode)
		thief.Copies(owner)
		told := Discloses(thief.Access(d.mode), w.Owner())
		at := thief.Replay(d.mode)
		if at.In() {
			let++
		}
		row := GridRow{Name: d.name, Mode: d.mode, Cells: []Cell{
			Count(told), Came(at), Came(thief.Notes(d.mode)), Came(thief.WriteNote(d.mode, "written by a thief")),
		}}
		if wait > 0 {
			w.Clock.Forward(wait)
		}
		row.Cells = append(row.Cells, Came(thief.Replay(d.mode)))
		grid.Rows = append(grid.Rows, row)
	}
	p.Say(fmt.Sprintf("%d of %d let the thief in.", let, len(grid.Rows)), fmt.Sprintf("%d가지 가운데 %d가지가 도둑을 들여보냈어요.", len(grid.Rows), let))
	p.Table(grid)
	if let == len(grid.Rows) {
		p.Say("All of them are bearer credentials: what is sent proves only that it is sent.", "모두 지닌 사람이 곧 주인으로 통하는 자격 증명이에요. 그것을 보냈다는 것 말고는 증명하지 못해요.")
	}
}

// stolenRefresh has thief and owner use the same refresh token.
func (p *Play) stolenRefresh(grace Setting, wait time.Duration) {
	w := p.Environment(grace)
	owner, thief := w.Client(Owner), w.Client(Thief)
	grid := Grid{Caption: Say("Who renews, and what comes of it", "누가 갱신하고, 어떻게 되나요?"), Corner: Say("who", "누구"), Columns: []Words{{"answer", "답"}, {"lookups", "조회"}}}
	renews := func(c *Client, en, ko string) *Answer {
		a := c.Renews()
		grid.Rows = append(grid.Rows, GridRow{Name: Words{en, ko}, Mode: JWT, Cells: []Cell{Came(a), Count(a.Auth())}})
		return a
	}
	p.Step("The owner signs in. The thief copies the refresh token and renews.", "주인이 로그인해요. 도둑이 리프레시 토큰을 복사해 갱신해요.")
	owner.SignIn(JWT)
	thief.CopiesRefreshToken(owner)
	renews(thief, "the thief, first", "도둑, 처음")
	if wait > 0 {
		w.Clock.Forward(wait)
	}
	p.Step("The owner comes back and renews with the same token.", "주인이 돌아와 같은 토큰으로 갱신해요.")
	noticed := !renews(owner, "the owner, with the same token", "주인, 같은 토큰으로").In()
	p.Step("The thief renews again; then the owner again.", "도둑이 다시 갱신하고, 주인도 다시 갱신해요.")
	out := !renews(thief, "the thief, again", "도둑, 다시").In()
	w.Clock.Forward(time.Hour)
	late := !renews(owner, "the owner, an hour later", "주인, 한 시간 뒤").In()
	last := !renews(thief, "the thief, after that", "도둑, 그다음").In()
	switch {
	case noticed && out:
		p.Say("The second use was noticed and ended the whole family: the thief is out, and the owner has to sign in again.", "두 번째 사용을 알아채고 계열 전체를 끝냈어요. 도둑은 막혔고, 주인은 다시 로그인해야 해요.")
	case late || last:
		p.Say("Inside the grace both got the same successor, and nobody noticed. The next time both used that one, it came out.", "유예 시간 안에는 둘이 같은 다음 토큰을 받아 아무도 몰랐어요. 그것을 둘 다 쓰자 드러났어요.")
	default:
		p.Say("Nobody noticed yet.", "아직 아무도 알아채지 못했어요.")
	}
	p.Families(w)
	p.Table(grid)
}

// twoTabs is the false alarm.
func (p *Play) twoTabs(grace Setting) {
	w := p.Environment(grace)
	tab, other := w.Client(Owner), w.Client(Owner)
	p.Step("Two tabs of one browser find their access token expired at the same moment.", "한 브라우저의 두 탭이 같은 순간에 액세스 토큰이 만료된 것을 알게 돼요.")
	tab.SignIn(JWT)
	other.refreshToken = tab.RefreshToken()
	w.Clock.Forward(20 * time.Minute)
	first, second := tab.Renews(), other.Renews()
	same := tab.RefreshToken() == other.RefreshToken()
	p.Step("Later the browser renews once more.", "나중에 브라우저가 한 번 더 갱신해요.")
	w.Clock.Forward(20 * time.Minute)
	later := tab.Renews()
	if same && later.In() {
		p.Say("The second tab got the same successor as the first: no alarm. For as long as the grace lasts, a thief would have got it too.", "두 번째 탭은 첫 번째와 같은 다음 토큰을 받았어요. 경보는 없어요. 유예 시간 동안이라면 도둑도 받았을 거예요.")
	} else {
		p.Say("Without a grace the second tab looks like a thief, and the owner is signed out for nothing.", "유예 시간이 없으면 두 번째 탭이 도둑으로 보이고, 주인은 괜히 로그아웃돼요.")
	}
	p.Families(w)
	p.Table(Grid{Caption: Say("Two tabs at once", "두 탭이 동시에"), Corner: Say("who", "누구"), Columns: []Words{{"answer", "답"}}, Rows: []GridRow{
		{Name: Say("the first tab", "첫 번째 탭"), Mode: JWT, Cells: []Cell{Came(first)}},
		{Name: Say("the second tab, with the same token", "두 번째 탭, 같은 토큰으로"), Mode: JWT, Cells: []Cell{Came(second)}},
		{Name: Say("the browser, later", "브라우저, 나중에"), Mode: JWT, Cells: []Cell{Came(later)}},
	}})
}
