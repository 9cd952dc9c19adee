package labs

import (
	"encoding/json"
	"net/http"
)

// ScopedToken issues a token that may only read notes.
func (claims) ScopedToken() Claim {
	return Claim{
		ID: "scoped-token", Place: 11, Group: Sent, Expected: Holds, Figure: "write",
		Sources: []Source{
			rfc(6749, "3.3"),
			rfc(7662, "2.2"),
			rfc(9700, "2.3"),
			asvs("10.3.2"),
		},
		Says: Say("A token can be limited in what it may do.", "토큰이 할 수 있는 일을 제한할 수 있다."),
		Note: Say("the one opaque token of a user cannot: it stands for the user whole", "사용자마다 하나뿐인 불투명 토큰은 제한할 수 없어요. 사용자 전체를 대신하니까요"),
		Why: Say("The scope stands in the claims, under the signature. Each route asks for the scope that opens it. A token that is limited to reading is refused where something would change, whoever holds it.",
			"범위는 서명된 클레임에 있어요. 라우트마다 자기를 여는 범위를 요구해요. 읽기로 제한한 토큰은 누가 가졌든 무언가를 바꾸는 곳에서 거절돼요."),
		Advice: Say("Give scripts the least they need, for as short as they need it.", "스크립트에는 필요한 최소한의 범위를, 필요한 동안만 주세요."),
		Play: func(p *Play) {
			w := p.World()
			owner := w.Client(Owner)
			p.Step("The owner signs in, writes a note, and issues a token that may only read notes.", "주인이 로그인해 노트를 쓰고, 노트 읽기만 되는 토큰을 발급해요.")
			owner.SignIn(JWT)
			owner.WriteNote(JWT, "a private note").Want(http.StatusCreated)
			body, err := json.Marshal(map[string]any{"name": "backup", "scope": "notes:read", "expires_in": 3600, "password": password})
			must(err)
			a := owner.JSON(http.MethodPost, "/api/jwt/tokens", string(body))
			w.Client(Script).built(JWT, a)
			script := w.Client(Script)
			script.takeTokens(JWT, a.Want(http.StatusCreated))
			p.Step("A script uses it.", "스크립트가 그것을 써요.")
			notes := script.Notes(JWT)
			p.Status("read", "reading notes", "노트 읽기", notes)
			p.Measure("shown", "the note is there", "노트가 보임", notes.Shows("a private note"), Truth)
			p.Status("write", "writing one", "노트 쓰기", script.WriteNote(JWT, "by the script"))
			p.Status("password", "changing the password", "비밀번호 바꾸기", script.JSON(http.MethodPut, "/api/jwt/password", `{"current":"`+password+`","password":"`+newPassword+`"}`))
			p.Status("whole", "writing one with the whole token", "제한 없는 토큰으로 노트 쓰기", owner.WriteNote(JWT, "by the owner"))
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("JWT limited to notes:read", "notes:read로 제한한 JWT"), Want: true,
				Holds: m.In("read") && m.Is("shown") && m.Int("write") == 403 && m.Int("password") == 403 && m.In("whole")}}
		},
	}
}
