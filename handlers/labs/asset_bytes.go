package labs

import "regexp"

// assetBytes weighs the credential on a page, on the API and on a static file.
func assetBytes() Statement {
	return Statement{
		ID: "asset-bytes", Group: Sent, Expected: Depends, Figure: "session-static",
		Sources: []Source{
			rfc(6265, "5.4"),
			rfc(6265, "8.5"),
			rfc(6265, "8.6"),
			cookiesBis("4.1.3.2"),
			rfc(8246, "2"),
		},
		Says: Say("A cookie rides on every request of its site, static files too; a header only where code puts it.", "쿠키는 정적 파일을 포함해 그 사이트의 모든 요청에 실리고, 헤더는 코드가 붙인 곳에만 실린다."),
		Note: Say("Path narrows where a cookie is sent and is no security boundary; files that are cached send nothing at all",
			"Path는 보내는 범위를 좁힐 뿐 보안 경계가 아니에요. 캐시된 파일은 아무것도 보내지 않아요"),
		Why: Say("A browser sends a cookie wherever its Path covers. The refresh cookie's Path is one address, so it is sent to that one. A header is added by code, page by page.",
			"브라우저는 쿠키의 Path에 드는 모든 곳에 쿠키를 보내요. 리프레시 쿠키의 Path는 주소 하나라서 그곳에만 보내요. 헤더는 코드가 요청마다 붙여요."),
		Advice: Say("Let the session cookie keep Path=/ and its __Host- prefix, which demands that path. Path protects nothing: scripts of another path of the site can use the cookie (RFC 6265, sections 8.5 and 8.6). Save the bytes with static files that may be cached for ever, or with another host name.",
			"세션 쿠키는 Path=/와 __Host- 접두사를 쓰세요. 이 접두사에는 그 Path가 꼭 필요해요. Path는 아무것도 지켜 주지 않아요. 같은 사이트의 다른 경로에 있는 스크립트도 쿠키를 쓸 수 있어요(RFC 6265 8.5절, 8.6절). 바이트는 정적 파일을 오래 캐시하게 하거나 다른 호스트에 두어 아끼세요."),
		Play: func(p *Play) {
			w := p.Environment()
			for _, way := range []struct {
				id   string
				mode Mode
				how  How
			}{{"session", Session, ByCookie}, {"jwt-cookie", JWT, ByCookie}, {"jwt-header", JWT, ByPage}} {
				owner := w.Client(Owner)
				p.Step("The owner asks for a page, the API and a static file: "+way.id+".", "주인이 페이지, API, 정적 파일을 차례로 요청해요: "+way.id+".")
				owner.SignIn(way.mode, way.how)
				page := owner.Home(way.mode).Want(200)
				p.Measure(way.id+"-page", "credential bytes on the page, "+way.id, "페이지 요청의 자격 증명 바이트, "+way.id, credentialBytes(page, way.mode), Bytes)
				p.Measure(way.id+"-api", "credential bytes on the API, "+way.id, "API 요청의 자격 증명 바이트, "+way.id, credentialBytes(owner.Me(way.mode).Want(200), way.mode), Bytes)
				file := regexp.MustCompile(`/static/[^"']+\.css`).Find(page.Body)
				static := owner.Get(string(file)).Want(200)
				p.Measure(way.id+"-static", "credential bytes on a static file, "+way.id, "정적 파일 요청의 자격 증명 바이트, "+way.id, credentialBytes(static, way.mode), Bytes)
				p.Measure(way.id+"-path", "the refresh cookie is on the static file, "+way.id, "정적 파일 요청에 리프레시 쿠키가 실림, "+way.id, Readable(string(static.Request), "twodoors-refresh="), Truth)
				if way.id == "session" {
					p.Measure("kept", "a browser may keep the static file", "브라우저가 정적 파일을 캐시해도 됨", regexp.MustCompile(`immutable|max-age=\d{5,}`).MatchString(static.Header.Get("Cache-Control")), Truth)
				}
			}
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("cookie for the whole site", "사이트 전체 쿠키"), Holds: m.Int("session-static") > 0 && m.Int("jwt-cookie-static") > 0, Want: true},
				{When: Say("header, where code puts it", "코드가 붙인 헤더"), Holds: m.Int("jwt-header-page") > 0 && m.Int("jwt-header-static") == 0, Want: true},
				{When: Say("cookie with a narrow Path", "좁은 Path의 쿠키"), Holds: m.Is("jwt-cookie-path"), Want: false},
				{When: Say("a file that is kept", "캐시된 파일"), Holds: !m.Is("kept"), Want: false},
			}
		},
	}
}

// credentialBytes weighs a mode's credential alone, 0 where the request carried none.
func credentialBytes(a *Answer, m Mode) int {
	if shown := presented(a.Exchange, m); shown != nil {
		return shown.Bytes()
	}
	return 0
}
