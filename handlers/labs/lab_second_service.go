package labs

import (
	"strconv"
	"time"

	"twodoors/handlers/auth"
	"twodoors/handlers/labs/reports"
	"twodoors/models"
)

// secondServiceLab shows the page of a service that knows only the published keys, for one token after the other.
func secondServiceLab() Lab {
	return Lab{
		ID: "second-service", Title: Say("A second service", "두 번째 서비스"),
		About: Say("Reports is another service. It knows the public keys of this app, and nothing else. Choose what the user shows it, and what happened before.",
			"Reports는 다른 서비스예요. 이 앱의 공개 키만 알고 있어요. 사용자가 무엇을 보내는지, 그 전에 무슨 일이 있었는지 고르세요."),
		Look: Say("An authorization server issues tokens for several services. This app issues none for others, so the lab signs the token for Reports with the app's key.",
			"여러 서비스용 토큰은 인가 서버가 발급해요. 이 앱은 다른 서비스용 토큰을 발급하지 않아서, 실험실이 앱의 키로 Reports용 토큰에 서명해요."),
		Statements: []string{"other-service", "jwt-not-revocable", "stale-role", "jwt-no-lookup"},
		Controls: []Control{
			{Name: "shown", Kind: Choice, Default: "reports", Label: Words{"What Reports is shown", "Reports에 보내는 것"}, Options: []Option{
				{"reports", Words{"a token made for Reports", "Reports용으로 발급된 토큰"}},
				{"app", Words{"the app's own token", "앱 자신의 토큰"}},
				{"changed", Words{"a token for Reports with another user's name written in", "다른 사용자의 이름을 써넣은 Reports용 토큰"}},
				{"confused", Words{"a token for Reports, signed by HS256 with the public key", "공개 키로 HS256 서명한 Reports용 토큰"}},
				{"cookie", Words{"the session cookie", "세션 쿠키"}},
			}},
			{Name: "since", Kind: Choice, Default: "nothing", Label: Words{"What happened since the sign-in", "로그인한 뒤에 일어난 일"}, Options: []Option{
				{"nothing", Words{"nothing", "없음"}},
				{"signed-out", Words{"the user signed out", "사용자가 로그아웃함"}},
				{"deactivated", Words{"the account was deactivated", "계정이 비활성화됨"}},
				{"role", Words{"the user is no longer an admin", "사용자가 더는 관리자가 아님"}},
				{"expired", Words{"the access token expired", "액세스 토큰이 만료됨"}},
			}},
		},
		Play: func(p *Play, c Chosen) {
			w := p.Environment(withPublicKey(), Level(auth.LevelDenylist))
			if c["since"] == "role" {
				w.SetRole(models.RoleAdmin)
			}
			mode := JWT
			if c["shown"] == "cookie" {
				mode = Session
			}
			user, service := w.Client(Owner).KeepsCookies(), w.SecondService()
			p.Step("The user signs in at the app, and opens Reports with a token made for it. Reports fetches the app's public keys.",
				"사용자가 앱에 로그인하고, Reports용 토큰으로 Reports를 열어요. Reports는 앱의 공개 키를 가져와요.")
			user.SignIn(JWT)
			if mode == Session {
				user.SignIn(Session)
			}
			made := w.TokenFor(reportsAt, user.Access(JWT))
			first := service.ShownToken(made)
			atFirst := service.lookups
			p.Step("What was chosen happens.", "고른 일이 일어나요.")
			w.since(c["since"], user, mode)
			p.Step("Reports is shown what was chosen, and the app its own credential.", "Reports에는 고른 것을, 앱에는 앱 자신의 자격 증명을 보내요.")
			answer := service.chosen(c["shown"], user, made)
			own := user.Me(mode)

			p.Say(secondServiceSays(answer, own))
			p.Page(reportsAt+"/", answer)
			p.Table(Grid{
				Caption: Say("The same moment at both services", "같은 순간, 두 서비스"), Corner: Say("service", "서비스"),
				Columns: []Words{{"answer", "답"}, {"role that it sees", "보는 역할"}, {"database lookups", "데이터베이스 조회"}, {"requests for keys", "키 요청"}},
				Rows: []GridRow{
					{Name: Say("Reports, just after the sign-in", "Reports, 로그인 직후"), Cells: append(reportsCells(first), Count(atFirst), Count(first.Asked))},
					{Name: Say("Reports, as chosen", "Reports, 고른 대로"), Cells: append(reportsCells(answer), Count(service.lookups-atFirst), Count(answer.Asked))},
					{Name: Words{"the app, " + secondServiceLevel(mode).EN, "앱, " + secondServiceLevel(mode).KO}, Mode: mode, Cells: []Cell{Came(own), roleCell(own.Role()), Count(own.Auth()), Count(0)}},
				},
			})
		},
	}
}

// since has happen what was chosen between the sign-in and the request.
func (w *Environment) since(what string, user *Client, mode Mode) {
	switch what {
	case "signed-out":
		user.SignOut(mode)
	case "deactivated":
		w.SetActive(false)
	case "role":
		w.SetRole(models.RoleMember)
	case "expired":
		w.Clock.Forward(w.settings.AccessTTL + time.Minute)
	}
}

// chosen opens the page of Reports with what was chosen.
func (s *secondService) chosen(what string, user *Client, made string) reports.Answer {
	switch what {
	case "app":
		return s.ShownToken(user.Access(JWT))
	case "changed":
		parts := Parts(made)
		payload := Decoded(parts[1])
		payload["name"] = adminName
		return s.ShownToken(parts[0] + "." + encoded(payload) + "." + parts[2])
	case "confused":
		return s.ShownToken(s.environment.signedWithPublicKey(made))
	case "cookie":
		return s.Shown("Cookie", cookieOf(Session)+"="+user.Cookie(cookieOf(Session)))
	}
	return s.ShownToken(made)
}

// secondServiceLevel names what the app checks of its own credential.
func secondServiceLevel(mode Mode) Words {
	if mode == Session {
		return Session.Name()
	}
	return levelWords(auth.LevelDenylist)
}

// reportsCells are an answer of Reports: its status and the role that it believes.
func reportsCells(a reports.Answer) []Cell {
	status := strconv.Itoa(a.Status)
	cell := Cell{Text: Words{status, status}, Tone: Out, Reason: reportsReasons[a.Failed]}
	if a.Failed == "" {
		cell.Tone = In
	}
	return []Cell{cell, roleCell(a.Role)}
}

// reportsReasons are what Reports refuses, as the app names it.
var reportsReasons = map[reports.Check]string{
	reports.BearerToken: "absent", reports.Algorithm: "algorithm", reports.PublicKey: "unknown-key", reports.Signature: "tampered",
	reports.Issuer: "wrong-issuer", reports.Audience: "wrong-audience", reports.Dates: "expired",
}

func roleCell(role string) Cell {
	if role == "" {
		return Spelled("–", "–")
	}
	return Cell{Text: roleName(role)}
}

// secondServiceSays is what came of both answers, in one sentence.
func secondServiceSays(a reports.Answer, own *Answer) (en, ko string) {
	switch in := letIn(a.Status); {
	case in && !own.In():
		return "Reports accepts the token and the app refuses it: nobody told Reports what happened, and it asked nobody.",
			"Reports는 받아들이고 앱은 거절해요. 무슨 일이 있었는지 아무도 Reports에 알리지 않았고, Reports도 묻지 않았어요."
	case in && own.Role() != a.Role:
		return "Both accept. Reports believes the role in the token; the app knows the role of now.",
			"둘 다 받아들여요. Reports는 토큰에 적힌 역할을 믿고, 앱은 지금의 역할을 알아요."
	case in:
		return "Both accept. The published key was enough for Reports: no database, and no request to the app.",
			"둘 다 받아들여요. Reports는 공개된 키만으로 확인했어요. 데이터베이스도, 앱에 보내는 요청도 없었어요."
	case own.In():
		return "Reports refuses what it was shown; the app accepts its own credential.", "Reports는 받은 것을 거절하고, 앱은 자기 자격 증명을 받아들여요."
	}
	return "Both refuse.", "둘 다 거절해요."
}
