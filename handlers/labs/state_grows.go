package labs

import (
	"fmt"

	"twodoors/handlers/auth"
)

// stateGrows stores thousands of sign-ins and weighs the tables.
func stateGrows() Statement {
	return Statement{
		ID: "state-grows", Group: State, Expected: Depends, Figure: "session-10000",
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
			w := p.Environment(SessionsIn(auth.StoreDatabase))
			crowd := w.Crowd()
			crowd.Grow(10_000)
			grow := func(m Mode, id, table, en, ko string, points ...int) {
				from := 0
				for _, n := range points {
					count := digits(n)
					p.Step("Until "+count.EN+" users have signed in: "+m.Name().EN+".", "사용자 "+count.KO+"명이 로그인할 때까지 해요: "+m.Name().KO+".")
					before := w.Database.Rows("")
					crowd.SignIn(m, from, n)
					rows := w.Database.Rows(table)
					if table == "" { // whatever was written, wherever
						rows -= before
					}
					from = n
					p.Measure(fmt.Sprint(id, "-", n), en+" at "+count.EN+" users", "사용자 "+count.KO+"명일 때 "+ko, rows, Rows)
					if table != "" {
						p.Measure(fmt.Sprint(id, "-bytes-", n), "their bytes, at "+count.EN+" users, "+m.Name().EN, "사용자 "+count.KO+"명일 때 그 바이트, "+m.Name().KO, w.Database.Bytes(table), Bytes)
					}
				}
			}
			grow(Session, "session", "sessions", "rows of sessions", "세션의 행", 100, 1000, 10_000)
			grow(Cookie, "cookie", "", "rows written for signed cookies", "서명된 쿠키 때문에 쓴 행", 1000)
			grow(Token, "token", "user_tokens", "rows of opaque tokens", "불투명 토큰의 행", 10, 100, 1000)
			p.Step("The same 1,000 users sign in once more: "+Token.Name().EN+".", "같은 사용자 1,000명이 한 번 더 로그인해요: "+Token.Name().KO+".")
			crowd.SignIn(Token, 0, 1000)
			p.Measure("token-again", "rows of opaque tokens after that", "그 뒤 불투명 토큰의 행", w.Database.Rows("user_tokens"), Rows)
			grow(JWT, "refresh", "refresh_tokens", "rows of refresh tokens", "리프레시 토큰의 행", 10, 100, 1000)
			p.Measure("families", "rows of their families", "그 패밀리의 행", w.Database.Rows("token_families"), Rows)
			p.Measure("denylist-in", "rows of the denylist, before anybody signs out", "아무도 로그아웃하지 않았을 때 차단 목록의 행", w.Database.Rows("denylist"), Rows)
			p.Step("With JWT, the owner signs in and out three times.", "JWT로 주인이 세 번 로그인하고 로그아웃해요.")
			access := int64(0)
			for range 3 {
				owner := w.Client(Owner)
				owner.SignIn(JWT)
				access += w.RowsOf(owner.Access(JWT))
				owner.SignOut(JWT)
			}
			p.Measure("access", "rows that hold an access token or its hash", "액세스 토큰이나 그 해시를 담은 행", access, Rows)
			p.Measure("denylist", "rows of the denylist after three sign-outs", "세 번 로그아웃한 뒤 차단 목록의 행", w.Database.Rows("denylist"), Rows)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("sessions", "세션"), Holds: m.Int("session-100") == 100 && m.Int("session-1000") == 1000 && m.Int("session-10000") == 10_000, Want: true},
				{When: Say("refresh tokens", "리프레시 토큰"), Holds: m.Int("refresh-10") == 10 && m.Int("refresh-100") == 100 && m.Int("refresh-1000") == 1000, Want: true},
				{When: Say("opaque token: one a user", "불투명 토큰: 사용자마다 하나"), Holds: m.Int("token-10") == 10 && m.Int("token-100") == 100 && m.Int("token-1000") == 1000, Want: true},
				{When: Say("opaque token: the same user once more", "불투명 토큰: 같은 사용자가 다시 로그인"), Holds: m.Int("token-again") > m.Int("token-1000"), Want: false},
				{When: Say("signed cookies", "서명된 쿠키"), Holds: m.Int("cookie-1000") > 0, Want: false},
				{When: Say("access tokens", "액세스 토큰"), Holds: m.Int("access") > 0, Want: false},
				{When: Say("denylist: sign-ins", "차단 목록: 로그인"), Holds: m.Int("denylist-in") > 0, Want: false},
				{When: Say("denylist: sign-outs", "차단 목록: 로그아웃"), Holds: m.Int("denylist") == 3, Want: true},
			}
		},
	}
}
