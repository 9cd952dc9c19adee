package labs

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"
)

// tamper changes a credential before it is sent.
func tamper() Lab {
	return Lab{
		ID: "tamper", Title: Say("Tamper", "변조"),
		About: Say("Change a token or a cookie and send it. What refuses it, and does that cost a lookup?",
			"토큰이나 쿠키를 바꿔서 보내 보세요. 무엇이 거절하고, 조회가 들까요?"),
		Look:       Say("Whoever holds the signing key can write any token. Everything rests on that key.", "서명 키를 가진 사람은 어떤 토큰이든 만들 수 있어요. 모든 것이 그 키에 달려 있어요."),
		Statements: []string{"jwt-tamper", "header-decrypts", "jwt-readable", "invalid-jwt-free", "invalid-session-costs"},
		Controls: []Control{
			{Name: "what", Kind: Choice, Default: "jwt", Label: Words{"Credential", "자격 증명"}, Options: []Option{
				{"jwt", Words{"JWT", "JWT"}}, {"session", Words{"session cookie", "세션 쿠키"}}, {"cookie", Words{"signed cookie", "서명된 쿠키"}}, {"token", Words{"opaque token", "불투명 토큰"}},
			}},
			{Name: "byte", Kind: Number, Default: "0", Min: 0, Max: 2000, Label: Words{"Byte to change; 0 for none", "바꿀 바이트 (없으면 0)"}},
			{Name: "becomes", Kind: Letter, Label: Words{"…becomes", "…이것으로"}},
			{Name: "sign", Kind: Choice, Default: "keep", Label: Words{"JWT's signature", "JWT의 서명"}, Options: []Option{
				{"keep", Words{"the old one", "원래 것"}}, {"none", Words{"none, and alg none", "없음, alg none"}},
				{"confused", Words{"HS256 with the public key as secret", "공개 키를 비밀로 쓴 HS256"}},
				{"other", Words{"by another server's key", "다른 서버의 키로"}}, {"own", Words{"by the server's own key", "서버 자신의 키로"}},
			}},
			{Name: "header", Kind: Text, Default: `{}`, Max: 500, Label: Words{"JWT's header: what to change (JSON)", "JWT 헤더에서 바꿀 것 (JSON)"}},
			{Name: "payload", Kind: Text, Default: `{"role": "admin"}`, Max: 1000, Label: Words{"JWT's payload: what to change (JSON)", "JWT 페이로드에서 바꿀 것 (JSON)"}},
		},
		Play: func(p *Play, c Chosen) {
			w := p.Environment(tampering(c)...)
			mode := Mode(c["what"])
			owner, thief := w.Client(Owner), w.Client(Thief)
			p.Step("The owner signs in; a copy is sent as it is.", "주인이 로그인하고, 사본을 그대로 보내요.")
			owner.SignIn(mode)
			genuine := owner.Access(mode)
			grid := Grid{Caption: Say("Answers to what was sent", "보낸 것에 대한 답"), Corner: Say("sent", "보낸 것"), Columns: []Words{{"answer", "답"}, {"lookups", "조회"}, {"role that the app sees", "앱이 보는 역할"}, {"bytes", "바이트"}}}
			send := func(en, ko, value string) *Answer {
				sender := thief.Copies(owner)
				if mode == JWT || mode == Token {
					sender.Holds(mode, value)
				} else {
					sender.SetCookie(cookieOf(mode), value)
				}
				a := sender.Me(mode)
				role := a.Role()
				if role == "" {
					role = "–"
				}
				grid.Rows = append(grid.Rows, GridRow{Name: Words{en, ko}, Mode: mode, Cells: []Cell{Came(a), Count(a.Auth()), {Text: roleName(role)}, Count(len(value))}})
				return a
			}
			send("as it was issued", "발급된 그대로", genuine)
			changed, said := genuine, []Words{}
			if mode == JWT {
				changed, said = w.forged(p, genuine, c)
			}
			if n := c.Int("byte"); n > 0 {
				at := min(n, len(changed)) - 1
				with := byte('A')
				if changed[at] == 'A' {
					with = 'B'
				}
				if c["becomes"] != "" {
					with = c["becomes"][0]
				}
				said = append(said, Words{fmt.Sprintf("Byte %d of %d: %q became %q.", at+1, len(changed), changed[at], with), fmt.Sprintf("%d바이트 중 %d번째 바이트: %q → %q.", len(changed), at+1, changed[at], with)})
				changed = changed[:at] + string(with) + changed[at+1:]
			}
			w.Clock.Forward(2 * time.Second)
			p.Step("The changed one is sent.", "바꾼 것을 보내요.")
			a := send("as it was changed", "바꾼 대로", changed)
			p.Table(grid)
			for _, s := range said {
				p.Say(s.EN, s.KO)
			}
			switch {
			case changed == genuine:
				p.Say("Nothing was changed.", "아무것도 바꾸지 않았어요.")
			case a.In():
				p.Say("It was accepted: the server cannot tell it from one of its own.", "받아들였어요. 서버는 자기가 만든 것과 구별하지 못해요.")
			case a.Auth() == 0:
				p.Say("It was refused before any lookup.", "조회하기도 전에 거절했어요.")
			default:
				p.Say("It had to be looked for before it could be refused.", "찾아본 뒤에야 거절할 수 있었어요.")
			}
			if mode == JWT {
				p.decodedTable(changed)
			}
		},
	}
}

// forged is the token with what was chosen put over it, signed as was chosen, and what was done.
func (w *Environment) forged(p *Play, token string, c Chosen) (string, []Words) {
	parts := Parts(token)
	header, payload := Decoded(parts[0]), Decoded(parts[1])
	var said []Words
	over := func(what Words, members map[string]any, text string) bool {
		var put map[string]any
		if err := json.Unmarshal([]byte(text), &put); err != nil {
			said = append(said, Words{"The " + what.EN + " was left as it was: that is no JSON object.", what.KO + "는 그대로 두었어요. JSON 객체가 아니에요."})
			return false
		}
		for name, value := range put {
			if value == nil {
				delete(members, name)
			}
		}
		maps.DeleteFunc(put, func(_ string, v any) bool { return v == nil })
		maps.Copy(members, put)
		return len(text) > 2
	}
	changedHeader := over(Words{"header", "헤더"}, header, c["header"])
	changedPayload := over(Words{"payload", "페이로드"}, payload, c["payload"])
	first, second := parts[0], parts[1]
	switch c["sign"] {
	case "none":
		header["alg"], changedHeader = "none", true
	case "confused":
		header["alg"], changedHeader = "HS256", true
	}
	if changedHeader {
		first = encoded(header)
	}
	if changedPayload {
		second = encoded(payload)
	}
	text := first + "." + second
	switch c["sign"] {
	case "none":
		return text + ".", said
	case "confused":
		return w.hmacOfPublicKey(text), said
	case "other", "own":
		signer := w
		if c["sign"] == "other" {
			signer = p.Environment()
		}
		head, _ := base64.RawURLEncoding.DecodeString(first)
		body, _ := base64.RawURLEncoding.DecodeString(second)
		return signer.Sign(string(head), string(body)), said
	}
	return text + "." + parts[2], said
}

// decodedTable shows what anyone reads in a token.
func (p *Play) decodedTable(token string) {
	parts := Parts(token)
	grid := Grid{Caption: Say("What anyone reads in it", "누구나 읽을 수 있는 것"), Corner: Say("part", "부분"), Columns: []Words{{"decoded", "디코딩한 것"}}}
	for i, name := range []Words{{"header", "헤더"}, {"payload", "페이로드"}} {
		text := "–"
		if i < len(parts) {
			if members := Decoded(parts[i]); members != nil {
				whole, err := json.Marshal(members)
				must(err)
				text = strings.ReplaceAll(string(whole), `,"`, `, "`)
			}
		}
		grid.Rows = append(grid.Rows, GridRow{Name: name, Mode: JWT, Cells: []Cell{{Text: Words{text, text}}}})
	}
	p.Table(grid)
}

// tampering are the settings of the lab's environment: where the public key is to be taken for a secret, there must be one.
func tampering(c Chosen) []Setting {
	if c["sign"] == "confused" {
		return []Setting{withPublicKey()}
	}
	return nil
}
