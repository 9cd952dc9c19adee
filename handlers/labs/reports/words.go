package reports

// words are the texts of the page in both languages; {} stands for a value.
var words = map[string]struct{ en, ko string }{
	"about":  {"A service of its own. It knows the app's published keys, and nothing else.", "앱과 따로 있는 서비스예요. 앱이 공개한 키만 알고 있어요."},
	"hello":  {"Hello, ", "안녕하세요, "},
	"role":   {"Role", "역할"},
	"id":     {"User id", "사용자 id"},
	"source": {"Read from the token. Nobody was asked.", "토큰에서 읽었어요. 아무에게도 묻지 않았어요."},

	"refused": {"Not accepted", "받아들이지 않았어요"},

	"reason.token":     {"No access token came with the request.", "요청에 액세스 토큰이 없어요."},
	"reason.cookie":    {"No access token came, but a cookie: {}. It means nothing here: the session that it names is kept by the app.", "액세스 토큰은 없고 쿠키({})만 왔어요. 여기서는 아무 의미가 없어요. 쿠키가 가리키는 세션은 앱에 있어요."},
	"reason.algorithm": {"The token is signed with {}. Only access tokens (typ at+jwt) signed with EdDSA, ES256 or RS256 are accepted.", "토큰의 서명 알고리즘이 {}예요. EdDSA, ES256, RS256으로 서명한 액세스 토큰(typ at+jwt)만 받아요."},
	"reason.key":       {"The app publishes no such key: {}.", "앱이 공개한 키 중에 {}이 없어요."},
	"reason.no-keys":   {"The app's keys could not be fetched. Without them no token can be checked.", "앱의 공개 키를 가져오지 못했어요. 키가 없으면 토큰을 확인할 수 없어요."},
	"reason.signature": {"The signature does not match. The token was changed, or another key signed it.", "서명이 맞지 않아요. 토큰이 바뀌었거나 다른 키로 서명했어요."},
	"reason.issuer":    {"The token was issued by {}. Its tokens are not accepted here.", "토큰을 {}에서 발급했어요. 여기서는 그곳의 토큰을 받지 않아요."},
	"reason.audience":  {"The token was made for {}, not for this service.", "이 서비스가 아니라 {}에서 쓰도록 발급된 토큰이에요."},
	"reason.dates":     {"The token is not valid at this time. It expires at {}.", "토큰의 유효 기간이 아니에요. 만료 시각: {}"},

	"checks":          {"What was checked", "확인한 것"},
	"check":           {"check", "확인"},
	"result":          {"result", "결과"},
	"value":           {"value", "값"},
	"check.token":     {"a JWT came as bearer token", "Bearer 토큰으로 온 JWT"},
	"check.algorithm": {"algorithm and type", "알고리즘과 종류"},
	"check.key":       {"published key (kid)", "공개된 키 (kid)"},
	"check.signature": {"signature", "서명"},
	"check.issuer":    {"issuer (iss)", "발급자 (iss)"},
	"check.audience":  {"audience (aud)", "수신자 (aud)"},
	"check.dates":     {"expiry (exp)", "만료 (exp)"},
	"passed":          {"passed", "통과"},
	"failed":          {"failed", "실패"},
	"unreached":       {"not reached", "확인하지 않음"},

	"unknown":             {"What this service cannot know", "이 서비스가 알 수 없는 것"},
	"unknown.until":       {"until the token expires, in", "토큰이 만료될 때까지 남은 시간:"},
	"unknown.signed-out":  {"Have you signed out?", "로그아웃했나요?"},
	"unknown.deactivated": {"Was your account deactivated?", "계정이 비활성화됐나요?"},
	"unknown.role":        {"Is your role another one now?", "역할이 바뀌었나요?"},

	"cost":          {"What it took", "든 비용"},
	"cost.database": {"Database lookups", "데이터베이스 조회"},
	"cost.none":     {"0: there is no database", "0번: 데이터베이스가 없어요"},
	"cost.asked":    {"Requests to the app for its keys", "앱에 키를 요청한 횟수"},

	"minutes": {"{} min", "{}분"},
	"seconds": {"{} s", "{}초"},
}
