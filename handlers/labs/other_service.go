package labs

import (
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

// OtherService presents tokens to a service that knows nothing but the published keys.
func (claims) OtherService() Claim {
	const reports = "https://reports.example"
	return Claim{
		ID: "other-service", Place: 5, Group: Growing, Expected: Depends, Figure: "right",
		Sources: []Source{
			rfc(8725, "3.9"),
			rfc(9068, "4"),
			asvs("9.2.4"),
		},
		Says: Say("A token works in other services too.", "토큰은 다른 서비스에서도 통한다."),
		Note: Say("asymmetric key and the right audience", "비대칭 키와 맞는 수신자(aud)가 있을 때"),
		Why: Say("Whoever has the public key can check the signature, without asking and without being able to sign. The audience says for whom a token was made: another service must refuse it. With HMAC the key that checks also signs, so it cannot be given away.",
			"공개 키만 있으면 아무에게도 묻지 않고 서명을 확인할 수 있고, 그 키로 서명할 수는 없어요. aud는 누구를 위한 토큰인지 말하니 다른 서비스는 거절해야 해요. HMAC은 확인하는 키로 서명도 하니 나눠 줄 수 없어요."),
		Advice: Say("Publish a JWKS, give each service an audience of its own, and refuse tokens made for others.", "JWKS를 공개하고, 서비스마다 aud를 따로 두고, 남을 위한 토큰은 거절하세요."),
		Play: func(p *Play) {
			w := p.World(withPublicKey())
			owner := w.Client(Owner)
			p.Step("The owner signs in. A second service fetches the JWKS, and nothing else.", "주인이 로그인해요. 두 번째 서비스는 JWKS만 가져와요.")
			owner.SignIn(JWT)
			p.Status("jwks", "the published keys", "공개된 키", w.Client(Script).Get("/.well-known/jwks.json"))
			public := w.PublishedKey()
			payload := Payload(owner.Access(JWT))
			payload["aud"] = reports
			p.Step("It is sent a token made for it, and the app's own.", "그 서비스를 위한 토큰과 앱 자신의 토큰을 보내요.")
			p.Measure("right", "accepts a token made for it", "자기를 위한 토큰을 받음", serviceAccepts(public, reports, w.SignClaims(payload), w.Clock.Now()), Truth)
			p.Measure("wrong", "accepts the app's own token", "앱의 토큰을 받음", serviceAccepts(public, reports, owner.Access(JWT), w.Clock.Now()), Truth)
			p.Status("back", "the app's answer to the token made for the service", "서비스용 토큰에 대한 앱의 답", w.Client(Thief).Holds(JWT, w.SignClaims(payload)).Me(JWT))
			p.Step("Another app signs with HS256: what does it publish?", "HS256으로 서명하는 앱은 무엇을 공개할까요?")
			p.Measure("shared", "an HS256 app publishes a key to check with", "HS256 앱이 확인용 키를 공개함", p.World(SignedWith("HS256")).PublishedKey() != nil, Truth)
		},
		Rule: func(m Measured) []Case {
			return []Case{
				{When: Say("public key and right audience", "공개 키와 맞는 aud"), Holds: m.Is("right") && m.In("jwks"), Want: true},
				{When: Say("another's audience", "남의 aud"), Holds: m.Is("wrong") || m.In("back"), Want: false},
				{When: Say("HMAC", "HMAC"), Holds: m.Is("shared"), Want: false},
			}
		},
	}
}

// serviceAccepts checks a token as a service does that has the issuer's public key: one algorithm, a date, and
// itself as the audience.
func serviceAccepts(public *jose.JSONWebKey, audience, token string, now time.Time) bool {
	if public == nil {
		return false
	}
	_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return public.Key, nil },
		jwt.WithValidMethods([]string{public.Algorithm}), jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithTimeFunc(func() time.Time { return now }))
	return err == nil
}
