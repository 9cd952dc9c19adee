package labs

import (
	"bytes"
	"fmt"
)

// sends reads the raw requests of each mode and carrier.
func sends() Statement {
	type way struct {
		id, en, ko string
		mode       Mode
		how        How
		want       bool
	}
	ways := []way{
		{"session", "session", "세션", Session, ByCookie, true},
		{"cookie", "signed cookie, a session too", "서명된 쿠키(이것도 세션)", Cookie, ByCookie, true},
		{"token", "opaque token in a header", "헤더의 불투명 토큰", Token, ByAPI, true},
		{"jwt", "JWT in a header", "헤더의 JWT", JWT, ByAPI, true},
		{"token-cookie", "opaque token in a cookie", "쿠키의 불투명 토큰", Token, ByCookie, false},
		{"jwt-cookie", "JWT in a cookie", "쿠키의 JWT", JWT, ByCookie, false},
	}
	return Statement{
		ID: "sends", Group: Sent, Expected: Depends, Figure: "jwt-bytes",
		Sources: []Source{
			rfc(6265, "5.4"),
			rfc(6750, "2.1"),
			asvs("3.3.4"),
		},
		Says: Say("The session's client sends a cookie; the token's client sends a header.", "세션의 클라이언트는 쿠키를 보내고, 토큰의 클라이언트는 헤더를 보낸다."),
		Note: Say("tokens can travel in an HttpOnly cookie", "토큰도 HttpOnly 쿠키로 보낼 수 있어요"),
		Why: Say("A browser sends cookies by itself; a header needs code that adds it. A session id has only the cookie. A token takes either, and in a cookie it is out of the reach of scripts.",
			"쿠키는 브라우저가 알아서 보내고, 헤더는 붙이는 코드가 필요해요. 세션 id는 쿠키로만 보내요. 토큰은 둘 다 되고, 쿠키에 담으면 스크립트가 닿지 못해요."),
		Advice: Say("In a browser prefer the HttpOnly cookie with SameSite, whatever it holds. Keep the header for scripts and devices.",
			"브라우저에서는 무엇을 담든 SameSite를 붙인 HttpOnly 쿠키를 쓰세요. 헤더는 스크립트와 기기에 쓰세요."),
		Play: func(p *Play) {
			w := p.Environment()
			for _, way := range ways {
				owner := w.Client(Owner)
				p.Step("A request is written down byte for byte: "+way.en+".", "요청을 바이트 그대로 적어요: "+way.ko+".")
				owner.SignIn(way.mode, way.how)
				a := owner.Me(way.mode).Want(200)
				p.Measure(way.id+"-cookie", "a cookie was sent, "+way.en, "쿠키를 보냄, "+way.ko, headerLine(a.Request, "Cookie") != "", Truth)
				p.Measure(way.id+"-header", "an Authorization header was sent, "+way.en, "Authorization 헤더를 보냄, "+way.ko, headerLine(a.Request, "Authorization") != "", Truth)
				shown := presented(a.Exchange, way.mode)
				if shown == nil || shown.Value != owner.Access(way.mode) {
					stop("the credential is not in the request")
				}
				p.Measure(way.id+"-bytes", "bytes of the credential alone, "+way.en, "자격 증명만의 바이트, "+way.ko, shown.Bytes(), Bytes)
				p.Measure(way.id+"-line", "bytes of a header line with it and nothing else, "+way.en, "그것만 담은 헤더 한 줄의 바이트, "+way.ko, shown.LineBytes(), Bytes)
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, way := range ways {
				claimed := way.mode == Session || way.mode == Cookie // a cookie, as the statement has it
				cases = append(cases, Case{
					When: Words{way.en, way.ko}, Want: way.want,
					Holds: m.Is(way.id+"-cookie") == claimed && m.Is(way.id+"-header") == !claimed,
				})
			}
			return cases
		},
	}
}

// headerLine is a line of a raw request, "" where it is not there.
func headerLine(raw []byte, name string) string {
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	for line := range bytes.SplitSeq(head, []byte("\r\n")) {
		if bytes.HasPrefix(line, fmt.Appendf(nil, "%s: ", name)) {
			return string(line)
		}
	}
	return ""
}
