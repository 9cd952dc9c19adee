package labs

// TheftDiscloses reads a stolen credential, and then uses it.
func (claims) TheftDiscloses() Claim {
	return Claim{
		ID: "theft-discloses", Place: 9, Group: Sent, Expected: Depends, Figure: "jwt",
		Says: Say("A stolen JWT tells the thief who the user is; a stolen session id tells nothing by itself.", "훔친 JWT는 도둑에게 사용자가 누구인지 알려 주고, 훔친 세션 식별자는 그 자체로는 아무것도 알려 주지 않는다."),
		Note: Say("by itself nothing; replayed, the same and more", "그 자체로는 없지만, 재사용하면 같은 것과 그 이상"),
		Why: Say("The JWT's payload is readable by whoever has it. The session id is random. But the thief need not read: the app answers with name, role and notes to either.",
			"JWT의 페이로드는 가진 사람 누구나 읽는다. 세션 식별자는 난수다. 그러나 도둑은 읽을 필요가 없다. 앱이 어느 쪽에든 이름과 역할, 메모를 답해 준다."),
		Advice: Say("Guard both alike. What is written on a key matters less than what it opens.", "둘 다 똑같이 지키라. 열쇠에 적힌 것보다 열쇠가 여는 것이 중요하다."),
		Play: func(p *Play) {
			w := p.World()
			for _, mode := range []Mode{JWT, Session} {
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step("Mode "+string(mode)+": a thief copies the credential and reads it.", string(mode)+" 방식: 도둑이 자격 증명을 복사해 읽는다.")
				owner.SignIn(mode)
				owner.WriteNote(mode, "a private note").Want(201)
				thief.Copies(owner)
				p.Measure(string(mode), "of id, name and role: read off it, mode "+string(mode), "아이디·이름·역할 중 읽어 낸 것, "+string(mode)+" 방식", Discloses(thief.Access(mode), w.Owner()), Times)
				p.Step("The thief uses it.", "도둑이 그것을 쓴다.")
				p.Measure(string(mode)+"-name", "the app tells the thief the name, mode "+string(mode), "앱이 도둑에게 이름을 알려 주는가, "+string(mode)+" 방식", thief.Replay(mode).Shows(OwnerName), Truth)
				p.Measure(string(mode)+"-notes", "and the notes, mode "+string(mode), "메모까지 알려 주는가, "+string(mode)+" 방식", thief.Notes(mode).Shows("a private note"), Truth)
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("only read", "읽기만 할 때"), Holds: m.Int("jwt") == 3 && m.Int("session") == 0, Want: true},
				{When: Say("replayed", "재사용할 때"), Holds: !m.Is("session-name") || !m.Is("session-notes") || !m.Is("jwt-notes"), Want: false},
			}
		},
	}
}
