package labs

import "twodoors/handlers/auth"

// databaseDown switches the database off while people are signed in.
func databaseDown() Statement {
	rows := []variant{
		{"session", Words{"session in the database", "데이터베이스의 세션"}, Session, []Setting{SessionsIn("database")}, false},
		{"memory", Words{"session in memory", "메모리의 세션"}, Session, []Setting{SessionsIn("memory")}, true},
		{"cookie", Words{"signed cookie", "서명된 쿠키"}, Cookie, nil, true},
		{"token", Words{"opaque token", "불투명 토큰"}, Token, nil, false},
	}
	rows = append(rows, atLevels(func(l auth.Level) bool { return l == auth.LevelSignature })...)
	return Statement{
		ID: "database-down", Group: Growing, Expected: Depends, Figure: "jwt-signature",
		Sources: []Source{
			rfc(7009, "3"),
			twelveFactor("backing services", "backing-services"),
		},
		Says: Say("With the database away, tokens still let people in.", "데이터베이스가 없어도 토큰으로는 들어갈 수 있다."),
		Note: Say("and the notes are away for everyone", "노트는 누구도 볼 수 없어요"),
		Why: Say("What carries its own proof is believed without asking. What is looked up cannot be answered, which is not the same as “signed out”: the answer is 503, and everything is as before when the database is back. Pages with data fail for all.",
			"스스로 증거를 지닌 것은 묻지 않고 믿어요. 조회해야 하는 것에는 답할 수 없는데, 그것은 ‘로그아웃’과 달라요. 답은 503이고, 데이터베이스가 돌아오면 모두 그대로예요. 내용이 필요한 페이지는 누구에게나 실패해요."),
		Advice: Say("Answer 503 and keep the credential; a 401 here would sign everybody out for nothing.", "503으로 답하고 자격 증명은 그대로 두세요. 여기서 401로 답하면 모두를 괜히 로그아웃시키게 돼요."),
		Play: func(p *Play) {
			for _, r := range rows {
				w := p.Environment(r.settings...)
				owner := w.Client(Owner)
				p.Step("The owner is signed in; the database goes away and comes back: "+r.what.EN+".", "주인이 로그인해 있고, 데이터베이스가 사라졌다가 돌아와요: "+r.what.KO+".")
				owner.SignIn(r.mode)
				w.Database.Off()
				p.Status(r.id, "with the database away, "+r.what.EN, "데이터베이스가 없을 때, "+r.what.KO, owner.Me(r.mode))
				p.Status(r.id+"-notes", "the notes, with the database away, "+r.what.EN, "데이터베이스가 없을 때의 노트, "+r.what.KO, owner.Notes(r.mode))
				w.Database.On()
				p.Status(r.id+"-back", "with the database back, "+r.what.EN, "데이터베이스가 돌아온 뒤, "+r.what.KO, owner.Me(r.mode))
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, r := range rows {
				cases = append(cases, Case{When: r.what, Holds: m.In(r.id), Want: r.want})
				if !r.want && m.Int(r.id) != 503 || m.Int(r.id+"-notes") != 503 || !m.In(r.id+"-back") {
					cases = append(cases, Case{When: Words{"nobody is told that they are signed out, " + r.what.EN, "로그아웃됐다는 말을 듣지 않음, " + r.what.KO}, Holds: false, Want: true})
				}
			}
			return cases
		},
	}
}
