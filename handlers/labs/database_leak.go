package labs

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"twodoors/handlers/auth"
)

// databaseLeak uses what is stored as if it were the credential.
func databaseLeak() Statement {
	return Statement{
		ID: "database-leak", Group: Growing, Expected: Depends, Figure: "token",
		Sources: []Source{
			rfc(6819, "5.1.4.1.3"),
			drfToken(),
			knox(),
		},
		Says: Say("Who reads the database can sign in as anyone.", "데이터베이스를 읽은 사람은 누구로든 로그인할 수 있다."),
		Note: Say("hashed: no; passwords and keys are another matter", "해시라면 아니에요. 비밀번호와 키는 다른 문제예요"),
		Why: Say("This app keeps only the SHA-256 of what clients hold, and a hash cannot be sent in place of what it was made from. It is refused even when the session's cookie is signed with the server's own key, so it is the hash that protects. Where a token stands in the clear, as some frameworks keep it, reading the table is having everybody's token. Whoever can also read keys or weak passwords needs neither.",
			"이 앱은 클라이언트가 가진 값의 SHA-256만 보관하고, 해시는 원래 값 대신 보낼 수 없어요. 세션 쿠키를 서버의 키로 서명해 보내도 거절되니, 막아 주는 것은 서명이 아니라 해시예요. 어떤 프레임워크처럼 토큰을 그대로 두면 테이블을 읽는 것이 곧 모두의 토큰을 갖는 것이에요. 키나 약한 비밀번호까지 읽을 수 있는 사람에게는 둘 다 필요 없어요."),
		Advice: Say("Hash everything that opens a door. Random credentials need no slow hash: SHA-256 is enough.", "문을 여는 것은 모두 해시하세요. 무작위 자격 증명에는 느린 해시가 필요 없어요. SHA-256이면 충분해요."),
		Play: func(p *Play) {
			w := p.Environment()
			owner := w.Client(Owner)
			p.Step("The owner is signed in with session, opaque token and JWT. A thief reads the tables.", "주인이 세션, 불투명 토큰, JWT로 로그인해 있어요. 도둑이 테이블을 읽어요.")
			owner.SignIn(Session)
			owner.SignIn(Token)
			owner.SignIn(JWT)
			b64 := base64.RawURLEncoding.EncodeToString
			thief := func() *Client { return w.Client(Thief).Copies(owner) }
			p.Step("Each stored value is sent as the credential.", "저장된 값을 하나씩 자격 증명으로 보내 봐요.")
			session := thief()
			hash := sha256.Sum256(w.sessionBytes(owner))
			session.SetCookie("twodoors-session", w.signedSession(owner, hash[:]))
			a := session.Me(Session)
			p.Status("session", "the session's stored value, signed with the server's key, as a cookie", "세션의 저장값을 서버의 키로 서명해 쿠키로", a)
			p.Measure("session-reason", "the signature was good, and the store did not know the id", "서명은 맞고, 저장소가 모르는 id임", a.Refusal == string(auth.ReasonUnknown), Truth)
			row, err := w.Database.db.TokenOfUser(w.background(), w.Owner().ID)
			must(err)
			p.Status("token", "the token's stored value as a token", "토큰의 저장값을 토큰으로", thief().Holds(Token, b64(row.Hash)).Me(Token))
			refresh := w.Client(Thief)
			refresh.refreshToken = b64(w.StoredRefreshHash())
			p.Status("refresh", "the refresh token's stored value as a token", "리프레시 토큰의 저장값을 토큰으로", refresh.Renews())
			p.Step("In a sandbox: a table keeps them in the clear. The thief reads it and sends what stands there.", "모래 상자에서: 한 테이블에 값을 그대로 둬요. 도둑이 읽어서 그대로 보내요.")
			read := w.keptInTheClear(owner)
			p.Status("clear", "a token kept in the clear, read and sent", "그대로 둔 토큰을 읽어 보냄", w.Client(Thief).Holds(Token, read["token"]).Me(Token))
			p.Status("clear-refresh", "a refresh token kept in the clear, read and sent", "그대로 둔 리프레시 토큰을 읽어 보냄", w.refreshWith(read["refresh"]).Renews())
			session.SetCookie("twodoors-session", read["session"])
			p.Status("clear-session", "a session id kept in the clear, read and sent", "그대로 둔 세션 id를 읽어 보냄", session.Me(Session))
			id, err := base64.URLEncoding.DecodeString(read["session"])
			must(err)
			again := thief()
			again.SetCookie("twodoors-session", w.signedSession(owner, id))
			p.Status("clear-signed", "the same id, signed with the server's key", "같은 id를 서버의 키로 서명해 보냄", again.Me(Session))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("hashed, as here", "여기처럼 해시"), Holds: m.In("session") || !m.Is("session-reason") || m.In("token") || m.In("refresh"), Want: false},
				{When: Say("in the clear, as DRF keeps tokens", "DRF처럼 그대로"), Holds: m.In("clear") && m.In("clear-refresh"), Want: true},
				{When: Say("a session id in the clear, whose cookie is signed besides", "그대로 둔 세션 id, 쿠키에는 서명도 있음"), Holds: m.In("clear-session"), Want: false},
				{When: Say("a session id in the clear, and the cookie key leaked too", "그대로 둔 세션 id, 쿠키 키까지 유출"), Holds: m.In("clear-signed"), Want: true},
			}
		},
	}
}

// keptInTheClear has a table of the environment's database hold a client's credentials as they are, and reads it: a session's
// id, an opaque token, a refresh token.
func (w *Environment) keptInTheClear(c *Client) map[string]string {
	for kind, value := range map[string]string{"session": sessionID(c.Cookie("twodoors-session")), "token": c.Access(Token), "refresh": c.RefreshToken()} {
		must(w.Database.db.StorePlaintext(w.background(), kind, value))
	}
	read, err := w.Database.db.ReadPlaintext(w.background())
	must(err)
	return read
}

// sessionID is the id inside the session's cookie, beside which a date and a signature stand.
func sessionID(cookie string) string {
	text, err := base64.URLEncoding.DecodeString(cookie)
	must(err)
	parts := strings.SplitN(string(text), "|", 3)
	if len(parts) != 3 {
		stop("the session's cookie has another form")
	}
	return parts[1]
}

// sessionBytes is a client's session id as the app made it: what its hash is made from.
func (w *Environment) sessionBytes(c *Client) []byte {
	id, err := base64.URLEncoding.DecodeString(sessionID(c.Cookie("twodoors-session")))
	must(err)
	return id
}

// signedSession is a session cookie for any id, signed with the environment's own key, under the name of a client's cookie.
func (w *Environment) signedSession(c *Client, id []byte) string {
	value, err := w.keys.CookieCodecs()[0].Encode(c.jar.name("twodoors-session"), id)
	must(err)
	return value
}

// StoredSession is the hash under which the owner's session is kept in the database; zero where it is kept
// elsewhere.
func (w *Environment) StoredSession() (hash [32]byte) {
	list, err := w.Database.db.SessionsOfUser(w.background(), w.Owner().ID, w.Clock.Now())
	must(err)
	if len(list) > 0 {
		hash = list[0].IDHash
	}
	return hash
}

// StoredRefreshHash is the hash under which the newest refresh token of the owner is kept.
func (w *Environment) StoredRefreshHash() []byte {
	families, err := w.Database.db.FamiliesOfUser(w.background(), w.Owner().ID, w.Clock.Now())
	must(err)
	if len(families) == 0 {
		stop("there is no family of refresh tokens")
	}
	_, token, _, err := w.Database.db.FamilyRows(w.background(), families[0].ID)
	must(err)
	for _, column := range token {
		if column.Name == "hash" {
			hash, err := hex.DecodeString(column.Value)
			must(err)
			return hash
		}
	}
	stop("the family has no refresh token")
	return nil
}
