package labs

import (
	"bytes"
	"strings"
)

// httpsNeeded reads one raw request of each mode as anyone on the way would, and uses what it finds.
func httpsNeeded() Statement {
	return Statement{
		ID: "https-needed", Group: Growing, Expected: Holds, Figure: "session",
		Sources: []Source{
			rfc(6265, "8.3"),
			rfc(6750, "5.3"),
			asvs("12.2.1"),
		},
		Says: Say("Any of them is open on an unencrypted network.", "암호화되지 않은 네트워크에서는 무엇이든 드러난다."),
		Why: Say("Each request carries the whole credential, as text. Whoever sees one request can send the same. A signature protects against change, not against copying.",
			"요청마다 자격 증명 전체가 글자 그대로 실려요. 요청 하나를 본 사람은 똑같은 것을 보낼 수 있어요. 서명은 변조를 막을 뿐 복사를 막지 않아요."),
		Advice: Say("HTTPS everywhere, Secure cookies, HSTS; nothing in the choice of a mode replaces it.", "어디서나 HTTPS를 쓰고, 쿠키에는 Secure를 붙이고, HSTS를 켜세요. 어떤 방식을 골라도 이것을 대신하지 못해요."),
		Play: func(p *Play) {
			w := p.Environment()
			for _, mode := range Modes() {
				owner, thief := w.Client(Owner), w.Client(Thief)
				p.Step("Mode "+mode.Name().EN+": somebody on the way reads one request.", mode.Name().KO+": 길목에 있는 누군가가 요청 하나를 읽어요.")
				owner.SignIn(mode)
				seen := owner.Me(mode).Want(200).Request
				p.Measure(string(mode)+"-clear", "the credential stands in the request, "+mode.Name().EN, "요청에 자격 증명이 그대로 있음, "+mode.Name().KO, bytes.Contains(seen, []byte(owner.Access(mode))), Truth)
				p.Status(string(mode), "the same sent by the one who read it, "+mode.Name().EN, "읽은 사람이 같은 것을 보냄, "+mode.Name().KO,
					thief.Send("GET", "/api/"+string(mode)+"/me", "", "", seenLine(seen, "Cookie"), seenValue(seen, "Cookie"), seenLine(seen, "Authorization"), seenValue(seen, "Authorization")))
			}
		},
		Rule: func(m Measured) []Case {
			var cases []Case
			for _, mode := range Modes() {
				cases = append(cases, Case{When: mode.Name(), Holds: m.Is(string(mode)+"-clear") && m.In(string(mode)), Want: true})
			}
			return cases
		},
	}
}

// seenLine and seenValue are a header of a raw request, or one without meaning where it was not there.
func seenLine(raw []byte, name string) string {
	if headerLine(raw, name) == "" {
		return "X-Nothing"
	}
	return name
}

func seenValue(raw []byte, name string) string {
	_, value, _ := strings.Cut(headerLine(raw, name), ": ")
	return value
}
