package labs

// theftDiscloses reads a stolen credential, and then uses it.
func theftDiscloses() Statement {
	return Statement{
		ID: "theft-discloses", Group: Sent, Expected: Depends, Figure: "jwt",
		Sources: []Source{
			rfc(6750, "5.1"),
			rfc(7519, "12"),
		},
		Says: Say("A stolen JWT tells the thief who the user is; a stolen session id tells nothing by itself.", "훔친 JWT는 도둑에게 사용자가 누구인지 알려 주고, 훔친 세션 id는 그 자체로는 아무것도 알려 주지 않는다."),
		Note: Say("by itself nothing; replayed, the same and more", "그 자체로는 알려 주지 않지만, 다시 보내면 같은 것과 그 이상을 알려 줘요"),
		Why: Say("The JWT's payload is readable by whoever has it. The session id is random. But the thief need not read: the app answers with name, role and notes to either.",
			"JWT의 페이로드는 가진 사람 누구나 읽어요. 세션 id는 무작위예요. 그러나 도둑은 읽을 필요가 없어요. 앱이 어느 쪽에든 이름과 역할, 노트를 답해 줘요."),
		Advice: Say("Guard both alike. What is written on a key matters less than what it opens.", "둘 다 똑같이 지키세요. 열쇠에 적힌 것보다 열쇠가 여는 것이 중요해요."),
		Play: func(p *Play) {
			w := p.Environment()
			for _, mode := range []Mode{JWT, Session} {
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step("Mode "+mode.Name().EN+": a thief copies the credential and reads it.", mode.Name().KO+": 도둑이 자격 증명을 복사해 읽어요.")
				owner.SignIn(mode)
				owner.WriteNote(mode, "a private note").Want(201)
				thief.Copies(owner)
				p.Measure(string(mode), "of id, name and role: read off it, "+mode.Name().EN, "번호·이름·역할 중 읽어 낸 것, "+mode.Name().KO, Discloses(thief.Access(mode), w.Owner()), Times)
				p.Step("The thief uses it.", "도둑이 그것을 써요.")
				p.Measure(string(mode)+"-name", "the app tells the thief the name, "+mode.Name().EN, "앱이 도둑에게 이름을 알려 줌, "+mode.Name().KO, thief.Replay(mode).Shows(OwnerName), Truth)
				p.Measure(string(mode)+"-notes", "and the notes, "+mode.Name().EN, "노트까지 알려 줌, "+mode.Name().KO, thief.Notes(mode).Shows("a private note"), Truth)
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("only read", "읽기만 할 때"), Holds: m.Int("jwt") == 3 && m.Int("session") == 0, Want: true},
				{When: Say("replayed", "다시 보낼 때"), Holds: !m.Is("session-name") || !m.Is("session-notes") || !m.Is("jwt-notes"), Want: false},
			}
		},
	}
}
