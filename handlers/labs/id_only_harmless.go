package labs

// idOnlyHarmless replays a token that says nothing but a number.
func idOnlyHarmless() Statement {
	return Statement{
		ID: "id-only-harmless", Group: Sent, Expected: Fails, Figure: "read",
		Sources: []Source{
			rfc(6750, "1.2"),
			rfc(9700, "4.10"),
		},
		Says: Say("With only the user's id inside, a leaked token does no harm.", "토큰 안에 사용자 번호만 있으면 유출되어도 해가 없다."),
		Note: Say("it is a key, whatever is written on it", "무엇이 적혀 있든 열쇠는 열쇠예요"),
		Why: Say("Little can be read from such a token. But the server does not ask what its holder can read: it asks whether the signature is good. Whoever holds it reads the notes and writes new ones.",
			"그런 토큰에서 읽을 것은 거의 없어요. 그러나 서버는 가진 사람이 무엇을 읽는지가 아니라 서명이 맞는지를 봐요. 가진 사람은 노트를 읽고 새로 쓸 수 있어요."),
		Advice: Say("Fewer claims are good manners, not protection. Protection is a short life, a narrow scope, and a safe place to keep it.",
			"클레임을 줄이는 것은 예의일 뿐 보호가 아니에요. 짧은 수명, 좁은 범위, 안전한 보관이 보호예요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner := w.Client(Owner)
			p.Step("The owner signs in and writes a note. The token is signed anew with nothing about the user but the id.", "주인이 로그인해 노트를 써요. 사용자에 대해서는 번호만 담아 토큰에 다시 서명해요.")
			owner.SignIn(JWT)
			owner.WriteNote(JWT, "a private note").Want(201)
			payload := Payload(owner.Access(JWT))
			payload["name"], payload["role"] = "-", "-"
			bare := w.SignClaims(payload)
			p.Measure("disclosed", "of id, name and role: readable", "번호·이름·역할 중 읽히는 것", Discloses(bare, w.Owner()), Times)
			p.Step("A thief uses it.", "도둑이 그것을 써요.")
			thief := w.Client(Thief).Holds(JWT, bare)
			p.Measure("read", "the thief reads the note", "도둑이 노트를 읽음", thief.Notes(JWT).Shows("a private note"), Truth)
			p.Status("written", "the thief writes one", "도둑이 노트를 씀", thief.WriteNote(JWT, "the thief was here"))
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("only the id inside", "번호만 담음"), Holds: m.Int("disclosed") != 1 || !m.Is("read") && !m.In("written"), Want: false}}
		},
	}
}
