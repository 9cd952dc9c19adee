package labs

import (
	"time"

	"twodoors/models"
)

// Flow is a sequence of steps as it is taught, with the requests that really take it.
type Flow struct {
	ID    string
	Title Words
	// Mode is whose flow it is.
	Mode Mode
	// Taught are the steps that are taught, in order; none where no count is taught.
	Taught []Words
	// ChecksOnly counts what the server checks, and neither the way there nor the way back.
	ChecksOnly bool
	// Why says why more or fewer steps are counted here.
	Why Words
	// Play sends the requests. Those of its last step are the flow; what comes before prepares it.
	Play func(p *Play)
}

// FlowReading is a flow as it was recorded.
type FlowReading struct {
	Flow
	Reading
}

// Recorded are the exchanges of the flow itself.
func (f FlowReading) Recorded() []Exchange {
	if len(f.Steps) == 0 {
		return nil
	}
	return f.Steps[len(f.Steps)-1].Exchanges
}

// Count is how many steps were recorded: the request, what was checked and made, each statement that was counted,
// and the answer; of each exchange.
func (f FlowReading) Count() int {
	n := 0
	for _, x := range f.Recorded() {
		n += len(x.Steps) + x.Counts.Auth + x.Counts.Data
		if !f.ChecksOnly {
			n += 2
		}
	}
	return n
}

// Flows lists the flows in the order of the lesson.
func Flows() []Flow {
	plain := func(m Mode, how ...How) func(*Play) {
		return func(p *Play) {
			owner := p.warmWorld(m).Client(Owner)
			p.Step("The owner signs in.", "주인이 로그인해요.")
			owner.SignIn(m, how...)
		}
	}
	use := func(m Mode, how ...How) func(*Play) {
		return func(p *Play) {
			owner := p.warmWorld(m).Client(Owner)
			p.Step("The owner is signed in.", "주인이 로그인해 있어요.")
			owner.SignIn(m, how...)
			p.Step("The owner asks for their notes.", "주인이 자기 노트를 요청해요.")
			owner.Notes(m)
		}
	}
	return []Flow{
		{
			ID: "session-sign-in", Mode: Session, Title: Say("Signing in with a session", "세션으로 로그인"),
			Taught: []Words{
				{"client sends id and password", "클라이언트가 사용자 이름과 비밀번호를 보내요"}, {"server checks them", "서버가 확인해요"},
				{"server makes a session", "서버가 세션을 만들어요"}, {"its id comes back in a cookie", "세션 id가 쿠키로 돌아와요"},
			},
			Why: Say("“Checks them” is two steps: the user's row is read, then the password is compared with its hash. “Makes a session” is two as well: an id is drawn, and a row is written. One more statement notes the sign-in, so that the user can see it later.",
				"‘확인해요’는 두 단계예요. 사용자의 행을 읽고, 비밀번호를 해시와 견줘요. ‘세션을 만들어요’도 두 단계예요. id를 뽑고 행을 써요. 나중에 사용자가 볼 수 있게 로그인을 기록하는 문장이 하나 더 있어요."),
			Play: plain(Session),
		},
		{
			ID: "session-use", Mode: Session, Title: Say("Using a session", "세션을 쓸 때"),
			Taught: []Words{
				{"client sends the cookie", "클라이언트가 쿠키를 보내요"}, {"server takes the id out of it", "서버가 id를 꺼내요"},
				{"server asks the store for the session", "서버가 저장소에 세션을 물어요"}, {"the store answers", "저장소가 답해요"},
				{"server asks for the data", "서버가 데이터를 물어요"}, {"the data comes", "데이터가 와요"}, {"server answers the client", "서버가 클라이언트에 답해요"},
			},
			Why: Say("A question to the database and its answer are counted here as one lookup, in the teaching as two arrows. The session and its user come with one joined statement, so nobody asks for the user separately.",
				"데이터베이스에 묻고 답을 받는 것을 여기서는 조회 한 번으로, 수업에서는 화살표 두 개로 세요. 세션과 사용자는 한 문장으로 함께 오니 사용자를 따로 묻지 않아요."),
			Play: use(Session),
		},
		{
			ID: "jwt-sign-in", Mode: JWT, Title: Say("Signing in with JWT", "JWT로 로그인"),
			Taught: []Words{
				{"client sends id and password", "클라이언트가 사용자 이름과 비밀번호를 보내요"}, {"server checks them and signs a token", "서버가 확인하고 토큰에 서명해요"}, {"the token comes back", "토큰이 돌아와요"},
			},
			Why: Say("Signing in reads the user's row in every mode: a password can be checked in no other way. The access token itself leaves no row. The refresh token that comes with it does, and so does its family.",
				"어떤 방식이든 로그인은 사용자의 행을 읽어요. 비밀번호를 확인할 다른 길이 없어요. 액세스 토큰 자체는 행을 남기지 않고, 함께 나오는 리프레시 토큰과 그 계열은 남겨요."),
			Play: plain(JWT),
		},
		{
			ID: "jwt-use", Mode: JWT, Title: Say("Using a JWT", "JWT를 쓸 때"),
			Taught: []Words{
				{"client sends the token", "클라이언트가 토큰을 보내요"}, {"server checks the signature", "서버가 서명을 확인해요"},
				{"server asks for the data", "서버가 데이터를 물어요"}, {"the data comes", "데이터가 와요"}, {"server answers the client", "서버가 클라이언트에 답해요"},
			},
			Why: Say("Signature, dates and issuer are one check here, and the question and answer of a lookup are one step. Nobody is asked who this is: that is what the level “signature” means. At any higher level there is one lookup more.",
				"여기서는 서명, 날짜, 발급자를 한 번에 확인하고, 조회의 물음과 답을 한 단계로 세요. 누구인지는 아무에게도 묻지 않아요. 그것이 ‘서명’ 수준의 뜻이에요. 그보다 높은 수준에서는 조회가 하나 더 들어요."),
			Play: use(JWT),
		},
		{
			ID: "token-whole", Mode: Token, Title: Say("Opaque token, from the form to the answer", "불투명 토큰, 양식에서 답까지"),
			Taught: []Words{
				{"client sends id and password", "클라이언트가 사용자 이름과 비밀번호를 보내요"}, {"server checks them", "서버가 확인해요"}, {"server finds or makes the user's token", "서버가 사용자의 토큰을 찾거나 만들어요"},
				{"the token comes back", "토큰이 돌아와요"}, {"client sends it with a request", "클라이언트가 요청에 실어 보내요"}, {"server finds its user and answers", "서버가 사용자를 찾아 답해요"},
			},
			Why: Say("The arrows that are taught are two whole exchanges here. The token's row is read and written at the first sign-in; at the next one it is only read. “Finds its user” is one joined lookup, and what was asked for is another.",
				"수업에서 가르치는 화살표가 여기서는 요청과 응답 두 쌍이에요. 토큰의 행은 첫 로그인 때 읽고 쓰고, 다음부터는 읽기만 해요. ‘사용자를 찾아요’는 사용자까지 함께 읽는 조회 한 번이고, 요청한 내용을 읽는 조회가 하나 더 있어요."),
			Play: func(p *Play) {
				owner := p.warmWorld(Token).Client(Owner)
				p.Step("The owner signs in, and asks for their notes.", "주인이 로그인하고, 자기 노트를 요청해요.")
				owner.SignIn(Token)
				owner.Notes(Token)
			},
		},
		{
			ID: "token-checks", Mode: Token, ChecksOnly: true, Title: Say("What an opaque token goes through", "불투명 토큰이 거치는 확인"),
			Taught: []Words{{"find it", "찾아요"}, {"is the user active?", "사용자가 활성인가요?"}, {"authenticated", "인증됨"}},
			Why: Say("Before it is looked for, the token's form is checked and its hash is taken: the table holds no token, only hashes. “Find” and “active” are answered by the same row. “Authenticated” is the outcome, not a step.",
				"찾기 전에 토큰의 형식을 확인하고 해시를 내요. 테이블에는 토큰이 아니라 해시만 있어요. ‘찾아요’와 ‘활성인가요?’는 같은 행이 답해요. ‘인증됨’은 단계가 아니라 결과예요."),
			Play: func(p *Play) {
				owner := p.warmWorld(Token).Client(Owner)
				p.Step("The owner is signed in.", "주인이 로그인해 있어요.")
				owner.SignIn(Token)
				p.Step("The owner asks who they are.", "주인이 자기가 누구인지 물어요.")
				owner.Me(Token)
			},
		},
		{
			ID: "jwt-checks", Mode: JWT, ChecksOnly: true, Title: Say("What a JWT goes through, where the user is checked too", "사용자까지 확인할 때 JWT가 거치는 확인"),
			Taught: []Words{{"decode it", "디코딩해요"}, {"check its date", "날짜를 확인해요"}, {"find the user", "사용자를 찾아요"}, {"is the user active?", "사용자가 활성인가요?"}, {"authenticated", "인증됨"}},
			Why: Say("The steps that are taught are those of a framework that loads the user for a JWT as well: our level “user”. Decoding, signature, issuer and dates are one check here. At level “signature” the lookup goes, and with it all that is known of the user now.",
				"수업에서 가르치는 단계는 JWT라도 사용자를 불러오는 프레임워크의 것이에요. 여기서는 ‘사용자’ 수준이에요. 디코딩, 서명, 발급자, 날짜는 한 번에 확인해요. ‘서명’ 수준에서는 조회가 사라지고, 지금의 사용자에 대해 아는 것도 함께 사라져요."),
			Play: func(p *Play) {
				owner := p.warmWorld(JWT, Level("user")).Client(Owner)
				p.Step("The owner is signed in.", "주인이 로그인해 있어요.")
				owner.SignIn(JWT)
				p.Step("The owner asks who they are.", "주인이 자기가 누구인지 물어요.")
				owner.Me(JWT)
			},
		},
		{
			ID: "refresh", Mode: JWT, Title: Say("Access and refresh token, over an expiry", "만료를 지나는 액세스 토큰과 리프레시 토큰"),
			Why: Say("The expired token is refused without a lookup. The refresh token is looked for, marked as used, and gets a successor, in one transaction. After that the same request goes through as before.",
				"만료된 토큰은 조회 없이 거절돼요. 리프레시 토큰은 찾아서 사용함으로 표시하고 다음 토큰을 만드는데, 모두 한 트랜잭션이에요. 그런 다음 같은 요청이 전처럼 통과해요."),
			Play: func(p *Play) {
				w := p.warmWorld(JWT)
				owner := w.Client(Owner)
				p.Step("The owner is signed in, and the access token's time runs out.", "주인이 로그인해 있고, 액세스 토큰의 시간이 다해요.")
				owner.SignIn(JWT)
				w.Clock.Forward(20 * time.Minute)
				p.Step("The token is refused, renewed, and accepted.", "토큰이 거절되고, 갱신되고, 받아들여져요.")
				owner.Notes(JWT)
				owner.Renews()
				owner.Notes(JWT)
			},
		},
	}
}

// warmWorld is an environment in which somebody else has done the same before, so that its statements are prepared: a
// statement is prepared once, at its first use, and belongs to no flow.
func (p *Play) warmWorld(m Mode, settings ...Setting) *Environment {
	w := p.Environment(append(settings, RealPasswords())...)
	p.Step("Somebody else has done the same before.", "다른 사람이 먼저 같은 일을 했어요.")
	const name = "somebody-else"
	w.User(name, models.RoleMember)
	other := w.Client(Script)
	other.SignInAs(name, m)
	other.Me(m)
	other.Notes(m)
	if m == JWT {
		other.Renews()
	}
	return w
}
