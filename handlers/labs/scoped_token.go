package labs

import (
	"encoding/json"
	"net/http"
)

// scopedToken issues a token that may only read notes.
func scopedToken() Statement {
	return Statement{
		ID: "scoped-token", Group: Sent, Expected: Holds, Figure: "write",
		Sources: []Source{
			rfc(6749, "3.3"),
			rfc(7662, "2.2"),
			rfc(9700, "2.3"),
			asvs("10.3.2"),
		},
		Says: Say("A token can be limited in what it may do.", "토큰이 할 수 있는 일을 제한할 수 있다."),
		Note: Say("an opaque token can be limited as well: its scope then lies in its row; the one opaque token a user has here has none",
			"불투명 토큰도 제한할 수 있어요. 그때 범위는 그 행에 있어요. 여기서 사용자마다 하나인 불투명 토큰에는 범위가 없어요"),
		Why: Say("The scope stands in the claims of the JWT, under the signature. Each route asks for the scope that it needs. A limited token is refused where something would change, whoever holds it. The format does not matter: for an opaque token the server finds the scope in its row or by introspection (RFC 7662).",
			"범위는 서명된 JWT의 클레임에 있어요. 라우트마다 필요한 범위를 요구해요. 제한한 토큰은 누가 가졌든 무언가를 바꾸는 곳에서 거절돼요. 형식은 상관없어요. 불투명 토큰이라면 서버가 그 행이나 인트로스펙션(RFC 7662)에서 범위를 찾아요."),
		Advice: Say("Give scripts the least they need, for as short as they need it.", "스크립트에는 필요한 최소한의 범위를, 필요한 동안만 주세요."),
		Play: func(p *Play) {
			w := p.Environment()
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
