package labs

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"twodoors/handlers/auth"
)

// drfSameLookup compares what the token classes of a well-known framework cost, each modelled by a mode of this app.
func drfSameLookup() Statement {
	return Statement{
		ID: "drf-same-lookup", Group: Cost, Expected: Depends, Figure: "jwt-user",
		Sources: []Source{
			drfToken(),
			simpleJWT("settings", "settings.html"),
			simpleJWT("stateless user authentication", "stateless_user_authentication.html"),
		},
		Says: Say("Django REST Framework's token and Simple JWT's token both fetch the user on each request.", "Django REST Framework의 토큰과 Simple JWT의 토큰은 둘 다 요청마다 사용자를 조회한다."),
		Note: Say("a choice of the class, not of JWT; 0 lookups means that a copy works until it expires", "JWT가 아니라 클래스의 선택이에요. 조회 0번은 사본이 만료될 때까지 유효하다는 뜻이에요"),
		Why: Say("Simple JWT has two classes. JWTAuthentication reads the user after it has checked the signature; JWTStatelessUserAuthentication believes the token's claims. Both are modelled here, by the levels user and signature. "+recorded.words().EN,
			"Simple JWT에는 클래스가 둘 있어요. JWTAuthentication은 서명을 확인한 뒤 사용자를 읽고, JWTStatelessUserAuthentication은 토큰의 클레임을 믿어요. 여기서는 둘을 ‘사용자’ 수준과 ‘서명’ 수준으로 흉내 내서 재요. "+recorded.words().KO),
		Advice: Say("Measure your framework before you draw conclusions about JWT: the script that recorded these figures is handlers/labs/drf_same_lookup.py.", "JWT에 대해 결론짓기 전에 쓰는 프레임워크부터 재 보세요. 위 값을 기록한 스크립트는 handlers/labs/drf_same_lookup.py예요."),
		Play: func(p *Play) {
			try := func(id string, what Words, mode Mode, settings ...Setting) {
				w := p.Environment(settings...)
				owner := w.Client(Owner)
				p.Step("The owner signs in and asks for /me: "+what.EN+".", "주인이 로그인해서 /me를 요청해요: "+what.KO+".")
				owner.SignIn(mode)
				p.Measure(id, "lookups, "+what.EN, "조회, "+what.KO, owner.Me(mode).Want(200).Auth(), Lookups)
			}
			try("token", drfModels["token"], Token)
			try("jwt-user", drfModels["jwt-user"], JWT, Level(auth.LevelUser))
			try("jwt-signature", drfModels["jwt-signature"], JWT, Level(auth.LevelSignature))
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: drfModels["token"], Holds: m.Int("token") == 1, Want: true},
				{When: drfModels["jwt-user"], Holds: m.Int("jwt-user") == 1, Want: true},
				{When: drfModels["jwt-signature"], Holds: m.Int("jwt-signature") > 0, Want: false},
			}
		},
	}
}

// drfModels are the framework's classes, by what stands for them here.
var drfModels = map[string]Words{
	"token":         {"TokenAuthentication (modelled here: opaque token)", "TokenAuthentication (여기서는 불투명 토큰으로 흉내 냄)"},
	"jwt-user":      {"JWTAuthentication (modelled here: JWT, level user)", "JWTAuthentication (여기서는 JWT ‘사용자’ 수준으로 흉내 냄)"},
	"jwt-signature": {"JWTStatelessUserAuthentication (modelled here: JWT, level signature)", "JWTStatelessUserAuthentication (여기서는 JWT ‘서명’ 수준으로 흉내 냄)"},
}

// recordedJSON is what drf_same_lookup.py printed when the real framework was measured.
//
//go:embed drf_same_lookup.json
var recordedJSON []byte

var recorded = func() (r drfRecord) {
	if err := json.Unmarshal(recordedJSON, &r); err != nil {
		panic(err)
	}
	return r
}()

// drfRecord is a measurement of the real framework: its versions, and the tables of each query by class.
type drfRecord struct {
	Python, Django, DjangoRESTFramework, SimpleJWT string
	Queries                                        map[string][]string
}

func (r drfRecord) words() Words {
	count := func(class string) int { return len(r.Queries[class]) }
	token, jwt, stateless := count("TokenAuthentication"), count("JWTAuthentication"), count("JWTStatelessUserAuthentication")
	return Words{
		fmt.Sprintf("Recorded from the real classes, not measured in this run (Django %s, Django REST Framework %s, Simple JWT %s): TokenAuthentication %d, JWTAuthentication %d, JWTStatelessUserAuthentication %d queries a request.",
			r.Django, r.DjangoRESTFramework, r.SimpleJWT, token, jwt, stateless),
		fmt.Sprintf("실제 클래스를 따로 재서 기록한 값이에요(이번 실행에서 잰 값이 아니에요. Django %s, Django REST Framework %s, Simple JWT %s). 요청 하나의 쿼리는 TokenAuthentication %d번, JWTAuthentication %d번, JWTStatelessUserAuthentication %d번이에요.",
			r.Django, r.DjangoRESTFramework, r.SimpleJWT, token, jwt, stateless),
	}
}
