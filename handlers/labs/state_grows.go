package labs

import "fmt"

// StateGrows stores thousands of sign-ins and weighs the tables.
func (claims) StateGrows() Claim {
	return Claim{
		ID: "state-grows", Place: 7, Group: State, Expected: Depends, Figure: "session-10000",
		Sources: []Source{
			drfToken(),
			django("clearing the session store", "topics/http/sessions/#clearing-the-session-store"),
			cheatSheet("JSON Web Token", "jwt-denylist"),
		},
		Says: Say("The server's state grows with everyone who is signed in.", "서버의 상태는 로그인한 사람이 늘수록 커진다."),
		Why: Say("A session is a row, and so is a refresh token: each sign-in adds one. An opaque token is one row for a user, however often they sign in. A signed cookie and an access token leave nothing at the server, until someone asks for a denylist.",
			"세션은 행이고 리프레시 토큰도 그래요. 로그인할 때마다 하나씩 늘어요. 불투명 토큰은 몇 번 로그인하든 사용자마다 한 행이에요. 서명된 쿠키와 액세스 토큰은 차단 목록을 두기 전까지 서버에 아무것도 남기지 않아요."),
		Advice: Say("Rows of sign-ins are small and found by their key; clear the old ones away in batches. Growth is seldom the reason to choose a mode.",
			"로그인 행은 작고 키로 찾아요. 오래된 것은 묶어서 치우세요. 커진다는 것이 방식을 고르는 까닭이 되는 일은 드물어요."),
		Play: func(p *Play) {
			w := p.World()
			for i, n := range []int{100, 1000, 10_000} {
				count := digits(n)
				p.Step(count.EN+" people are signed in.", count.KO+"명이 로그인해 있어요.")
				w.Populate(n-[]int{0, 100, 1000}[i], true, true)
				p.Measure(fmt.Sprint("session-", n), "rows of sessions at "+count.EN, count.KO+"명일 때 세션의 행", w.Database.Rows("sessions"), Rows)
				p.Measure(fmt.Sprint("session-bytes-", n), "bytes of sessions at "+count.EN, count.KO+"명일 때 세션의 바이트", w.Database.Bytes("sessions"), Bytes)
				p.Measure(fmt.Sprint("refresh-", n), "rows of refresh tokens at "+count.EN, count.KO+"명일 때 리프레시 토큰의 행", w.Database.Rows("refresh_tokens"), Rows)
				p.Measure(fmt.Sprint("refresh-bytes-", n), "bytes of refresh tokens and their families at "+count.EN, count.KO+"명일 때 리프레시 토큰과 그 계열의 바이트",
					w.Database.Bytes("refresh_tokens")+w.Database.Bytes("token_families"), Bytes)
			}
			w = p.World()
			for _, mode := range []Mode{Cookie, Token} {
				p.Step("Mode "+mode.Name().EN+": the owner signs in three times.", mode.Name().KO+": 주인이 세 번 로그인해요.")
				before := w.Database.Rows("")
				for range 3 {
					w.Client(Owner).SignIn(mode)
				}
				p.Measure(string(mode), "rows after three sign-ins, "+mode.Name().EN, mode.Name().KO+", 세 번 로그인한 뒤의 행", w.Database.Rows("")-before, Rows)
			}
			p.Step("With JWT, the owner signs in and out three times.", "JWT로 주인이 세 번 로그인하고 로그아웃해요.")
			access := int64(0)
			for range 3 {
				owner := w.Client(Owner)
				owner.SignIn(JWT)
				access += w.RowsOf(owner.Access(JWT))
				owner.SignOut(JWT)
			}
			p.Measure("access", "rows of access tokens", "액세스 토큰의 행", access, Rows)
			p.Measure("denylist", "rows of the denylist after three sign-outs", "세 번 로그아웃한 뒤 차단 목록의 행", w.Database.Rows("denylist"), Rows)
		},
		Rule: func(m Measured) []Case {
			grows := func(id string) bool {
				return m.Int(id+"-100") == 100 && m.Int(id+"-1000") == 1000 && m.Int(id+"-10000") == 10_000
			}
			return []Case{
				{When: Say("sessions", "세션"), Holds: grows("session"), Want: true},
				{When: Say("refresh tokens", "리프레시 토큰"), Holds: grows("refresh"), Want: true},
				{When: Say("denylist, by sign-outs", "차단 목록, 로그아웃마다"), Holds: m.Int("denylist") == 3, Want: true},
				{When: Say("opaque token: once a user", "불투명 토큰: 사용자마다 한 번"), Holds: m.Int("token") > 1, Want: false},
				{When: Say("signed cookies", "서명된 쿠키"), Holds: m.Int("cookie") > 0, Want: false},
				{When: Say("access tokens", "액세스 토큰"), Holds: m.Int("access") > 0, Want: false},
			}
		},
	}
}
