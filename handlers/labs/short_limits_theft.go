package labs

import (
	"fmt"
	"net/http"
	"time"

	"twodoors/handlers/auth"
)

// shortLimitsTheft steals tokens of different lives.
func shortLimitsTheft() Statement {
	return Statement{
		ID: "short-limits-theft", Group: Refresh, Expected: Depends, Figure: "life-15",
		Sources: []Source{
			rfc(6750, "5.3"),
			rfc(9700, "4.14"),
		},
		Says: Say("A short life limits what a thief can do.", "수명이 짧으면 도둑이 할 수 있는 일도 제한된다."),
		Note: Say("add the leeway of "+span(auth.Leeway).EN+"; not if the refresh token was stolen too", "여유 "+span(auth.Leeway).KO+"를 더해야 해요. 리프레시 토큰까지 도둑맞으면 그렇지 않아요"),
		Why: Say("An access token alone works until it expires, and "+span(auth.Leeway).EN+" of leeway longer. What matters besides is what a server issues in exchange for it: whatever the thief gets that way has a life of its own. A stolen refresh token works as long as the sign-in.",
			"액세스 토큰만 훔치면 만료될 때까지, 그리고 여유 "+span(auth.Leeway).KO+" 동안 쓸 수 있어요. 서버가 그 토큰만 보고 무엇을 새로 발급하는지도 중요해요. 도둑이 그렇게 얻은 것은 수명이 따로 있어요. 리프레시 토큰까지 훔치면 로그인이 끝날 때까지 쓸 수 있어요."),
		Advice: Say("Ask for the password before anything is issued that outlives the access token. Keep the refresh token where no script reads it.", "액세스 토큰보다 오래가는 것을 발급할 때는 비밀번호를 다시 요구하세요. 리프레시 토큰은 스크립트가 읽지 못하는 곳에 두세요."),
		Play: func(p *Play) {
			for _, minutes := range []int{1, 15, 60} {
				life := time.Duration(minutes) * time.Minute
				w := p.Environment(AccessLife(life))
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step(fmt.Sprintf("Access tokens live %d min; a thief copies one.", minutes), fmt.Sprintf("액세스 토큰의 수명은 %d분이에요. 도둑이 하나를 복사해요.", minutes))
				owner.SignIn(JWT)
				thief.Holds(JWT, owner.Access(JWT))
				p.Measure(fmt.Sprint("life-", minutes), fmt.Sprintf("for how long it served the thief, life %d min", minutes), fmt.Sprintf("도둑이 쓴 시간, 수명 %d분", minutes), int64(w.LivesUntil(thief, JWT, 48*time.Hour)/time.Second), Seconds)
				p.Step("At once the thief tries every route that issues something.", "도둑이 곧바로, 무언가를 발급하는 경로를 모두 시도해요.")
				longest := time.Duration(0)
				tried := thiefsRoutes(thief.Access(JWT))
				for _, route := range tried {
					got := w.Client(Thief).Holds(JWT, owner.Access(JWT))
					a := got.JSON(route.method, route.path, route.body)
					got.takeTokens(JWT, a)
					if got.Access(JWT) != owner.Access(JWT) {
						longest = max(longest, w.worksUntil(30*24*time.Hour, func() bool { return got.Notes(JWT).In() }))
					}
				}
				p.Measure(fmt.Sprint("issued-", minutes), fmt.Sprintf("the longest life of what it was exchanged for, without the password, life %d min (0: nothing was issued)", minutes), fmt.Sprintf("비밀번호 없이 바꿔 얻은 것 중 가장 긴 수명, 수명 %d분 (0: 아무것도 발급되지 않음)", minutes), int64(longest/time.Second), Seconds)
				if minutes == 15 {
					p.Measure("routes", "routes that the thief tried", "도둑이 시도한 경로", len(tried), Times)
					p.Step("The thief copies the refresh token as well.", "도둑이 리프레시 토큰까지 복사해요.")
					p.Measure("both", "for how long both served the thief", "둘 다로 도둑이 쓴 시간", int64(w.RenewsUntil(w.Client(Thief).Copies(owner))/time.Second), Seconds)
				}
			}
		},
		Rule: func(m Measured) []Case {
			limited, issued := true, true
			for _, minutes := range []int64{1, 15, 60} {
				most := minutes*60 + int64(auth.Leeway/time.Second)
				limited = limited && m.Int(fmt.Sprint("life-", minutes)) == most
				issued = issued && m.Int(fmt.Sprint("issued-", minutes)) <= most
			}
			return []Case{
				{When: Say("the access token itself", "액세스 토큰 자체"), Holds: limited, Want: true},
				{When: Say("what the access token alone was exchanged for", "액세스 토큰만으로 바꿔 얻은 것"), Holds: issued, Want: true},
				{When: Say("the refresh token too", "리프레시 토큰까지"), Holds: m.Int("both") <= 15*60+int64(auth.Leeway/time.Second), Want: false},
			}
		},
	}
}

// route is a request that a thief sends.
type route struct{ method, path, body string }

// thiefsRoutes are the routes that issue something, as whoever has an access token and no password may ask them.
func thiefsRoutes(access string) []route {
	return []route{
		{http.MethodPost, "/api/jwt/tokens", `{"name":"mine","scope":"notes:read notes:write","expires_in":1209600}`},
		{http.MethodPost, "/api/jwt/tokens", `{"name":"mine","scope":"notes:read notes:write","expires_in":1209600,"password":"guessed password"}`},
		{http.MethodPost, "/api/jwt/refresh", `{"refresh_token":"` + access + `"}`},
		{http.MethodPost, "/api/jwt/login", `{"username":"` + OwnerName + `","password":"` + access + `"}`},
		{http.MethodPut, "/api/jwt/password", `{"current":"","password":"` + newPassword + `"}`},
		{http.MethodPut, "/api/jwt/account", `{"name":"mine"}`},
	}
}
