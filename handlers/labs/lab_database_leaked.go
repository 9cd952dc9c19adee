package labs

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
)

// databaseLeaked gives the tables to a thief.
func databaseLeaked() Lab {
	return Lab{
		ID: "database-leaked", Title: Say("Database leaked", "데이터베이스 유출"),
		About: Say("A thief reads the tables in which sign-ins are kept, and sends what stands there. Compare hashes, as they are kept here, with what it would be if the values stood in the clear.",
			"도둑이 로그인이 담긴 테이블을 읽고, 거기 있는 값을 그대로 보내요. 여기처럼 해시로 두었을 때와 값을 그대로 두었을 때를 견줘 보세요."),
		Look:       Say("Useless rows are not the whole of it: whoever reads passwords' hashes can guess weak ones, and whoever reads the keys can write tokens.", "행이 쓸모없다고 끝이 아니에요. 비밀번호의 해시를 읽으면 약한 비밀번호는 알아맞힐 수 있고, 키를 읽으면 토큰을 만들 수 있어요."),
		Statements: []string{"database-leak", "theft-discloses"},
		Controls: []Control{
			{Name: "kept", Kind: Choice, Default: "hashed", Label: Words{"Credentials are kept", "자격 증명을 두는 방식"}, Options: []Option{
				{"hashed", Words{"as SHA-256, as here", "여기처럼 SHA-256으로"}}, {"clear", Words{"in the clear (sandbox)", "그대로 (모래 상자)"}},
			}},
			{Name: "key", Kind: Choice, Default: "no", Label: Words{"The signing key leaks too", "서명 키도 유출"}, Options: []Option{{"no", Words{"no", "아니요"}}, {"yes", Words{"yes", "예"}}}},
		},
		Play: func(p *Play, c Chosen) {
			w := p.Environment()
			owner := w.Client(Owner)
			p.Step("The owner is signed in through session, opaque token and JWT.", "주인이 세션, 불투명 토큰, JWT로 로그인해 있어요.")
			owner.SignIn(Session, ByCookie)
			owner.SignIn(Token)
			owner.SignIn(JWT)
			text := base64.RawURLEncoding.EncodeToString
			session := w.StoredSession()
			row, err := w.Database.db.TokenOfUser(w.background(), w.Owner().ID)
			must(err)
			refresh := w.StoredRefreshHash()
			stored := map[string]string{"session": text(session[:]), "token": text(row.Hash), "refresh": text(refresh)}
			shown := map[string]string{"session": hex.EncodeToString(session[:]), "token": hex.EncodeToString(row.Hash), "refresh": hex.EncodeToString(refresh)}
			if c["kept"] == "clear" {
				stored = w.keptInTheClear(owner)
				shown = stored
			}
			p.Step("A thief sends what stands in the tables.", "도둑이 테이블에 있는 것을 보내요.")
			grid := Grid{Caption: Say("What the thief read, sent as a credential", "도둑이 읽은 것을 자격 증명으로 보내면"), Corner: Say("table", "테이블"), Columns: []Words{{"what stands there", "거기 있는 것"}, {"answer", "답"}}}
			add := func(en, ko string, m Mode, value string, a *Answer) bool {
				grid.Rows = append(grid.Rows, GridRow{Name: Words{en, ko}, Mode: m, Cells: []Cell{{Text: Words{cutText(value), cutText(value)}}, Came(a)}})
				return a.In()
			}
			opened := 0
			thief := w.Client(Thief).Copies(owner)
			thief.access = map[Mode]string{}
			thief.SetCookie("twodoors-session", stored["session"])
			asked := thief.Me(Session)
			for _, in := range []bool{
				add("sessions", "세션", Session, shown["session"], asked),
				add("opaque tokens", "불투명 토큰", Token, shown["token"], w.Client(Thief).Holds(Token, stored["token"]).Me(Token)),
				add("refresh tokens", "리프레시 토큰", JWT, shown["refresh"], w.refreshWith(stored["refresh"]).Renews()),
			} {
				if in {
					opened++
				}
			}
			grid.Rows = append(grid.Rows, GridRow{Name: Say("access tokens", "액세스 토큰"), Mode: JWT, Cells: []Cell{Spelled("no row", "행이 없음"), Spelled("–", "–")}})
			if c["key"] == "yes" {
				p.Step("With the signing key, the thief writes a token for the owner.", "서명 키로 도둑이 주인의 토큰을 만들어요.")
				payload := Payload(owner.Access(JWT))
				payload["role"] = "admin"
				forged := w.SignClaims(payload)
				if add("keys", "키", JWT, forged, w.Client(Thief).Holds(JWT, forged).Me(JWT)) {
					opened++
				}
			}
			p.Table(grid)
			if opened == 0 {
				p.Say("Nothing that leaked opened a door.", "유출된 것 가운데 문을 연 것은 없어요.")
			} else {
				p.Say(fmt.Sprintf("Of what leaked, %d opened a door.", opened), fmt.Sprintf("유출된 것 가운데 %d가지가 문을 열었어요.", opened))
			}
			if c["kept"] == "clear" && !letIn(asked.Status) {
				p.Say("The session's id alone did not: its cookie is signed besides.", "세션 id만으로는 열리지 않았어요. 쿠키에 서명도 있기 때문이에요.")
			}
		},
	}
}

// refreshWith is a thief who has a refresh token.
func (w *Environment) refreshWith(token string) *Client {
	c := w.Client(Thief)
	c.refreshToken = token
	return c
}

// cutText is a long value's beginning and end.
func cutText(s string) string {
	if len(s) <= 28 {
		return s
	}
	return s[:14] + "…" + s[len(s)-8:]
}
