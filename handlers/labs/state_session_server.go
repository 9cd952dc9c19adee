package labs

import (
	"crypto/sha256"
	"strconv"
	"strings"
)

// stateSessionServer looks for what the client of a session holds, and what the server keeps.
func stateSessionServer() Statement {
	return Statement{
		ID: "state-session-server", Group: State, Expected: Holds, Figure: "rows",
		Sources: []Source{
			rfc(6265, "8.4"),
			asvs("7.2.3"),
			cheatSheet("Session Management", "session-id-content-or-value"),
		},
		Says: Say("A session keeps the user's state on the server; the client holds an id that says nothing about the user.",
			"세션은 사용자의 상태를 서버에 둔다. 클라이언트가 가진 것은 사용자에 대해 아무것도 말하지 않는 id뿐이다."),
		Note: Say("the signed cookie's own date can be read: nothing about the user", "서명된 쿠키의 날짜는 읽을 수 있지만 사용자에 대한 것은 아니에요"),
		Why: Say("The cookie holds random bytes, a date and a signature. Who the session belongs to stands in the server's store. Without the store the id is a number like any other.",
			"쿠키에는 무작위 바이트와 날짜, 서명이 들어 있어요. 누구의 세션인지는 서버의 저장소에만 적혀 있어요. 저장소가 없으면 id는 그냥 무작위 값일 뿐이에요."),
		Advice: Say("Make session ids of at least 128 random bits, and store only their hash: then a leaked table signs nobody in. It still says who was signed in, and from which address, so guard it as personal data.",
			"세션 id는 적어도 128비트의 난수로 만들고 해시만 저장하세요. 그러면 테이블이 유출돼도 그 값으로 로그인할 수는 없어요. 하지만 누가 어느 주소에서 로그인했는지는 드러나니 개인정보로 보호하세요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner := w.Client(Owner)
			p.Step("The owner signs in.", "주인이 로그인해요.")
			owner.SignIn(Session)
			p.Measure("rows", "sessions that the server keeps", "서버가 보관하는 세션", w.SessionsKept(owner), Rows)
			p.Step("Anyone reads the cookie: as it stands, and decoded.", "누군가 쿠키를 읽어 봐요. 그대로, 그리고 디코딩해서요.")
			p.Measure("disclosed", "of id, name and role: readable in the cookie", "번호·이름·역할 중 쿠키에서 읽히는 것", Discloses(owner.Access(Session), w.Owner()), Times)
			p.Step("Somebody reads the server's row of that session, as in a leaked table.", "누군가 서버에 있는 이 세션의 행을 읽어요. 테이블이 유출된 경우와 같아요.")
			row := w.SessionRow(owner)
			p.Measure("row-user", "the server's row says which user it is", "서버의 행에서 어느 사용자인지 알 수 있음", strings.Contains(row, strconv.FormatInt(w.Owner().ID, 10)), Truth)
			p.Measure("row-address", "the server's row says the address of the sign-in", "서버의 행에서 로그인한 주소를 알 수 있음", strings.Contains(row, Owner.address()), Truth)
			p.Measure("row-id", "the server's row has the id itself", "서버의 행에 id가 그대로 있음", strings.Contains(row, owner.Access(Session)) || strings.Contains(row, sessionID(owner.Access(Session))), Truth)
		},
		Rule: func(m Measured) []Case {
			return []Case{{When: Say("session", "세션"), Holds: m.Int("rows") == 1 && m.Is("row-user") && m.Int("disclosed") == 0, Want: true}}
		},
	}
}

// SessionRow is what the store keeps of a client's session, as whoever reads the store sees it.
func (w *Environment) SessionRow(c *Client) string {
	columns, err := w.stores[0].SessionRow(w.background(), sha256.Sum256(w.sessionBytes(c)))
	must(err)
	var text strings.Builder
	for _, column := range columns {
		text.WriteString(column.Name + "=" + column.Value + "\n")
	}
	return text.String()
}
